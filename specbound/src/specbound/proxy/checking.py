"""Checking: one exchange, a request and its reply, held against a contract."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from specbound import exact_json
from specbound.compiled import EMPTY_REPLIES
from specbound.contract import Breach, Contract, DeclaredReply, Media, Operation
from specbound.exact_json import NotJson
from specbound.http import access, media
from specbound.http.events import Call
from specbound.http.fields import media_type
from specbound.http.reading import cast, decode_path, pointer, read_body, read_parameters
from specbound.mock.merging import flat
from specbound.mock.replies import declared
from specbound.problems import BadRequest, ContentTooLarge, Problem, Violation
from specbound.proxy.beside import NOTHING as NOTHING_BESIDE
from specbound.proxy.beside import Beside
from specbound.proxy.drift import Drift, masked, place_of
from specbound.validation import Validator

# Of JSON that is right, what the engine does not read: a rule of its own.
BEYOND = (exact_json.INEXACT, "nests too deep")
# So many differences are told of one message.
MOST = 50
# The media type of what goes on for as long as somebody listens.
STREAM = "text/event-stream"


@dataclass(frozen=True)
class Sent:
    """A request as it was sent: a raw path, a raw query, headers by names in lower case. The body is None if it can't
    be checked."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True)
class Answered:
    """A reply: `body` is decoded, and None if it can't be checked."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True)
class Judged:
    """A request of which it is known which operation it is for, if any, and what is wrong with it."""

    route: str
    operation: Operation | None
    violations: tuple[Violation, ...]
    allowed: frozenset[str] = frozenset()
    is_beside: bool = False
    """Whether it is for what a server has beside its operations: its documentation, say."""

    @property
    def is_known_path(self) -> bool:
        return bool(self.allowed)


class Checker:
    """What a contract says of the traffic of a server. Clients may begin where its base path does, or before that."""

    def __init__(self, contract: Contract[Any], prefix: str = "", beside: Beside = NOTHING_BESIDE) -> None:
        """`prefix` is the path that all of the server's paths begin with."""
        self._contract = contract
        self._prefix = prefix
        self._beside = beside
        self.routes = {name: route for route, name in contract.routes.items()}

    def request(self, sent: Sent) -> Judged:
        """What a request is for, and what is wrong with it."""
        matched = next(filter(None, map(self._contract.match, self._paths(sent.path))), None)
        if matched is None:
            is_beside = any(self._beside.has(sent.method, each) for each in self._paths(sent.path))
            return Judged(f"{sent.method} {masked(sent.path)}", None, (), is_beside=is_beside)
        operations, parameters = matched
        operation = operations.get(sent.method)
        if operation is None:
            anything = next(iter(operations.values()))
            path = self.routes[anything.operation_id].partition(" ")[2]
            return Judged(f"{sent.method} {path}", None, (), frozenset(operations))
        found = tuple(islice(self._wrong(operation, sent, parameters), MOST))
        return Judged(self.routes[operation.operation_id], operation, found, frozenset(operations))

    def drifts(self, sent: Sent, judged: Judged, answered: Answered) -> Iterator[Drift]:
        """Where an exchange is not as the contract has it. A wrong request that is refused is as it should be."""
        operation, status = judged.operation, answered.status
        if judged.is_beside:
            return
        if operation is None:
            if judged.is_known_path and status not in (404, 405, 501) and sent.method != "OPTIONS":
                yield Drift(judged.route, None, "reply", status, "", "answers a method that the contract does not have")
            elif not judged.is_known_path and status != 404 and sent.method != "OPTIONS":
                yield Drift(judged.route, None, "reply", status, "", "answers a path that the contract does not have")
            return
        name = operation.public_id
        for each in judged.violations if status < 400 else ():
            place = f"{each.where}{place_of(each.pointer)}"
            yield Drift(judged.route, name, "request", status, place, f"{each.detail}, and it was taken")
        for place, what in islice(_objections(operation, sent.method, answered), MOST):
            yield Drift(judged.route, name, "reply", status, place, what)

    def _paths(self, path: str) -> list[str]:
        """How the contract may write a path: as the server has it, as it was called, or below its base path."""
        return [self._prefix + path, path, self._contract.whole_path(path)]

    def _wrong(self, operation: Operation, sent: Sent, parameters: Mapping[str, str]) -> Iterator[Violation]:
        body = None if sent.body is None else base64.b64encode(sent.body).decode() or None
        call = Call(sent.method, sent.path, "", parameters, sent.query, sent.headers, body, True, None, True, "", {})
        if operation.security and not any(all(_brings(need, call) for need in way) for way in operation.security):
            yield Violation("header", "", "it brings no credential that the contract asks for")
        call = access.without_credentials(operation, call) if operation.query_credentials else call
        try:
            call = call.at(decode_path(parameters))
            read_parameters(operation, call)
        except BadRequest as refused:
            yield from _checked(refused)
        if sent.body is None:
            return
        try:
            read_body(operation, call)
        except BadRequest as refused:
            yield from _checked(refused)
        except ContentTooLarge:
            # Without x-max-bytes this is a rule of the engine's alone.
            return
        except Problem as refused:
            yield Violation("body", "", str(refused).removesuffix("."))


def _checked(refused: BadRequest) -> Iterator[Violation]:
    """What the contract says: which numbers can be kept is a matter of the engine's."""
    return (each for each in refused.violations if not each.detail.startswith(exact_json.INEXACT))


def _brings(need: Any, call: Call) -> bool:
    if need.kind == "certificate":
        return True
    return (
        bool(call.headers.get("authorization")) if need.kind == "token" else access.credential(need, call) is not None
    )


def _objections(operation: Operation, method: str, answered: Answered) -> Iterator[tuple[str, str]]:
    """The place of each thing in a reply that is not as it is declared, and what is wrong with it."""
    reply = declared(operation, answered.status)
    if reply is None:
        names = ", ".join([*map(str, operation.replies), *operation.other_replies])
        yield "status", f"is not declared: {names}"
        return
    if reply.headers is not None:
        yield from _wrong_headers(reply, answered.headers)
    if method == "HEAD" or str(answered.status) in EMPTY_REPLIES:
        return
    if not reply.content:
        if answered.body:
            yield "body", "is not declared"
        return
    if answered.body == b"" and not any(each.kind in ("text", "binary") for each in reply.content):
        yield "body", "is missing"
        return
    sent = answered.headers.get("content-type", "")
    found = reply.find(sent) if media_type(sent) else None
    if found is None:
        names = ", ".join(each.name for each in reply.content)
        yield "header/content-type", f"is none that is declared: {names}"
        return
    if answered.body is not None:
        yield from _wrong_body(found, answered.body, sent)


def _wrong_body(declared_as: Media, content: bytes, sent: str) -> Iterator[tuple[str, str]]:
    if declared_as.kind == "json":
        try:
            value = exact_json.loads(content.decode("utf-8-sig"))
        except (NotJson, UnicodeDecodeError) as error:
            if not str(error).startswith(BEYOND):
                yield "body", "is not JSON"
            return
        for path, what in declared_as.validator.violations(value) if declared_as.validator else ():
            yield f"body{place_of(pointer(path))}", what
        return
    if declared_as.kind == "form" or media_type(sent) == (STREAM, {}):
        return
    try:
        value = content.decode() if declared_as.kind == "text" else content
        if not (declared_as.kind == "text" and declared_as.cast != "string"):
            media.check(declared_as, value)
    except (Breach, UnicodeDecodeError):
        yield "body", "is not what its schema describes"


def _wrong_headers(reply: DeclaredReply, sent: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    validator = reply.headers
    if validator is None:
        return
    declares = flat(validator.schema, validator.definitions).get("properties", {})
    values = {
        name: _header_value(Validator(each, validator.definitions), sent[name], reply.written.get(name, ""))
        for name, each in declares.items()
        if name in sent
    }
    for path, what in validator.violations(values):
        yield f"header{place_of(pointer(path))}", what


def _header_value(validator: Validator, text: str, how: str) -> Any:
    """A header as its schema has it, read from text (OpenAPI's style `simple`)."""
    if how == "json":
        try:
            return exact_json.loads(text)
        except NotJson:
            return text
    if how:
        parts = [each.strip() for each in text.split(",")]
        pairs = (
            [each.partition("=")[::2] for each in parts]
            if how == "explode"
            else [*zip(parts[::2], parts[1::2], strict=False)]
        )
        members = flat(validator.schema, validator.definitions).get("properties", {})
        return {
            name: _header_value(Validator(members.get(name, {}), validator.definitions), each, "")
            for name, each in pairs
        }
    whole = flat(validator.schema, validator.definitions)
    kinds = [whole["type"]] if isinstance(whole.get("type"), str) else list(whole.get("type", ()))
    if "array" in kinds:
        items = whole.get("items", {})
        inner = Validator(items if isinstance(items, Mapping) else {}, validator.definitions)
        return [_header_value(inner, each.strip(), "") for each in text.split(",")]
    for kind in (each for each in kinds if each in ("integer", "number", "boolean")):
        try:
            value = cast(kind, text)
        except ArithmeticError:
            continue
        if value is not text:
            return value
    return text
