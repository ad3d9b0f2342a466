"""Items: what was acknowledged is there once, what was removed is gone, and nobody's item is nobody's."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.histories.events import Event, Final, History, Row

KEYS = {"users": "userId", "products": "productId"}


def check(history: History) -> Iterator[str]:
    for thing, key in KEYS.items():
        yield from _check(history, thing, key, getattr(history.final, thing))
    yield from _orphans(history.final)
    yield from _keys(history)


def _check(history: History, thing: str, key: str, rows: list[Row]) -> Iterator[str]:
    events = [each for each in history.events if each.thing == thing or (thing == "products" and each.thing == "stock")]
    creates = [each for each in events if each.act == "create"]
    made = {each.item: each for each in creates if each.is_done}
    if len(made) < sum(each.is_done for each in creates):
        yield f"two {thing} were created with the same id"
    own: dict[str, list[Event]] = defaultdict(list)
    for each in events:
        own[each.item].append(each)
    there = {row[key]: row for row in rows}
    for item, create in made.items():
        yield from _life(create, own[item], there.get(item))
    yield from _nobodys(creates, [row for row in rows if row[key] not in made])


def _life(create: Event, events: list[Event], row: Row | None) -> Iterator[str]:
    """From its creation to its end, if it has one."""
    ends = [each for each in events if each.act == "remove" and each.is_possible]
    acknowledged = [each for each in ends if each.is_done]
    if len(acknowledged) > 1:
        yield f"{create} was removed twice: {acknowledged[0]}, {acknowledged[1]}"
    if row is not None and acknowledged:
        yield f"{create} is there, though it was removed: {acknowledged[0]}"
    if row is None and not ends:
        yield f"{create} was acknowledged, and is not there"
    first_end = min((each.begin for each in ends), default=float("inf"))
    gone = min((each.end for each in acknowledged), default=float("inf"))
    for each in events:
        is_absent = each.status == 404 and each.thing != "adjustments"
        if is_absent and each.begin > create.end and each.end < first_end:
            yield f"{each} was told that there is none, though it was there all the time"
        if each.shown and each.begin > gone:
            yield f"{each} was shown what had been removed before"


def _nobodys(creates: list[Event], rows: list[Row]) -> Iterator[str]:
    """What is there without an acknowledgement: of each that may have been created, one."""
    open_labels = {each.label for each in creates if not each.is_done and each.is_possible}
    for name, count in Counter(row["name"] for row in rows).items():
        if name not in open_labels:
            yield f"{name} is there {count} times, and nobody was told that it was created"
        elif count > 1:
            yield f"{name} was created {count} times"


def _orphans(final: Final) -> Iterator[str]:
    products, stocks = ({row["productId"] for row in rows} for rows in (final.products, final.inventory))
    for item in sorted(products ^ stocks):
        yield f"product {item} has no stock" if item in products else f"the stock of {item} has no product"


def _keys(history: History) -> Iterator[str]:
    """What was done under a key has its record, and there is no other."""
    if history.final.keys is None:
        return
    least = len({each.key for each in history.events if each.key and each.is_done})
    most = len({each.key for each in history.events if each.key})
    if not least <= history.final.keys <= most:
        yield f"there are {history.final.keys} records of keys, after {least} to {most} requests that have one"
