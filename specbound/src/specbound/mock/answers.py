"""Answers: what the mock says to a request that is as the contract has it."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any
from zlib import crc32

from specbound.classes import replaced
from specbound.compiled import EMPTY_REPLIES
from specbound.contract import Contract, DeclaredReply, Media, Operation
from specbound.exact_json import dumps
from specbound.messages import Request, Response
from specbound.mock import keys
from specbound.mock.examples import Examples, bare
from specbound.mock.making import Unmade, made
from specbound.mock.memory import Memory
from specbound.mock.preferences import ASKED, Preferences
from specbound.mock.replies import declared, declared_as, is_promised, problem, success
from specbound.problems import BadRequest, Problem, Violation

Function = Callable[[Request], Response]
# What stands for what can't be made of a schema: content that is no JSON.
TEXTS = ("data: mock\n\n", "<mock/>", "mock", "")
NUMBERS = 1000
# The smallest there are, so that a page shows something.
PICTURES = {
    "image/png": base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    ),
    "image/gif": base64.b64decode("R0lGODlhAQABAAAAACwAAAAAAQABAAA="),
    "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
}


class NoReply(Exception):
    """No reply could be made that the contract admits."""


@dataclass(frozen=True)
class Known:
    """What answers are made of: the examples of a contract, the memory of its things, what the engine does on standard
    operations (`served`), and the problem types of operations that name some (`x-problems`)."""

    examples: Examples
    memory: Memory
    served: Mapping[str, Function]
    types: Mapping[str, Mapping[str, int]]


class Answers:
    """A function for each operation of a contract, as an Api asks for them by name."""

    def __init__(self, contract: Contract[Any], known: Known, note: Callable[[str], None]) -> None:
        """`note` is told what is worth a line."""
        self._contract, self._known, self._note = contract, known, note
        self._noted: set[str] = set()

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_") or name not in self._contract.operations or name in self._contract.own:
            raise AttributeError(name)
        return self._answer

    def _answer(self, request: Request) -> Response:
        """What is said, and under an idempotency key once, but for errors that are asked for; what the engine serves
        keeps its keys itself."""
        response = self._answered(request)
        # What is deprecated, and until when, the engine says itself.
        told = self._contract.deprecated.get(request.operation_id, {})
        own = {name: each for name, each in response.headers.items() if name.lower() not in told}
        return response if len(own) == len(response.headers) else replaced(response, headers=own)

    def _answered(self, request: Request) -> Response:
        asked = ASKED.get(Preferences())
        is_served = request.operation_id in self._known.served and asked.is_plain
        is_error = asked.code is not None and asked.code >= HTTPStatus.MULTIPLE_CHOICES
        if request.key is None or is_served or is_error:
            return self._said(request)
        return keys.once(request.key, lambda: self._said(request))

    def _said(self, request: Request) -> Response:
        asked, operation = ASKED.get(Preferences()), self._contract.operations[request.operation_id]
        if asked.code == success(operation) and asked.example is None and not asked.dynamic:
            asked.applied.append(f"code={asked.code}")
            # As it is anyway, with what is kept, if that can be.
            with suppress(Problem):
                return self._kept(operation, request)
            return self._reply(operation, success(operation), request)
        if not asked.is_plain:
            forced = self._forced(operation, request, asked)
            if forced is not None:
                return forced
        if asked.is_strict and asked.ignored:
            raise BadRequest([Violation("header", "/prefer", each) for each in asked.ignored])
        return self._kept(operation, request)

    def _kept(self, operation: Operation, request: Request) -> Response:
        """What the engine, or the memory, says; of what neither knows, what is always said. Raises Problem."""
        if request.operation_id in self._known.served:
            return self._known.served[request.operation_id](request)
        return self._known.memory.answer(request) or self._reply(operation, success(operation), request)

    def _forced(self, operation: Operation, request: Request, asked: Preferences) -> Response | None:
        """The reply that was asked for; None, with the reason among what is ignored, if there is none."""
        status = asked.code
        if status is None and asked.example is not None:
            status = self._status_of(operation, asked.example)
        status = success(operation) if status is None else status
        if asked.code is not None and (not declared(operation, status) or status not in {*HTTPStatus}):
            names = ", ".join(map(str, [*operation.replies, *operation.other_replies]))
            asked.ignored.append(f"code={status} is not declared: {names}")
            return None
        names_ = self._names(operation, status)
        if asked.example is not None and asked.example not in names_:
            asked.ignored.append(f"example={asked.example} is none of {status}'s: {', '.join(names_) or 'it has none'}")
            if asked.code is None and not asked.dynamic:
                return None
        named = asked.example if asked.example in names_ else None
        response = self._reply(operation, status, request, named, is_dynamic=asked.dynamic and named is None)
        asked.applied += [f"code={asked.code}"] if asked.code is not None else []
        asked.applied += [f'example="{named}"'] if named is not None else []
        asked.applied += ["dynamic=true"] if asked.dynamic and named is None else []
        return response

    def _status_of(self, operation: Operation, example: str) -> int | None:
        """Of which reply an example is, its success before others."""
        statuses = [success(operation), *sorted(operation.replies)]
        return next((each for each in statuses if example in self._names(operation, each)), None)

    def _names(self, operation: Operation, status: int) -> list[str]:
        key = declared_as(operation, status)
        found = self._known.examples.of(operation.operation_id)
        return list(dict.fromkeys(each.name for each in found if each.status == key and each.name))

    def _reply(
        self, operation: Operation, status: int, request: Request, name: str | None = None, *, is_dynamic: bool = False
    ) -> Response:
        """A reply of a status that the contract admits: an example, or else what is made. Raises NoReply."""
        reply = declared(operation, status)
        headers = self._headers(reply)
        if reply is None or not reply.content or str(status) in EMPTY_REPLIES:
            response = Response(HTTPStatus(status), None, headers)
            if is_promised(operation, response, request.wanted):
                return response
        for media_type, body, told in self._bodies(operation, status, request, name, is_dynamic):
            response = Response(HTTPStatus(status), body, headers | dict(told), media_type)
            if is_promised(operation, response, request.wanted):
                return response
        raise NoReply(f"{operation.public_id}: nothing could be made for its {status}. Give it an example.")

    def _bodies(
        self, operation: Operation, status: int, request: Request, name: str | None, is_dynamic: bool
    ) -> Iterator[tuple[str | None, Any, Mapping[str, Any]]]:
        content, key = self._content(operation, status, request.wanted), declared_as(operation, status) or ""
        if name is not None:
            yield from self._exemplary(operation, status, content, name)
        if status < HTTPStatus.BAD_REQUEST:
            for media in content:
                if not is_dynamic:
                    yield from self._exemplary(operation, status, [media], name)
                number = _number(request) if is_dynamic else 0
                for value in _made(media, number):
                    yield from ((media.name, each, {}) for each in (_echoed(value, request.parameters), value))
            return
        if not is_dynamic:
            yield from self._exemplary(operation, status, content, name)
            told = operation.response(problem(status, self._type(operation, status)), None)
            if self._known.examples.is_written(operation.operation_id, key, told.media_type):
                yield told.media_type, told.body, told.headers
        # What the engine has added is told where nothing that is written can be.
        is_written = partial(self._known.examples.is_written, operation.operation_id, key)
        for media in sorted(content, key=lambda each: not is_written(each.type)):
            yield from ((media.name, value, {}) for value in _made(media, _number(request) if is_dynamic else 0))

    def _exemplary(
        self, operation: Operation, status: int, content: Sequence[Media], name: str | None
    ) -> Iterator[tuple[str | None, Any, Mapping[str, Any]]]:
        """The examples; one that is not taken is told."""
        key = declared_as(operation, status)
        for each in self._known.examples.of(operation.operation_id):
            if each.status == key and name in (None, each.name):
                for media in content:
                    if media.name == each.media_type or media.type == bare(each.media_type):
                        yield from ((media.name, value, {}) for value in _carried(media, each.value))
                        self._say(
                            f"{operation.public_id}: an example of its {status} is not what its schema describes."
                        )

    def _content(self, operation: Operation, status: int, wanted: Sequence[str]) -> list[Media]:
        """What a body may be, what the caller wants most first."""
        reply = declared(operation, status)
        content = list(reply.content) if reply else []
        order = {name: index for index, name in enumerate(wanted)}
        return sorted(content, key=lambda media: (order.get(media.name, len(order)), media.kind != "json"))

    def _headers(self, reply: DeclaredReply | None) -> dict[str, Any]:
        if reply is None or reply.headers is None:
            return {}
        try:
            found: dict[str, Any] = made(reply.headers)
        except Unmade:
            return {}
        return found

    def _type(self, operation: Operation, status: int) -> str:
        """The first problem type that the contract names for a status."""
        types = self._known.types.get(operation.operation_id, {})
        return next((name for name, each in types.items() if each == status), "")

    def _say(self, line: str) -> None:
        if line not in self._noted:
            self._noted.add(line)
            self._note(line)


def _carried(media: Media, value: Any) -> Iterator[Any]:
    """An example as the body of a media type: a text of JSON is sometimes written for the JSON itself."""
    if media.kind == "binary":
        yield value.encode() if isinstance(value, str) else dumps(value)
    elif media.kind == "json" or isinstance(value, str):
        yield value
    else:
        yield value
        yield dumps(value).decode()


def _made(media: Media, number: int) -> Iterator[Any]:
    """What may be the body of a media type."""
    if media.type in PICTURES:
        yield PICTURES[media.type]
    with suppress(Unmade):
        value = made(media.validator, number=number) if media.validator else {}
        yield value.encode() if media.kind == "binary" and isinstance(value, str) else value
    if media.kind != "json":
        yield from (each.encode() for each in TEXTS)
        yield from TEXTS


def _echoed(value: Any, parameters: Mapping[str, Any]) -> Any:
    """A thing with what the request says of it: its `userId` is that of the path."""
    if not isinstance(value, dict):
        return value
    return {
        name: parameters[name] if name in parameters and type(parameters[name]) is type(each) else each
        for name, each in value.items()
    }


def _number(request: Request) -> int:
    """A number that is the same for the same request."""
    said = {name: str(each) for name, each in sorted(request.parameters.items())}
    return crc32(dumps([request.operation_id, said])) % NUMBERS
