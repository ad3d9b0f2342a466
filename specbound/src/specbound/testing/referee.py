"""Response validation by openapi-core, the referee: its opinion is not the compiled contract's own.

With `regress` beside it, it reads patterns as ECMAScript does, where `$` is the very end of a text.
"""

import decimal
import functools
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest
from openapi_core.templating.paths.exceptions import OperationNotFound, PathNotFound, ServerNotFound
from openapi_core.testing import MockRequest, MockResponse
from openapi_core.validation.response.exceptions import DataValidationError
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from specbound.compiled import EMPTY_REPLIES, nearest, read, read_document
from specbound.compiler.document import Declaration, Document, declarations, paths, resolve
from specbound.compiler.published import with_whole_paths
from specbound.compiler.statuses import declared_replies
from specbound.http.kinds import kind_of
from specbound.testing.callers import ORIGIN

JSON = "application/json"
# Enough for the remainder of any number that a body may hold.
PRECISION = 2000


class Referee:
    """openapi-core's reading of one OpenAPI document. Of security it is not asked: that has tests of its own."""

    def __init__(self, document: Any) -> None:
        document = with_whole_paths(_exact(document)) | {"servers": [{"url": "/"}]}
        names = {JSON, "application/problem+json"}
        texts: set[str] = set()
        for item in paths(document).values():
            # Whatever the servers are called, the API is here.
            item.pop("servers", None)
        for each in declarations(document):
            each.definition.pop("servers", None)
            each.definition["security"] = []
            _say_empty(document, each)
            body = resolve(document, each.definition.get("requestBody", {}))
            contents = [holder.get("content", {}) for holder in (body, *declared_replies(document, each).values())]
            found = {each.partition(";")[0].strip().lower(): each for content in contents for each in content}
            names |= {spelt for name, each in found.items() if kind_of(name) == "json" for spelt in (name, each)}
            texts |= {spelt for name, each in found.items() if _is_text(name) for spelt in (name, each)}
        # JSON, of whatever media type, is read exactly.
        readers = dict.fromkeys(texts, _read_text) | dict.fromkeys(names, read_json)
        # And what is a valid document the compiler has said.
        config = Config(extra_media_type_deserializers=readers, spec_validator_cls=None)
        self._openapi = OpenAPI.from_dict(document, config=config)

    def objections_to_request(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes | None
    ) -> list[Exception]:
        """What is wrong with a request, as Werkzeug reads it from its WSGI server. `path` is not percent-encoded."""
        environment = EnvironBuilder(quote(path), method=method, query_string=query, headers=headers.items(), data=body)
        request = WerkzeugOpenAPIRequest(Request(environment.get_environ()))
        return _collected(self._openapi.iter_request_errors(request))

    def objections_to_reply(
        self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> list[Exception]:
        """What is wrong with a reply to a request; whether the request was right does not matter."""
        request = MockRequest(ORIGIN, method.lower(), path)
        reply = MockResponse(body, status, dict(headers), headers.get("content-type", ""))
        return _collected(self._openapi.iter_response_errors(request, reply))


def _collected(errors: Iterable[Exception]) -> list[Exception]:
    """All of them. What it stumbles over, as over base64 that is not ASCII, is nothing that it lets through."""
    try:
        with decimal.localcontext(prec=PRECISION):
            return list(errors)
    except UnicodeEncodeError as error:
        return [error]


def words(error: Exception) -> str:
    """What the referee says: the kind of objection, and why; of bytes it can't always."""
    try:
        return f"{type(error).__name__}: {error.__cause__ or error}"
    except UnicodeError:
        return type(error).__name__


def _is_text(name: str) -> bool:
    """Whether content of a media type is text, also to openapi-core, which takes all but a few types for bytes."""
    return kind_of(name) == "text" and not name.endswith("xml")


def _read_text(content: bytes, charset: str = "utf-8", **_others: str) -> str:
    return content.decode(charset)


@functools.cache
def service() -> Referee:
    """The referee of the service's own contract, as it was compiled."""
    return Referee(read_document())


def _say_empty(document: Document, operation: Declaration) -> None:
    """HTTP sends no body with some statuses, also where a range or the default promises one; openapi-core wants it."""
    replies = declared_replies(document, operation)
    for status in EMPTY_REPLIES:
        name = nearest(replies, status)
        if name is not None and name != status:
            reply = {member: each for member, each in replies[name].items() if member != "content"}
            operation.definition["responses"][status] = reply


def check(response: httpx.Response) -> None:
    """Fail the test if the contract does not promise this response to its request. It says nothing of own paths."""
    response.read()
    request = response.request
    if request.url.path in read().get("own", {}).values():
        return
    # To HEAD the contract promises what it promises to GET, but for the content.
    is_head = request.method == "HEAD"
    errors = service().objections_to_reply(
        "GET" if is_head else request.method,
        request.url.path,
        response.status_code,
        dict(response.headers),
        response.content,
    )
    if is_head:
        assert response.content == b""
        errors = [error for error in errors if not isinstance(error, DataValidationError)]
    if any(isinstance(error, PathNotFound | OperationNotFound | ServerNotFound) for error in errors):
        assert response.status_code in (404, 405), response.text
        assert response.headers["content-type"] == "application/problem+json"
    elif errors:
        causes = [str(error.__cause__ or error) for error in errors]
        raise AssertionError(f"{response.status_code} {response.text[:500]}: {causes}")


def read_json(content: bytes, charset: str = "utf-8", **_others: str) -> Any:
    """JSON that any two readers understand alike: UTF-8, with every name once, and without NaN (RFC 8259)."""
    if charset.lower() not in ("utf-8", "utf8"):
        raise ValueError(f"{charset} is not UTF-8")
    try:
        value = json.loads(content.decode(), parse_float=_number, parse_constant=_refuse, object_pairs_hook=_object)
        json.dumps(value, ensure_ascii=False, default=str).encode()  # half of a surrogate pair can't be encoded
        return value
    except (RecursionError, decimal.InvalidOperation) as error:
        raise ValueError(str(error)) from error


def _number(text: str) -> int | Decimal:
    # 5.0 is an integer: so says JSON Schema since draft 6, and so do the readers of most languages.
    number = Decimal(text)
    return int(number) if number.adjusted() < PRECISION and number == number.to_integral_value() else number


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("an object names a member twice")
    return members


def _exact(document: Any) -> Any:
    """The document with decimal numbers: in binary ones, 19.99 is not a multiple of 0.01."""
    if isinstance(document, dict):
        return {name: _exact(value) for name, value in document.items()}
    if isinstance(document, list):
        return [_exact(value) for value in document]
    return Decimal(str(document)) if isinstance(document, float) else document
