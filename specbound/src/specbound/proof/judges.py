"""Judges: what the compiled contract, openapi-core and Connexion each have against a request, and against a reply."""

import base64
import os
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from specbound.compiled import COMPILED
from specbound.compiler.document import load
from specbound.contract import Breach, Contract
from specbound.http import events
from specbound.http.reading import read_body, read_parameters
from specbound.local import embedded
from specbound.messages import Response
from specbound.problems import BadRequest, Problem, Violation
from specbound.proof.generation import Answered, Sent
from specbound.testing import referee

NUMBERS = {"retry-after"}


@cache
def contract() -> Contract[Any]:
    """The contract here, as it was compiled, and as it is where it is deployed: of its tables it knows names alone."""
    return Contract.load(COMPILED, environment=dict(os.environ) | embedded.environment())


def violations(sent: Sent) -> list[Violation]:
    """What the compiled contract has against a request."""
    found: list[Violation] = []
    operation, call = contract().operations[sent.operation.operation_id], events.read_call(event(sent))
    for read in (read_parameters, read_body):
        try:
            read(operation, call)
        except BadRequest as refused:
            found += refused.violations
        except Problem as refused:
            found.append(Violation("body", "", str(refused)))
    return found


def objections(sent: Sent) -> list[str]:
    """What openapi-core has against a request, in its words."""
    found = referee.service().objections_to_request(
        sent.operation.method, sent.path, "&".join(sent.query), dict(sent.headers), sent.body
    )
    return [*map(referee.words, found)]


def event(sent: Sent) -> dict[str, Any]:
    """The request in payload format 2.0."""
    body = {"body": base64.b64encode(sent.body).decode(), "isBase64Encoded": True} if sent.body else {}
    return body | {
        "requestContext": {"http": {"method": sent.operation.method}},
        "rawPath": sent.path,
        "pathParameters": sent.path_parameters,
        "rawQueryString": "&".join(sent.query),
        "headers": sent.headers,
    }


def read_reply(answered: Answered) -> tuple[Any, bytes]:
    """The body as the value that an operation gives, and as what goes over the wire. Raises ValueError for neither."""
    if answered.body is None:
        return None, b""
    value = referee.read_json(answered.body)
    if answered.media_type.endswith("json"):
        return value, answered.body
    if not isinstance(value, str):
        raise ValueError(f"{answered.media_type} is text")
    return value, value.encode()


def breach_of(answered: Answered, value: Any) -> str | None:
    """What the compiled contract has against a reply."""
    try:
        contract().operations[answered.operation.operation_id].check_reply(_response(answered, value))
    except Breach as breach:
        return str(breach)
    return None


def violations_of_reply(answered: Answered, value: Any) -> list[Violation]:
    """The same place by place, of its headers and its JSON; none where it is another thing that is not promised."""
    reply = contract().operations[answered.operation.operation_id].replies.get(answered.status)
    if reply is None:
        return []
    media = reply.find(answered.media_type)
    headers = reply.headers.violations(_response(answered, value).headers) if reply.headers else ()
    body = media.validator.violations(value) if media and media.kind == "json" and media.validator else ()
    found = [("header", *each) for each in headers] + [("body", *each) for each in body]
    return [Violation(where, "".join(f"/{step}" for step in path), detail) for where, path, detail in found]


def _response(answered: Answered, value: Any) -> Response:
    # Operations give numbers as numbers.
    headers = {
        name: int(text) if name in NUMBERS and is_number_to_python(text) else text
        for name, text in answered.headers.items()
    }
    return Response(HTTPStatus(answered.status), value, headers, answered.media_type)


def objections_to_reply(answered: Answered, content: bytes) -> list[str]:
    """What openapi-core has against a reply, in its words."""
    path = answered.operation.whole_path.replace("{", "").replace("}", "")
    headers = dict(answered.headers) | ({"content-type": answered.media_type} if content else {})
    found = referee.service().objections_to_reply(answered.operation.method, path, answered.status, headers, content)
    return [*map(referee.words, found)]


@cache
def read_only() -> frozenset[str]:
    """The names of properties that the contract has in replies alone."""
    return frozenset(_read_only(load()))


def _read_only(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _read_only(each)
    elif isinstance(part, dict):
        for name, each in part.items():
            if isinstance(each, dict) and each.get("readOnly") is True:
                yield str(name)
            yield from _read_only(each)


def is_number_to_python(text: str) -> bool:
    try:
        int(text)
    except ValueError:
        return False
    return True
