"""openapi-core as the referee: an opinion on requests and replies that is not the compiled contract's own."""

import functools
import json
from decimal import Decimal
from typing import Any

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.exceptions import OperationNotFound, PathNotFound
from openapi_core.testing import MockRequest, MockResponse

from compiler.document import load

ORIGIN = "http://localhost"


@functools.cache
def contract() -> OpenAPI:
    media_types = ("application/json", "application/problem+json")
    config = Config(extra_media_type_deserializers=dict.fromkeys(media_types, _exact_json))
    return OpenAPI.from_dict(_exact(load()), config=config)


def check(response: httpx.Response) -> None:
    """Fail the test if the contract does not promise this response to its request."""
    response.read()
    request = MockRequest(ORIGIN, response.request.method.lower(), response.request.url.path)
    reply = MockResponse(
        response.content,
        response.status_code,
        dict(response.headers),
        response.headers.get("content-type", ""),
    )
    try:
        contract().validate_response(request, reply)
    except (PathNotFound, OperationNotFound):
        assert response.status_code in (404, 405), response.text
        assert response.headers["content-type"] == "application/problem+json"
    except OpenAPIError as error:
        raise AssertionError(f"{response.status_code} {response.text[:500]}: {error.__cause__ or error}") from error


def _exact_json(content: bytes) -> Any:
    return json.loads(content, parse_float=Decimal)


def _exact(document: Any) -> Any:
    """The document with decimal numbers: in binary ones, 19.99 is not a multiple of 0.01."""
    if isinstance(document, dict):
        return {name: _exact(value) for name, value in document.items()}
    if isinstance(document, list):
        return [_exact(value) for value in document]
    return Decimal(str(document)) if isinstance(document, float) else document
