"""Addresses: each has one owner at a time, none is refused that is free, and address records match users."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from tests.histories.events import Event, History


@dataclass
class Ownership:
    """A user's hold of an address: for sure from `begin` to `end`, and perhaps from `first` to `last`."""

    address: str
    user: str
    by: Event
    first: float
    begin: float
    end: float = inf
    last: float = inf


def check(history: History) -> Iterator[str]:
    yield from _records(history)
    owners: dict[str, list[Ownership]] = defaultdict(list)
    for each in _ownerships(history.events):
        owners[each.address].append(each)
    for address, held in owners.items():
        yield from _double(address, sorted(held, key=lambda each: each.begin))
    possible = _possible(history.events, owners)
    for each in history.events:
        if each.problem == "email-taken" and not _is_explained(each, possible[_key(each)]):
            yield f"{each} was refused {_key(each)}, which nobody had"
    yield from _found(history.events, owners)


def _records(history: History) -> Iterator[str]:
    addresses = Counter(row["email"].lower() for row in history.final.users)
    for address, count in addresses.items():
        if count > 1:
            yield f"{address} has {count} owners"
    if history.final.emails is None:
        return
    users = {row["email"].lower(): row["userId"] for row in history.final.users}
    records = {row["email"]: row["userId"] for row in history.final.emails}
    for address in sorted(users.keys() | records.keys()):
        if users.get(address) != records.get(address):
            yield f"{address} is of user {users.get(address)}, and its record of {records.get(address)}"


def _ownerships(events: Sequence[Event]) -> Iterator[Ownership]:
    """What users own for sure, by what was acknowledged."""
    by_user: dict[str, list[Event]] = defaultdict(list)
    for each in events:
        if each.thing == "users" and each.act in ("create", "change", "remove") and each.item and each.is_possible:
            by_user[each.item].append(each)
    for user, own in by_user.items():
        writes = [each for each in own if each.shown and each.act in ("create", "change")]
        writes.sort(key=lambda each: each.shown["version"])
        for number, each in enumerate(writes):
            address = each.shown["email"].lower()
            if number and writes[number - 1].shown["email"].lower() == address:
                continue
            version = each.shown["version"]
            later = [other for other in own if other is not each and _may_release(other, address, version)]
            certain = [other for other in later if other.is_done]
            end = min((other.begin for other in later), default=inf)
            last = min((other.end for other in certain), default=inf)
            yield Ownership(address, user, each, each.begin, each.end, end, last)


def _may_release(event: Event, address: str, version: int) -> bool:
    """Whether it ends a user's hold of an address, if it was done after this version."""
    if event.shown and event.shown["version"] < version:
        return False
    return event.act == "remove" or ("email" in event.given and event.given["email"].lower() != address)


def _double(address: str, held: Sequence[Ownership]) -> Iterator[str]:
    for number, each in enumerate(held):
        for other in held[number + 1 :]:
            if other.begin >= each.end:
                break
            if other.user != each.user and max(each.begin, other.begin) < min(each.end, other.end):
                yield f"{address} was owned twice: {each.by}, {other.by}"


def _possible(events: Sequence[Event], owners: dict[str, list[Ownership]]) -> dict[str, list[tuple[float, float]]]:
    """When somebody may have had an address."""
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for address, held in owners.items():
        spans[address] += [(each.first, each.last) for each in held]
    for each in events:
        if each.outcome == "unknown" and each.act in ("create", "change") and "email" in each.given:
            # Nobody knows until when.
            spans[_key(each)].append((each.begin, inf))
    return spans


def _is_explained(event: Event, spans: Sequence[tuple[float, float]]) -> bool:
    return any(first <= event.end and event.begin <= last for first, last in spans)


def _found(events: Sequence[Event], owners: dict[str, list[Ownership]]) -> Iterator[str]:
    """Who looks for an address is led to who has it."""
    for each in events:
        if each.act != "find" or each.thing != "users" or not each.is_done:
            continue
        address = _key(each)
        if any(row["email"].lower() != address for row in each.met) or len(each.met) > 1:
            yield f"{each} looked for {address}, and was shown {each.met}"
        users = {row["userId"] for row in each.met}
        sure = {own.user for own in owners[address] if own.begin < each.begin and each.end < own.end}
        if sure - users:
            yield f"{each} looked for {address}, and was not shown its owner {sure}"


def _key(event: Event) -> str:
    return str(event.given["email"]).strip().lower()
