"""A request as the contract describes it, and how its parts are written."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from attrs import define, field

from .decimals import exact, json_text
from .types import Unset

KEY = "Idempotency-Key"


@define
class Request:
    """What an operation sends. `route` is its path in the contract, `path` the one of this request."""

    operation: str
    method: str
    route: str
    path: str
    query: dict[str, Any] = field(factory=dict)
    headers: dict[str, str] = field(factory=dict, repr=False)
    cookies: dict[str, str] = field(factory=dict, repr=False)
    body: dict[str, Any] = field(factory=dict, repr=False)
    """The arguments of httpx for it: `content`, `data` or `files`."""


def request(  # noqa: PLR0913  the parts of a request, as the generated modules write them
    operation: str,
    method: str,
    route: str,
    *,
    path: Mapping[str, Any],
    query: Mapping[str, Any],
    headers: Mapping[str, Any],
    cookies: Mapping[str, Any],
    keyed: bool = False,
    body: Mapping[str, Any] | None = None,
    media: str = "",
    sent: Mapping[str, str] | None = None,
) -> Request:
    """Leave out what was not given; of an operation that takes an Idempotency-Key, make one."""
    sent = {"Content-Type": media} if media else dict(sent or {})
    sent |= {name: _text(each) for name, each in given(headers).items()}
    if keyed:
        sent.setdefault(KEY, str(uuid4()))
    return Request(
        operation,
        method,
        route,
        re.sub("{([^}]*)}", lambda found: quote(_text(path[found[1]]), safe=""), route),
        _query(given(query)),
        sent,
        {name: _text(each) for name, each in given(cookies).items()},
        dict(body or {}),
    )


def json_body(value: Any) -> dict[str, Any]:
    """A body of JSON, however it was given: a model, a dict, or whatever else JSON has."""
    return {} if isinstance(value, Unset) else {"content": json_text(plain(value)).encode()}


def plain(value: Any) -> Any:
    """What JSON has: of models, dates, UUIDs and enums as well, inside of anything."""
    if hasattr(value, "to_dict"):
        value = value.to_dict()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in given(value).items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return [plain(each) for each in value]
    return value


def given(members: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was left out."""
    return {name: each for name, each in members.items() if not isinstance(each, Unset)}


def _query(members: Mapping[str, Any]) -> dict[str, Any]:
    """Each as text, or several of a name. The members of an object are parameters themselves, as the contract says."""
    found: dict[str, Any] = {}
    for name, each in members.items():
        value = plain(each)
        if isinstance(value, dict):
            found |= {member: _text(part) for member, part in value.items()}
        elif isinstance(value, list):
            found[name] = [_text(part) for part in value]
        elif value is not None:
            found[name] = _text(value)
    return found


def _text(value: Any) -> str:
    """As a path, a query or a header has it."""
    value = plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return format(exact(value), "f") if isinstance(value, float | Decimal) else str(value)
