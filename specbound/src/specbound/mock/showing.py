"""Showing: replies about things that are kept, each as its operation's schema has it."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from specbound.contract import Operation
from specbound.messages import Response
from specbound.mock.making import Unmade, made
from specbound.mock.merging import flat
from specbound.mock.replies import declared, is_promised, json_of
from specbound.mock.things import properties, required_of
from specbound.resources import versions
from specbound.validation import Validator, pruned


def thing(
    operation: Operation, status: int, within: tuple[str, ...] | None, item: Mapping[str, Any], told: Mapping[str, Any]
) -> Response | None:
    """A reply with a thing in it, if it has one; None where the reply is not about it, or can't show it.

    `told` are headers: a new thing's place is always told, others where they are declared.
    """
    head = headers(operation, status, told)
    media = json_of(operation, status)
    if media is None or media.validator is None:
        reply = declared(operation, status)
        response = Response(HTTPStatus(status), None, head)
        is_empty = reply is not None and (not reply.content or status == HTTPStatus.NO_CONTENT)
        return response if is_empty and is_promised(operation, response) else None
    for body in _bodies(media.validator, within, item):
        response = Response(HTTPStatus(status), body, head, media.name)
        if is_promised(operation, response):
            return response
    return None


def told(version: int, location: str = "") -> dict[str, str]:
    """The headers of a thing."""
    return {"etag": versions.etag(version)} | ({"location": location} if location else {})


def headers(operation: Operation, status: int, own: Mapping[str, Any]) -> dict[str, Any]:
    """Those that are declared for a status, with what they are here."""
    reply = declared(operation, status)
    if reply is None or reply.headers is None:
        return {name: each for name, each in own.items() if name == "location"}
    try:
        found: dict[str, Any] = made(reply.headers)
    except Unmade:
        return {}
    whole = found | {name: each for name, each in own.items() if name in found or name == "location"}
    return whole if reply.headers.is_valid(whole) else found


def _bodies(validator: Validator, within: tuple[str, ...] | None, item: Mapping[str, Any]) -> Iterator[Any]:
    """What may be a reply about a thing, as far as the schema shows it, the barest first."""
    if within is None:
        return
    if not within:
        yield pruned(validator.schema, dict(item), validator.definitions)
        known = properties(validator)
        yield {**made(validator), **{name: each for name, each in item.items() if name in known}}
        return
    [name] = within
    schema = flat(validator.schema, validator.definitions)["properties"][name]
    whole = made(validator)
    required = required_of(validator)
    frame = {each: value for each, value in whole.items() if each in required}
    for one in _bodies(Validator(schema, validator.definitions), (), item):
        yield frame | {name: one}
        yield whole | {name: one}
