"""Requests and replies as the contract describes them, made by schemathesis."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus

import orjson
import schemathesis
from hypothesis import reject
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.core import NotSet
from schemathesis.generation import GenerationMode

from specbound.compiled import nearest
from specbound.compiler.document import Declaration, Document, declarations, load, resolve

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True)
class Sent:
    """A request as it goes over the wire; `query` holds pairs `name=text`, percent-encoded."""

    operation: Declaration
    path_parameters: Mapping[str, str]
    query: tuple[str, ...]
    headers: Mapping[str, str]
    body: bytes | None

    @property
    def path(self) -> str:
        """Where it is sent, not percent-encoded."""
        path = self.operation.whole_path
        for name, text in self.path_parameters.items():
            path = path.replace(f"{{{name}}}", text)
        return path

    def __str__(self) -> str:
        query = f"?{'&'.join(self.query)}" if self.query else ""
        return f"{self.operation.method} {self.path!r}{query} {dict(self.headers)} {self.body!r}"


@dataclass(frozen=True)
class Answered:
    """A reply of an operation. Its body is written as JSON here, also where it is text."""

    operation: Declaration
    status: int
    headers: Mapping[str, str]
    media_type: str
    body: bytes | None

    def __str__(self) -> str:
        return f"{self.operation.place} {self.status} {self.media_type} {dict(self.headers)} {self.body!r}"


@cache
def operations() -> dict[str, Declaration]:
    """Those of the contract here, by the names of their functions."""
    return {each.operation_id: each for each in declarations(load())}


def requests(operation_id: str) -> st.SearchStrategy[Sent]:
    """Requests that the contract lets through."""
    return _requests(operation_id, GenerationMode.POSITIVE)


def wrong_requests(operation_id: str) -> st.SearchStrategy[Sent]:
    """Requests of which something is not as the contract has it; of some operations there are none."""
    return _requests(operation_id, GenerationMode.NEGATIVE)


def _requests(operation_id: str, mode: GenerationMode) -> st.SearchStrategy[Sent]:
    operation = operations()[operation_id]
    return _cases(_contract(), operation.path, operation.method, mode).map(lambda case: _sent(operation, case))


@st.composite
def replies(draw: Draw, operation_id: str) -> Answered:
    """Replies that the contract promises."""
    promised = [path for path in _inside_out().raw_schema["paths"] if path.startswith(f"/{operation_id}/")]
    path = draw(st.sampled_from(promised))
    case = draw(_cases(_inside_out(), path, "POST"))
    _, _, status, media_type = path.split("/", 3)
    return Answered(operations()[operation_id], int(status), _headers(case), media_type, _body(case))


def statuses(operation: Declaration) -> dict[str, int]:
    """By each status, range and default that an operation's replies are promised by, a status that it promises."""
    declared = [str(each) for each in operation.definition["responses"]]
    known = [str(int(each)) for each in reversed(HTTPStatus) if each >= HTTPStatus.OK]
    promised = {
        name: next((each for each in (name, *known) if nearest(declared, each) == name), "") for name in declared
    }
    return {name: int(each) for name, each in promised.items() if each.isdecimal()}


def declared(answered: Answered) -> Document:
    """What the contract says of such a reply; {} where it does not name its status."""
    replies = answered.operation.definition["responses"]
    name = nearest([*map(str, replies)], str(answered.status))
    found: Document = next((each for key, each in replies.items() if str(key) == name), {})
    return resolve(_document(), found, "responses")


@cache
def _document() -> Document:
    # Where it is served does not matter here, and may be in variables that are nowhere set.
    return load() | {"servers": [{"url": "/"}]}


@cache
def _contract() -> Any:
    return schemathesis.openapi.from_dict(_document(), config=SchemathesisConfig())


@cache
def _inside_out() -> Any:
    """The contract with each reply as a request: what makes requests then makes replies, too."""
    document = _document()
    paths = {}
    for each in operations().values():
        promised = statuses(each)
        for name, reference in each.definition["responses"].items():
            if (status := promised.get(str(name))) is None:
                continue
            reply = resolve(document, reference)
            for media_type, content in reply.get("content", {"": {}}).items():
                path = f"/{each.operation_id}/{status}/{media_type}"
                paths[path] = {"post": _as_request(document, reply.get("headers", {}), content)}
    return schemathesis.openapi.from_dict(document | {"paths": paths}, config=SchemathesisConfig())


def _as_request(document: Document, headers: Document, content: Document) -> Document:
    body = {"required": True, "content": {"application/json": {"schema": content.get("schema")}}}
    return {
        "parameters": [{"name": name, "in": "header", **resolve(document, header)} for name, header in headers.items()],
        "responses": {"204": {"description": "Nothing."}},
        **({"requestBody": body} if content else {}),
    }


def _cases(
    schema: Any, path: str, method: str, mode: GenerationMode = GenerationMode.POSITIVE
) -> st.SearchStrategy[Any]:
    cases: st.SearchStrategy[Any] = schema[path][method].as_strategy(generation_mode=mode)
    return cases


def _sent(operation: Declaration, case: Any) -> Sent:
    listed = [(name, value if isinstance(value, list) else [value]) for name, value in (case.query or {}).items()]
    body = _body(case)
    return Sent(
        operation,
        {name: _text(value) for name, value in (case.path_parameters or {}).items()},
        tuple(f"{quote_plus(name)}={quote_plus(_text(each))}" for name, values in listed for each in values),
        _headers(case) | ({} if body is None else {"content-type": "application/json"}),
        body,
    )


def _headers(case: Any) -> dict[str, str]:
    return {name.lower(): on_the_wire(_text(value)) for name, value in (case.headers or {}).items()}


def on_the_wire(text: str) -> str:
    """What HTTP lets through of a header's text."""
    return "".join(each for each in text if " " <= each <= "~").strip()


def _text(value: Any) -> str:
    """What a client writes of a value. Halves of surrogate pairs can't be sent."""
    text = value if isinstance(value, str) else write(value).decode()
    try:
        text.encode()
    except UnicodeEncodeError:
        reject()
    return text


def _body(case: Any) -> bytes | None:
    return None if isinstance(case.body, NotSet) else write(case.body)


def write(value: Any) -> bytes:
    """The value as JSON. One with an integer of more than 64 bits, which orjson does not write, is given up."""
    try:
        return orjson.dumps(value)
    except TypeError:
        reject()
