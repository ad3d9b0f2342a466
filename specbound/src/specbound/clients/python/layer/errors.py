"""What a call may end with but a success: an ApiError. Each status and each type of problem has a class of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from .decimals import Written

# What the API's own answers carry, and then what API Gateway puts on those that it gives by itself: an HTTP API the
# second, a REST API the third (docs.aws.amazon.com/apigateway, "API Gateway access logging").
_REQUEST_ID = ("X-Request-Id", "apigw-requestid", "x-amzn-requestid")


class ApiError(Exception):
    """All that a call raises because of the API, or of the way there."""


class NoAnswerError(ApiError):
    """Raised if there was no answer: no connection, or one that was lost. Its cause says more."""


class DeadlineError(NoAnswerError):
    """Raised when the time for an attempt, or for a whole call with all its attempts and waits, is over."""


class StoppedError(ApiError):
    """Raised when `stop` was set. Its cause is what the last attempt ended with, if there was one."""


@dataclass(frozen=True)
class Violation:
    """One way in which a request was not what the contract describes."""

    place: str
    """`body`, `path`, `query` or `header`."""
    pointer: str
    """A JSON pointer (RFC 6901) into the body, or a slash and the name of the parameter."""
    detail: str


class ProblemError(ApiError):
    """Raised for every answer but a success (RFC 9457). `status` and `type` are for programs, `detail` is for people.

    `request_id` is what the API's own log knows this request by, and None where the answer does not say.
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> None:
        self.status = status
        self.headers = headers
        said = {name: value for name, value in body.items() if isinstance(value, str)}
        self.type = said.get("type", "about:blank")
        self.title = said.get("title", _title(status))
        # What the gateway answers by itself is {"message": …}.
        self.detail = said.get("detail") or said.get("message") or self.title
        self.instance = said.get("instance")
        self.request_id = request_id_of(headers)
        self.violations = _violations(body.get("errors"))
        self.body = body
        super().__init__(status, headers, body)

    def __str__(self) -> str:
        asked = f" (request {self.request_id})" if self.request_id else ""
        found = "".join(f"\n  {each.place} {each.pointer}: {each.detail}" for each in self.violations)
        return f"{self.status} {self.detail}{asked}{found}"


class BadRequest(ProblemError):
    """400"""


class Unauthorized(ProblemError):
    """401: no token, or one that is not good."""


class Forbidden(ProblemError):
    """403: a token without the scope for it."""


class NotFound(ProblemError):
    """404"""


class Conflict(ProblemError):
    """409"""


class PreconditionFailed(ProblemError):
    """412: it is not what `if_match` or `if_none_match` says."""


class ContentTooLarge(ProblemError):
    """413"""


class UnsupportedMediaType(ProblemError):
    """415"""


class Unprocessable(ProblemError):
    """422"""


class TooManyRequests(ProblemError):
    """429"""


class ServerError(ProblemError):
    """5xx"""


class ServiceUnavailable(ServerError):
    """503"""


STATUSES: dict[int, type[ProblemError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    413: ContentTooLarge,
    415: UnsupportedMediaType,
    422: Unprocessable,
    429: TooManyRequests,
    503: ServiceUnavailable,
}
TYPES: dict[str, type[ProblemError]] = {}
"""By their types; `problems` writes in here what the contract has."""


@contextmanager
def without_headers() -> Iterator[None]:
    """An error that leaves this keeps the method and the URL of its request alone: errors are logged and pickled."""
    try:
        yield
    except httpx.RequestError as error:
        with suppress(RuntimeError):  # it has no request: the token function raised it
            error.request = httpx.Request(error.request.method, error.request.url)
        raise


def problem(response: httpx.Response) -> ProblemError:
    """The exception for this answer, whatever its body holds."""
    try:
        body = response.json()
    except ValueError:
        body = None
    found = body if isinstance(body, dict) else {}
    return _class_of(response.status_code, found)(response.status_code, response.headers, found)


def _class_of(status: int, body: Mapping[str, Any]) -> type[ProblemError]:
    """By its type, if that is of such a status; or else by its status."""
    general = STATUSES.get(status, ServerError if status >= 500 else ProblemError)
    named = TYPES.get(str(body.get("type")), general)
    return named if issubclass(named, general) else general


def answered(response: httpx.Response) -> Any:
    """The JSON of a success, its numbers with all their digits. Raises ProblemError for anything but JSON."""
    try:
        return response.json(parse_float=Written)
    except ValueError as error:
        media = response.headers.get("Content-Type", "of no type")
        detail = f"The answer is not JSON, but {media}. Does base_url lead to this API?"
        raise ProblemError(response.status_code, response.headers, {"detail": detail}) from error


def request_id_of(headers: Mapping[str, str]) -> str | None:
    return next((headers[name] for name in _REQUEST_ID if name in headers), None)


def _violations(errors: Any) -> list[Violation]:
    listed = errors if isinstance(errors, list) else []
    found = [{"in": "", "pointer": "", "detail": ""} | each for each in listed if isinstance(each, dict)]
    return [Violation(str(each["in"]), str(each["pointer"]), str(each["detail"])) for each in found]


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown status"
