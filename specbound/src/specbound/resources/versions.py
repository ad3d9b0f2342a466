"""Versions: what the engine writes into every item (its key, version and times), and preconditions on the version.

A precondition (RFC 9110, section 13) is evaluated or refused, never ignored: an operation that does not declare the
header of one can't keep what the caller relies on. Entity tags are versions in quotes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

import orjson

from specbound.http.fields import entity_tags
from specbound.messages import Request, Response
from specbound.problems import BadRequest, PreconditionFailed, Violation
from specbound.store.expressions import is_listable
from specbound.store.table import CREATED, AnyTable, Item, Key
from specbound.store.writes import REMOVED

if TYPE_CHECKING:
    from specbound.contract import Operation


def now() -> str:
    """The time, UTC, as the contract writes it."""
    return written(datetime.now(UTC))


def written(time: datetime) -> str:
    """A time in RFC 3339, to the microsecond."""
    if not time.microsecond:
        return time.isoformat(timespec="microseconds").replace("+00:00", "Z")
    # At a quarter of the cost; but it leaves out microseconds of 0.
    return orjson.dumps(time, option=orjson.OPT_UTC_Z).decode()[1:-1]


def new(table: AnyTable, key: Key, fields: Mapping[str, Any], time: str) -> Item:
    """A new item: its fields with a key, the first version, when it was made, and the other times that are shown."""
    return {**table.keyed(key), **given(table, fields), "version": 1, CREATED: time, **_update(table, time)}


def touched(table: AnyTable, fields: Mapping[str, Any]) -> Item:
    """Fields that are to be changed, with the time of the change."""
    return {**given(table, fields), **_update(table, now())}


def given(table: AnyTable, fields: Mapping[str, Any]) -> Item:
    """Fields as they are stored, without what the engine itself writes of each item: whoever sends it changes nothing.

    Raises BadRequest for a value by which no list can be made.
    """
    odd = {
        name
        for name, index in table.listed_by
        if (value := fields.get(name)) is not None and value is not REMOVED and not is_listable(index, name, value)
    }
    if odd:
        raise BadRequest(Violation("body", f"/{name}", "must be shorter, for lists are made by it") for name in odd)
    if table.expires is not None and table.expires in fields:
        _check_end(table.expires, fields[table.expires])
    return table.given(fields)


def _check_end(name: str | None, value: Any) -> None:
    from specbound.store.lifetimes import ends  # noqa: PLC0415  # loaded with a contract whose items have ends

    try:
        ends(None if value is REMOVED else value)
    except ValueError:
        raise BadRequest([Violation("body", f"/{name}", "must be a time of the years 1 to 9999")]) from None


def after(item: Item, fields: Item) -> Item:
    """The item as it is when some fields were changed."""
    changed = item | fields | {"version": item["version"] + 1}
    return {name: value for name, value in changed.items() if value is not REMOVED}


def patched(item: Item, fields: Item) -> Item:
    """The fields that a merge patch changes of an item, and what to (RFC 7396): null takes a member away, at any depth.

    An object is changed as far as it is given.
    """
    return {name: REMOVED if value is None else _merged(item.get(name), value) for name, value in fields.items()}


def _merged(stored: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    kept = stored if isinstance(stored, dict) else {}
    changed = {name: _merged(kept.get(name), value) for name, value in patch.items() if value is not None}
    return {name: value for name, value in kept.items() if name not in patch} | changed


def etag(version: int) -> str:
    return f'"{version}"'


def represented(table: AnyTable, stored: Item) -> Response[Literal[HTTPStatus.OK], Any]:
    """200 with a stored item as its table shows it, and its ETag. Raises Misfit."""
    return Response(HTTPStatus.OK, table.shown(stored), {"etag": etag(stored["version"])})


def refuse_undeclared(operation: Operation, headers: Mapping[str, Any]) -> None:
    """Raise BadRequest for a precondition that the operation would not evaluate. Headers are in lower case."""
    undeclared = operation.undeclared_preconditions
    if undeclared.isdisjoint(headers):
        return
    raise BadRequest(
        Violation("header", f"/{name}", "is a precondition that is not evaluated here: leave it out")
        for name in sorted(undeclared & headers.keys())
    )


def check(request: Request, item: Mapping[str, Any]) -> None:
    """Raise PreconditionFailed unless the request may be done to an item at this version.

    `If-Match` compares strongly, `If-None-Match` weakly (sections 13.1.1 and 13.1.2, in the order of 13.2.2).
    """
    if not _matches(request, item):
        raise PreconditionFailed(f"The resource is at version {item['version']} now. Get it again, and decide again.")
    if _is_known(request, item):
        raise PreconditionFailed(f"The resource is at version {item['version']}, for which If-None-Match forbids this.")


def is_known(request: Request, item: Mapping[str, Any]) -> bool:
    """Whether a caller who reads has this version already. Raises PreconditionFailed as `check` does for If-Match."""
    if not _matches(request, item):
        raise PreconditionFailed(f"The resource is at version {item['version']} now.")
    return _is_known(request, item)


def _matches(request: Request, item: Mapping[str, Any]) -> bool:
    tags = request.parameters.get("If-Match")
    return tags is None or tags.strip() == "*" or ("", str(item["version"])) in entity_tags(tags)


def _is_known(request: Request, item: Mapping[str, Any]) -> bool:
    tags = request.parameters.get("If-None-Match")
    if tags is None:
        return False
    return tags.strip() == "*" or str(item["version"]) in {tag for _, tag in entity_tags(tags)}


def _update(table: AnyTable, time: str) -> Item:
    """When an item was changed, where it shows that."""
    return {"updatedAt": time} if not table.properties or "updatedAt" in table.properties else {}
