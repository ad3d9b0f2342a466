"""The engine's own answers: what an operation may be answered before its function is, or in place of it.

Where a contract does not declare them they are added to it, in what is published and in what is compiled.
"""

import copy
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass

from specbound.compiled import nearest
from specbound.compiler import common
from specbound.compiler.additions import Components
from specbound.compiler.deprecation import with_deprecations
from specbound.compiler.document import Declaration, Document, Refused, declarations, paths, resolve
from specbound.compiler.items import key_made
from specbound.compiler.mistakes import ROOT_STEP, gathered
from specbound.compiler.security import compile_security, said_of_security
from specbound.compiler.subjects import item_of, parents_of, tables_with
from specbound.compiler.telling import EXTENSION, Telling, Told, Unmapped
from specbound.compiler.unfinished import is_unfinished
from specbound.http.access import challenges

RESPONSES = {
    "304": "NotModified", "400": "BadRequest", "401": "Unauthorized", "403": "Forbidden", "404": "NotFound",
    "409": "Conflict", "412": "PreconditionFailed", "413": "ContentTooLarge", "415": "UnsupportedMediaType",
    "422": "KeyReused", "429": "TooManyRequests", "500": "InternalServerError", "501": "NotImplemented",
    "503": "ServiceUnavailable",
}  # fmt: skip
# Never by the function.
OF_THE_GATEWAY = {"429"}
NOT_WRITTEN = "501"
# Headers that problems come with, by status.
HEADERS: dict[str, dict[str, str | int]] = {
    "409": {"retry-after": 1},
    "415": {"accept-encoding": "identity"},
    "503": {"retry-after": 1},
}
CHALLENGE = "www-authenticate"
# How the common component's challenges begin; and the header of a reply with another.
TOKENS = "Bearer"
OTHER = {
    "description": "How to authenticate (RFC 9110, section 11.6.1).", "required": True,
    "schema": {"type": "string", "maxLength": 1000},
}  # fmt: skip
ALWAYS_SENT = ("401", CHALLENGE)


@dataclass(frozen=True)
class Completed:
    """A contract with the engine's own answers; and how problems are told that are not told as RFC 9457 has it.

    `told` leads from an operation's steps and a reply's status (`400`, `4XX`, `default`) to that; None for as it is.
    `bare` has the statuses of replies that are declared without a body, which the engine's have.
    """

    document: Document
    told: Mapping[tuple[str, ...], Mapping[str, Told | None]]
    bare: Mapping[tuple[str, ...], Set[str]]


class Shapes:
    """The shapes of all operations, each once, known by a number."""

    def __init__(self, told: Mapping[tuple[str, ...], Mapping[str, Told | None]]) -> None:
        self.all: list[Told] = []
        self._told = told

    def of(self, steps: tuple[str, ...]) -> dict[str, int | None]:
        """By status, the number of an operation's shapes; None for the engine's own, and nothing where all are."""
        return {
            status: None if each is None else self._number(each) for status, each in self._told.get(steps, {}).items()
        }

    def _number(self, told: Told) -> int:
        if told not in self.all:
            self.all.append(told)
        return self.all.index(told)


def expected(document: Document, operation: Declaration) -> dict[str, str]:
    """The statuses that the engine can answer on an operation, judged by what that takes, each with the reason."""
    found = dict.fromkeys(("400", "429", "500", "503"), "every operation can answer it")
    if said_of_security(document, operation):
        found |= dict.fromkeys(("401", "403"), "it needs a scope")
    if is_unfinished(document, operation):
        found["501"] = "it is unfinished"
    if "requestBody" in operation.definition:
        found |= dict.fromkeys(("413", "415"), "it takes a body")
    if any(each["in"] == "path" for each in operation.parameters):
        found["404"] = "its path names a resource"
    headers = {each["name"] for each in operation.parameters if each["in"] == "header"}
    if "If-Match" in headers:
        found["412"] = "it takes If-Match"
    if "If-None-Match" in headers:
        # RFC 9110, section 13.1.2.
        found["304" if operation.method == "GET" else "412"] = "it takes If-None-Match"
    if "Idempotency-Key" in headers:
        found |= dict.fromkeys(("409", "422"), "it takes an Idempotency-Key")
    if operation.method == "POST" and "requestBody" in operation.definition and gives_keys(document):
        found["409"] = "it may give a new item the key of another"
    if "requestBody" in operation.definition and item_of(document, operation, tables_with(document, "unique")):
        found["409"] = "it may ask for a value that another item has"
    if "requestBody" in operation.definition and item_of(document, operation, tables_with(document, "belongs_to")):
        found["409"] = "what it makes may belong to what is not there"
    if operation.method == "DELETE" and item_of(document, operation, parents_of(document)):
        found["409"] = "others may belong to what it removes"
    return found


def gives_keys(document: Document) -> bool:
    """Whether the items of some table are given their keys: the engine makes UUIDs, and nothing else."""
    tables = document.get("x-dynamodb")
    with suppress(Refused, KeyError, TypeError, AttributeError):
        return any(key_made(document, each) != "always" for each in (tables or {}).values())
    # Whoever compiles the tables says what is wrong with them.
    return False


def complete(document: Document) -> Completed:
    """The contract with all that the engine answers, and with what it says of what is deprecated.

    Raises Refused for an `x-problem` that does not fit its schemas.

    Other mistakes are left to whoever compiles it.
    """
    completion = _Completion(document)
    with gathered() as at:
        with at(ROOT_STEP, EXTENSION):
            completion.telling.read()
        for each in _readable(document):
            with at(*each.steps, "responses"):
                completion.add(each)
    return Completed(with_deprecations(completion.document), completion.told, completion.bare)


def _readable(document: Document) -> Iterator[Declaration]:
    """The operations, up to a mistake among them, which the compiler names."""
    with suppress(Refused):
        yield from declarations(document)


def _not_written() -> Document:
    """No service has it for long, so it is no common component: it is told as a fault is."""
    fault: Document = common.components()["responses"][RESPONSES["500"]]
    return fault | {"description": "Nobody has written it yet."}


class _Completion:
    def __init__(self, document: Document) -> None:
        self.document = copy.copy(document)
        self.told: dict[tuple[str, ...], Mapping[str, Told | None]] = {}
        self.bare: dict[tuple[str, ...], Set[str]] = {}
        self.telling = Telling(document)
        self._given = document
        self._components = Components(document, self.document)
        self._items = paths(document)
        self._paths = dict(document.get("paths", {}))

    def add(self, declaration: Declaration) -> None:
        """The replies of an operation that the engine may answer."""
        declared: Document = declaration.definition.get("responses", {})
        possible = expected(self._given, declaration)
        replies = dict(declared)
        shapes: dict[str, Told | None] = {}
        challenge = self._challenge(declaration)
        with gathered() as at:
            for status, reply in declared.items():
                if status in OF_THE_GATEWAY or not (status == "default" or status[:1] in "45"):
                    continue
                with at(status):
                    is_possible = any(nearest(declared, each) == status for each in possible)
                    place = f"{declaration.place} reply {status}"
                    replies[status], shapes[status] = self._fitted(status, reply, place, is_possible, challenge)
        for status in possible:
            if nearest(declared, status) is None:
                replies[status], shapes[status] = self._added(status, challenge)
        if replies != declared:
            self._replace(declaration, replies)
            with suppress(Refused):
                bare = {status for status in declared if self._gains_a_body(declared[status], replies[status])}
                self.bare |= {declaration.steps: bare} if bare else {}
        if any(shapes.values()):
            self.told[declaration.steps] = shapes

    def _gains_a_body(self, before: Document, after: Document) -> bool:
        """Whether a reply that is declared without a body has one now."""
        if before == after:
            return False
        own, now = resolve(self._given, before, "responses"), resolve(self.document, after, "responses")
        return not own.get("content") and bool(now.get("content"))

    def _replace(self, declaration: Declaration, replies: Document) -> None:
        operation = {declaration.method.lower(): {**declaration.definition, "responses": replies}}
        self._items[declaration.path] = {**self._items[declaration.path], **operation}
        self.document["paths"] = self._paths
        self._paths[declaration.path] = self._items[declaration.path]

    def _challenge(self, declaration: Declaration) -> str:
        """What a 401 says of how to come in; "" where whoever compiles the security says what is wrong with it."""
        with suppress(Refused):
            ways = compile_security(self._given, declaration)
            return challenges((need["kind"], need["in"], need["name"]) for way in ways for need in way)
        return ""

    def _added(self, status: str, challenge: str) -> tuple[Document, Told | None]:
        """A reply that is not declared at all."""
        mapping = self.telling.mapping
        name = RESPONSES[status]
        of_all = _not_written() if status == NOT_WRITTEN else common.components()["responses"][name]
        own = _challenging(of_all, challenge)
        if mapping is None or mapping.schema is None or status in OF_THE_GATEWAY | {"304"}:
            if status == NOT_WRITTEN or own is not of_all:
                return self._components.add("responses", name, self._components.own(own)), None
            return self._components.common("responses", name), None
        content = {mapping.media_type: {"schema": {"$ref": mapping.schema}}}
        shape = self.telling.mapped(mapping, content, status, f"{EXTENSION} for {status}")
        reply = self._components.own({**own, "content": {}})
        added = self._components.add("responses", name, {**reply, "content": content})
        return added, {**shape, "headers": {}}

    def _fitted(
        self, status: str, reference: Document, place: str, is_possible: bool, challenge: str
    ) -> tuple[Document, Told | None]:
        """A declared reply, with as much more as the engine needs; and how problems are told in it."""
        try:
            reply = resolve(self._given, reference, "responses")
            odd, headers = self._headers(reply, status, is_possible, challenge)
            shape, media_type = self.telling.shape(reply.get("content", {}), status, place)
        except Unmapped:
            raise
        except Refused:
            # Of the reply itself: whoever compiles it says so.
            return reference, None
        if shape or odd:
            shape = {**(shape or {"media_type": None, "body": None}), "headers": odd}
        made = {**reply, **({"headers": headers} if headers else {})}
        if media_type is not None:
            problem = {media_type: {"schema": self._components.common("schemas", "Problem")}}
            made["content"] = {**reply.get("content", {}), **problem}
        if made == reply:
            return reference, shape
        if "$ref" in reference:
            made = self._components.add("responses", f"{reference['$ref'].rpartition('/')[2]}OrProblem", made)
        return made, shape

    def _headers(
        self, reply: Document, status: str, is_possible: bool, challenge: str
    ) -> tuple[dict[str, bool], Document]:
        """Headers that are not as the engine writes them; and those declared, none required that it does not send."""
        sent = {key: value for each in HEADERS if nearest({status: 0}, each) for key, value in HEADERS[each].items()}
        if challenge and nearest({status: 0}, "401"):
            sent[CHALLENGE] = challenge
        odd: dict[str, bool] = {}
        relaxed: Document = dict(reply.get("headers", {}))
        for key, reference in reply.get("headers", {}).items():
            header, name = resolve(self._given, reference, "headers"), key.lower()
            if name in sent:
                is_valid = self.telling.validator(header.get("schema")).is_valid
                if not is_valid(sent[name]):
                    odd[name] = is_valid(str(sent[name]))
            is_always_sent = (status, name) == ALWAYS_SENT and name not in odd
            if is_possible and header.get("required") and not is_always_sent:
                relaxed[key] = {**header, "required": False}
        return odd, relaxed


def _challenging(reply: Document, challenge: str) -> Document:
    """A common reply, whose challenge may be another than the one for a token."""
    headers: Document = reply.get("headers", {})
    if not challenge or challenge.startswith(TOKENS) or all(each.lower() != CHALLENGE for each in headers):
        return reply
    return {**reply, "headers": {**headers, **{each: OTHER for each in headers if each.lower() == CHALLENGE}}}
