"""Stock: what there was at first and what was acknowledged, and of the unknown just what is kept as an adjustment."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tests.histories.events import Event, History, Row


def check(history: History) -> Iterator[str]:
    adjusts = {each.label: each for each in history.events if each.act == "adjust"}
    kept: dict[str, list[Row]] = defaultdict(list)
    for row in history.final.adjustments:
        kept[row["productId"]].append(row)
    yield from _once(adjusts, history.final.adjustments)
    begun = {each.item: each for each in history.events if each.act == "create" and each.thing == "products"}
    own: dict[str, list[Event]] = defaultdict(list)
    for each in history.events:
        if each.thing == "stock" and each.item:
            own[each.item].append(each)
    final = {row["productId"]: row for row in history.final.inventory}
    for product, events in own.items():
        yield from _steps(begun.get(product), events)
    for product, row in final.items():
        if product in begun and begun[product].is_done:
            yield from _sum(begun[product], own[product], kept[product], row)


def _once(adjusts: dict[str, Event], rows: Sequence[Row]) -> Iterator[str]:
    """Each adjustment that was acknowledged is kept once, none that was refused is, and no other."""
    counts = Counter(row.get("reason", "") for row in rows)
    for label, each in adjusts.items():
        if each.is_done and counts[label] != 1:
            yield f"{each} was acknowledged, and is kept {counts[label]} times"
        elif counts[label] > each.is_possible:
            yield f"{each} is kept {counts[label]} times"
    for row in rows:
        by = adjusts.get(row.get("reason", ""))
        if by is None:
            yield f"nobody made the adjustment {row}"
        elif (row["productId"], row["delta"]) != (by.item, by.given["delta"]):
            yield f"{by} is kept as {row}"


def _steps(create: Event | None, events: Sequence[Event]) -> Iterator[str]:
    """Who adjusted is told what that made of the version before; stock is never below nothing."""
    shown = {each.shown["version"]: each.shown["quantity"] for each in events if each.shown}
    if create and create.is_done:
        shown[1] = create.given["initialQuantity"]
    for each in events:
        if not each.shown:
            continue
        if each.shown["quantity"] < 0:
            yield f"{each} shows a stock of {each.shown['quantity']}"
        before = shown.get(each.shown["version"] - 1)
        if each.act == "adjust" and before is not None and each.shown["quantity"] != before + each.given["delta"]:
            yield f"{each} made {each.shown['quantity']} of {before} by {each.given['delta']}"


def _sum(create: Event, events: Sequence[Event], kept: Sequence[Row], row: Row) -> Iterator[str]:
    sets = [each for each in events if each.act == "set" and each.is_possible]
    quantity = create.given["initialQuantity"] + sum(each["delta"] for each in kept)
    if not sets and row["quantity"] != quantity:
        yield f"the stock of {create} is {row['quantity']} in the end, and should be {quantity}"
    least = len(kept) + sum(each.is_done for each in sets)
    most = len(kept) + len(sets)
    if not least <= row["version"] - 1 <= most:
        yield f"the stock of {create} is at version {row['version']}, after {least} to {most} changes"
    for each in events:
        if each.problem == "stock-exceeded" and each.given["delta"] > 0:
            yield f"{each} was refused what it brought"
