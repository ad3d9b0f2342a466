"""Versions count writes: each has one content, none is skipped, and nobody is shown an older one than before."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from tests.histories.events import Event, History, Row

TABLES = {"users": "users", "products": "products", "stock": "inventory"}
KEYS = {"users": "userId", "products": "productId", "stock": "productId"}
WRITES = {"create", "change", "set", "adjust"}
# Of these an event's own values are in the reply.
GIVEN = ("name", "email", "status", "price", "quantity", "category")


def check(history: History) -> Iterator[str]:
    own: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for each in history.events:
        if each.thing in TABLES and each.item:
            own[each.thing, each.item].append(each)
            if each.act == "create" and each.thing == "products":
                # Its stock begins with it.
                own["stock", each.item].append(each)
    listed: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for each in history.events:
        for row in each.met if each.thing in TABLES else []:
            listed[each.thing, row[KEYS[each.thing]]].append(row)
    final = {(thing, row[KEYS[thing]]): row for thing, table in TABLES.items() for row in getattr(history.final, table)}
    for (thing, item), events in own.items():
        row = final.get((thing, item))
        yield from _contents(thing, events, [*listed[thing, item], *([row] if row else [])])
        yield from _order([each for each in events if each.shown and each.thing == thing])
        yield from _writes(thing, events)
        yield from _refusals(events, row)
        if row:
            yield from _count(thing, item, events, row)


def _contents(thing: str, events: Sequence[Event], rows: Sequence[Row]) -> Iterator[str]:
    """Each version has one content, and each content was written by somebody."""
    shown = [each.shown for each in events if each.shown and each.thing == thing]
    contents: dict[int, str] = {}
    for row in [*shown, *rows]:
        text = _text(row, thing)
        before = contents.setdefault(row["version"], text)
        if before != text:
            yield f"version {row['version']} of {row[KEYS[thing]]} was shown as {before}, and as {text}"
    if thing == "stock":
        return
    refused = {each.label for each in events if not each.is_possible and each.act == "change"}
    written = {each.label for each in events if each.is_possible and each.act in ("create", "change")}
    for row in [*shown, *rows]:
        if row["name"] in refused:
            yield f"{row['name']} was refused, and is shown by version {row['version']} of {row[KEYS[thing]]}"
        elif row["name"] not in written:
            yield f"{row['name']}, which nobody wrote, is shown by version {row['version']} of {row[KEYS[thing]]}"


def _order(events: Sequence[Event]) -> Iterator[str]:
    """What was begun after a version was told shows that or a later one; a write shows a later one."""
    ends = sorted(events, key=attrgetter("end"))
    told, latest = 0, None
    for each in sorted(events, key=attrgetter("begin")):
        while told < len(ends) and ends[told].end < each.begin:
            if latest is None or ends[told].shown["version"] > latest.shown["version"]:
                latest = ends[told]
            told += 1
        least = latest.shown["version"] + (each.act in WRITES) if latest else 1
        if latest and each.shown["version"] < least:
            yield f"{each} shows version {each.shown['version']} after {latest} showed {latest.shown['version']}"


def _writes(thing: str, events: Sequence[Event]) -> Iterator[str]:
    """No two writes made one version; a write shows what it wrote, at the version that it asked for."""
    by_version: dict[int, Event] = {}
    for each in events:
        if not (each.shown and each.act in WRITES and each.thing == thing):
            continue
        version = each.shown["version"]
        if version in by_version:
            yield f"{each} and {by_version[version]} both made version {version}"
        by_version[version] = each
        if each.act == "create" and version != 1:
            yield f"{each} was created as version {version}"
        if each.match is not None and version != each.match + 1:
            yield f"{each} asked for version {each.match}, and made version {version}"
        for name in GIVEN:
            if name in each.given and name in each.shown and each.shown[name] != each.given[name]:
                yield f"{each} wrote {name} {each.given[name]!r}, and shows {each.shown[name]!r}"


def _refusals(events: Sequence[Event], row: Row | None) -> Iterator[str]:
    """Nobody's precondition failed for the version that it still is."""
    for each in events:
        if each.status == 412 and row and each.match == row["version"]:
            yield f"{each} was refused, though version {each.match} is the one in the end"


def _count(thing: str, item: str, events: Sequence[Event], row: Row) -> Iterator[str]:
    writes = [each for each in events if each.act in WRITES - {"create"} and each.thing == thing]
    least = 1 + sum(each.is_done for each in writes)
    most = 1 + sum(each.is_possible for each in writes)
    if not least <= row["version"] <= most:
        yield f"{thing} {item} is at version {row['version']} in the end, after {least - 1} to {most - 1} changes"


def _text(row: Mapping[str, Any], thing: str) -> str:
    """What the API shows of a row, and nothing that is stored beside it."""
    names = {
        "users": ("userId", "name", "email", "status", "createdAt", "updatedAt"),
        "products": ("productId", "name", "price", "category", "description", "createdAt", "updatedAt"),
        "stock": ("productId", "quantity", "updatedAt"),
    }[thing]
    return json.dumps({name: _number(row[name]) for name in names if name in row}, sort_keys=True)


def _number(value: Any) -> Any:
    return value if isinstance(value, str) else float(value)
