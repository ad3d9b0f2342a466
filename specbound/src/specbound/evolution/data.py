"""Artefacts compared for what is stored: what a later version can't use of it, and an earlier one after a rollback.

An item is shown by its table's `item`: members that this does not know are left out, at any depth but within
alternatives, and a required one that is not stored is what `defaults` says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from specbound.compiled import CompiledContract, CompiledOperation, nearest
from specbound.compiler.mistakes import ROOT_STEP, Place
from specbound.evolution.comparison import Comparison, Difference
from specbound.evolution.findings import NOTHING, Finding, change
from specbound.evolution.security import Way, narrowed
from specbound.evolution.stored import StoredIndex, StoredTable, tables

GONE = "Terraform deletes it with all that it holds: say `retired: true` for a release, and take it away in the next."
REPLACED = "Terraform replaces the table, and all that it holds is gone: keep its key, or make another table."
EXPIRING = "DynamoDB removes items by it: look what is stored under this name before you deploy."
LASTING = "Items that were to end stay."
RETIRE = "The version that runs while this is deployed lists by it: say `retired: true` for a release before."
ANEW = "It would not list what is stored: add another index beside it, run `specbound backfill`, and retire this one."
TURNED = "Who is in the middle of a list goes back where he came from: add another index beside it, for a new order."
BACKFILL = "It does not list what is stored until you have run `specbound backfill`."
HIDDEN = "Lists do not show what was written to the others: keep them."
RAISED = (
    "After a rollback lists do not show what was written to the others: raise it in two releases (write_partitions)."
)
ALLOWED = "The version before does this, while this one is deployed and after a rollback: take it away a release later."
LACKING = "What is stored lacks it: say what it is in the table's `defaults`, or write an upgrade (Contract.load)."
REFUSED = "What is stored otherwise is not shown: write an upgrade (Contract.load), and run `specbound check-data`."
UNKNOWN = "What is stored was not described, and can't be compared: run `specbound check-data`."
UNTOLD = "Whether the version before shows what is written without a schema can't be told: keep it."
LEFT_OUT = (
    "What is stored of it is not shown any more; if it has another name now, an upgrade (Contract.load) moves it."
)
UNCLAIMED = (
    "What is stored claims no values, so that others may be given the same, until you have run `specbound backfill`: "
    "before you deploy, see what is there twice with `specbound check-data`."
)
FREED = "Until a rollback nothing keeps the version after from storing the same twice."
REAPPEARING = "What was removed softly, or is past its end, is shown: remove it before, or keep this for good."
SHOWN_AGAIN = "After a rollback what was removed softly, or is past its end, is shown."
ENDLESS = "What is stored does not end by it until it is written again."
UNCOUNTED = (
    "It can't be added to a table that holds data: what is stored is not counted, so its parents could be removed, "
    "and nothing can count it while others write."
)
UNASKED = "The version before asks for no such parent, while this one is deployed and after a rollback."
MISCOUNTED = "What is written meanwhile is not counted: after a rollback parents may go, or stay, that should not."
NOT_SHOWN = "After a rollback what is written so is not shown: accept it in one release, and write it in the next."
ASKED = "After a rollback the version before asks for what it asked for: whoever has the new scope alone is refused."
ANSWERED = "After a rollback it is answered again."

# What is done beside the deployment, or need not be done: no reason not to deploy it.
AFTERWARDS = {BACKFILL, ENDLESS, LASTING, LEFT_OUT, TURNED, UNCLAIMED, UNKNOWN}
Breaks = Literal["data", "rollback"]


def compare(earlier: CompiledContract, later: CompiledContract) -> list[Finding]:
    """What a contract breaks of what the earlier one stored, and what a rollback to the earlier one breaks.

    What is to be done once it is deployed, and all about a rollback, are warnings.
    """
    before, after = tables(earlier), tables(later)
    found = [one for name, each in before.items() for one in _compared(_Table(name), each, after.get(name))]
    return [*found, *_operations(earlier, later)]


@dataclass(frozen=True)
class _Table:
    """Says what breaks of a table, and for whom."""

    name: str

    def data(self, steps: Place, before: Any, after: Any, advice: str) -> Finding:
        return self._finding("data", steps, change(before, after), advice)

    def rollback(self, steps: Place, before: Any, after: Any, advice: str) -> Finding:
        return self._finding("rollback", steps, change(before, after), advice)

    def differs(self, breaks: Breaks, found: Difference, advice: str) -> Finding:
        return self._finding(breaks, ("item", *found.steps), str(found), advice)

    def _finding(self, breaks: Breaks, steps: Place, what: str, advice: str) -> Finding:
        place, written = f"x-dynamodb {'/'.join((self.name, *steps))}", (ROOT_STEP, "x-dynamodb", self.name, *steps)
        return Finding(breaks, place, what, advice, written, fails=breaks == "data" and advice not in AFTERWARDS)


def _compared(table: _Table, before: StoredTable, after: StoredTable | None) -> Iterator[Finding]:
    if after is None:
        if not before.retired:
            yield table.data((), {"hash_key": before.hash_key}, NOTHING, GONE)
        return
    if before.hash_key != after.hash_key:
        yield table.data(("hash_key",), before.hash_key, after.hash_key, REPLACED)
    elif before.key_type != after.key_type:
        yield table.data(("attributes", before.hash_key), before.key_type, after.key_type, REPLACED)
    if before.range_key != after.range_key:
        yield table.data(("range_key",), _there(before.range_key), _there(after.range_key), REPLACED)
    elif before.range_key and before.range_type != after.range_type:
        yield table.data(("attributes", before.range_key), before.range_type, after.range_type, REPLACED)
    was, now = _there(before.ttl_attribute), _there(after.ttl_attribute)
    if was != now:
        yield table.data(("ttl_attribute",), was, now, LASTING if now is NOTHING else EXPIRING)
    for action in sorted(before.actions - after.actions):
        yield table.rollback(("actions",), action, NOTHING, ALLOWED)
    if not (before.retired or after.retired):
        yield from _partitions(table, before, after)
        yield from _indexes(table, before, after)
        yield from _unique(table, before, after)
        yield from _lifetimes(table, before, after)
        yield from _parents(table, before, after)
        yield from _items(table, before, after)


def _there(value: Any) -> Any:
    return NOTHING if value is None else value


def _partitions(table: _Table, before: StoredTable, after: StoredTable) -> Iterator[Finding]:
    if after.partitions < before.partitions:
        yield table.data(("partitions",), before.partitions, after.partitions, HIDDEN)
    if before.indexes and after.written > before.partitions:
        yield table.rollback(("partitions",), before.partitions, after.written, RAISED)


def _indexes(table: _Table, before: StoredTable, after: StoredTable) -> Iterator[Finding]:
    for name in sorted(before.indexes.keys() | after.indexes.keys()):
        place, own, now = ("global_secondary_indexes", name), before.indexes.get(name), after.indexes.get(name)
        if own is None and now is not None:
            yield table.data(place, NOTHING, {"hash_key": now.hash_key}, BACKFILL)
        elif own is not None and now is None and not own.retired:
            yield table.data(place, {"hash_key": own.hash_key}, NOTHING, RETIRE)
        elif own is not None and now is not None and not (own.retired or now.retired):
            yield from _index(table, place, own, now)


def _index(table: _Table, place: Place, own: StoredIndex, now: StoredIndex) -> Iterator[Finding]:
    for name in ("hash_key", "range_key", "groups_by", "order_by"):
        was, is_now = (_there(getattr(each, name)) for each in (own, now))
        if was != is_now:
            yield table.data((*place, name), was, is_now, ANEW)
    if own.ascending != now.ascending:
        yield table.data((*place, "ascending"), own.ascending, now.ascending, TURNED)
    if own.order_by == now.order_by and own.order != now.order:
        yield table.data((*place, "order_by"), f"as {own.order}", f"as {now.order}", ANEW)


def _unique(table: _Table, before: StoredTable, after: StoredTable) -> Iterator[Finding]:
    for name in sorted(before.unique.keys() | after.unique.keys()):
        own, now = before.unique.get(name), after.unique.get(name)
        if now is None:
            yield table.rollback(("unique", name), own, NOTHING, FREED)
        elif own != now:
            yield table.data(("unique", name), own or NOTHING, now, UNCLAIMED)


def _lifetimes(table: _Table, before: StoredTable, after: StoredTable) -> Iterator[Finding]:
    for name in ("soft_delete", "expires"):
        was, now = _there(getattr(before, name)), _there(getattr(after, name))
        if was == now:
            continue
        if was is not NOTHING:
            yield table.data((name,), was, now, REAPPEARING)
        elif name == "expires":
            yield table.data((name,), was, now, ENDLESS)
        if now is not NOTHING:
            yield table.rollback((name,), was, now, SHOWN_AGAIN)


def _parents(table: _Table, before: StoredTable, after: StoredTable) -> Iterator[Finding]:
    for name in sorted(before.belongs_to.keys() | after.belongs_to.keys()):
        place, own, now = ("belongs_to", name), before.belongs_to.get(name), after.belongs_to.get(name)
        was_counted, is_counted = (each is not None and each["on_delete"] == "restrict" for each in (own, now))
        if is_counted and (own is None or not was_counted or own["key"] != (now or {})["key"]):
            yield table.data(place, own or NOTHING, now, UNCOUNTED)
        if was_counted and not is_counted:
            yield table.rollback(place, own, now or NOTHING, MISCOUNTED)
        elif now is not None and own != now:
            yield table.rollback(place, own or NOTHING, now, UNASKED)


def _items(table: _Table, before: StoredTable, after: StoredTable) -> Iterator[Finding]:
    own, now = before.item, after.item
    if own is None or now is None:
        if now is not None:
            yield table.data(("item",), NOTHING, sorted(now["properties"]), UNKNOWN)
        if own is not None:
            yield table.rollback(("item",), sorted(own["properties"]), NOTHING, UNTOLD)
        return
    for name in sorted(own["properties"].keys() - now["properties"].keys()):
        yield table.data(("item", "properties", name), own["properties"][name], NOTHING, LEFT_OUT)
    for each in _shown_by(gained=False).between(before.schemas, own, after.schemas, now):
        if not _is_filled(each, after):
            yield table.differs("data", each, LACKING if each.steps == ("required",) else REFUSED)
    for each in _shown_by(gained=True).between(before.schemas, own, after.schemas, now):
        if not _is_filled(each, before):
            yield table.differs("rollback", each, NOT_SHOWN)


def _shown_by(*, gained: bool) -> Comparison:
    return Comparison(gained=gained, tolerant=True, within=False)


def _is_filled(found: Difference, reader: StoredTable) -> bool:
    """Whether what is missing is given by the defaults of the version that reads."""
    names = {each for each in (found.before, found.after) if isinstance(each, str)}
    return found.steps == ("required",) and bool(names & reader.defaults.keys())


def _ways(operation: CompiledOperation) -> list[Way]:
    return [{need["scheme"]: need["scopes"] for need in way} for way in operation["security"]] or [{}]


def _operations(earlier: CompiledContract, later: CompiledContract) -> Iterator[Finding]:
    """What the version before asks for and answers, and this one does not."""
    for route, name in sorted(earlier["routes"].items()):
        own, now = earlier["operations"][name], later["operations"].get(later["routes"].get(route, ""))
        if now is None:
            continue
        method, _, path = route.partition(" ")
        base = next((each for each in later["bases"] if each and path.startswith(f"{each}/")), "")
        steps = ("#", "paths", path.removeprefix(base), method.lower())
        for _, of_now, of_own in narrowed(_ways(now), _ways(own)):
            yield Finding(
                "rollback", f"{route} security", change(of_own, of_now), ASKED, (*steps, "security"), fails=False
            )
        for status in sorted(each for each in own["replies"] if nearest(now["replies"], each) is None):
            place, was = f"{route} responses/{status}", change(sorted(own["replies"][status]["content"]), NOTHING)
            yield Finding("rollback", place, was, ANSWERED, (*steps, "responses"), fails=False)
