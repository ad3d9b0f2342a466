"""Requests and replies as the contract describes them, made by schemathesis."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote_plus

import orjson
import schemathesis
from hypothesis import reject
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.core import NotSet

from specbound.compiler.document import Declaration, Document, declarations, load, resolve

OPERATIONS = {each.operation_id: each for each in declarations(load())}
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
        path = self.operation.path
        for name, text in self.path_parameters.items():
            path = path.replace(f"{{{name}}}", text)
        return path


@dataclass(frozen=True)
class Answered:
    """A reply of an operation. Its body is written as JSON here, also where it is text."""

    operation: Declaration
    status: int
    headers: Mapping[str, str]
    media_type: str
    body: bytes | None


def requests(operation_id: str) -> st.SearchStrategy[Sent]:
    """Requests that the contract lets through."""
    operation = OPERATIONS[operation_id]
    return _cases(_contract(), operation.path, operation.method).map(lambda case: _sent(operation, case))


@st.composite
def replies(draw: Draw, operation_id: str) -> Answered:
    """Replies that the contract promises."""
    promised = [path for path in _inside_out().raw_schema["paths"] if path.startswith(f"/{operation_id}/")]
    path = draw(st.sampled_from(promised))
    case = draw(_cases(_inside_out(), path, "POST"))
    _, _, status, media_type = path.split("/", 3)
    return Answered(OPERATIONS[operation_id], int(status), _headers(case), media_type, _body(case))


@cache
def _contract() -> Any:
    return schemathesis.openapi.from_dict(load(), config=SchemathesisConfig())


@cache
def _inside_out() -> Any:
    """The contract with each reply as a request: what makes requests then makes replies, too."""
    document = load()
    paths = {}
    for each in OPERATIONS.values():
        for status, reference in each.definition["responses"].items():
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


def _cases(schema: Any, path: str, method: str) -> st.SearchStrategy[Any]:
    cases: st.SearchStrategy[Any] = schema[path][method].as_strategy()
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
    return {name.lower(): _text(value) for name, value in (case.headers or {}).items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _body(case: Any) -> bytes | None:
    return None if isinstance(case.body, NotSet) else write(case.body)


def write(value: Any) -> bytes:
    """The value as JSON. One with an integer of more than 64 bits, which orjson does not write, is given up."""
    try:
        return orjson.dumps(value)
    except TypeError:
        reject()
