"""Problems (RFC 9457): what a caller can be told went wrong, one class per thing they can do something about."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from itertools import islice
from typing import Any

from specbound.classes import record
from specbound.messages import Response
from specbound.patterns import pattern

MOST_VIOLATIONS = 1000
LONGEST_TEXT = 1000
CONTROL_CHARACTERS = pattern("[\x00-\x1f\x7f-\x9f]")


class Problem(Exception):
    """Raised by an operation, ends the request with its status, as `application/problem+json`.

    Subclasses give `status`, `title` and, unless each raise gives its own, `detail`: a sentence that the caller can act
    on. The class's name becomes the problem's `type`: EmailTaken is `urn:problem-type:email-taken`. `headers` have
    lower-case names. The contract has to declare the status for the operation.
    """

    status: HTTPStatus
    title: str
    detail: str
    kind: str = ""
    """The last part of its type; made of the class's name where it is empty."""

    def __init__(self, detail: str | None = None, headers: Mapping[str, str | int] | None = None) -> None:
        super().__init__(detail or self.detail)
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The members of RFC 9457, section 3.1; `type` is its kind, or else the name of the class."""
        return {
            "type": f"urn:problem-type:{self.kind or _kind(type(self).__name__)}",
            "title": self.title,
            "status": int(self.status),
            "detail": printable(str(self)),
        }

    def response(self, request_id: str | None = None) -> Response:
        """The problem as a reply; `instance` says which request it happened to (RFC 9457, section 3.1.5)."""
        instance = {"instance": f"urn:request:{request_id}"} if request_id else {}
        return Response(self.status, self.body() | instance, self.headers, "application/problem+json")


def kind_of(problem: type[Problem]) -> str:
    """The last part of a problem's type: `email-taken` of EmailTaken."""
    return problem.kind or _kind(problem.__name__)


@record
class Violation:
    """One place where a request is not what the contract describes.

    `where` is body, path, query or header; `pointer` a JSON pointer (RFC 6901) into the body, or `/` and a
    parameter's name.
    """

    where: str
    pointer: str
    detail: str


class BadRequest(Problem):
    status = HTTPStatus.BAD_REQUEST
    title = "Bad Request"

    def __init__(self, violations: Iterable[Violation]) -> None:
        """Takes no more of the violations than are told, so that no more need be looked for."""
        found = list(islice(violations, MOST_VIOLATIONS + 1))
        self.violations = found[:MOST_VIOLATIONS]
        count = len(self.violations)
        said = f"{'at least ' * (len(found) > count)}{count} violation{'s' * (count != 1)}"
        super().__init__(f"The request has {said} of the contract.")

    def body(self) -> dict[str, Any]:
        errors = [
            {"in": each.where, "pointer": printable(each.pointer), "detail": printable(each.detail)}
            for each in self.violations
        ]
        return {**super().body(), "errors": errors}


class BadEvent(Problem):
    """An HTTP request that no gateway would have passed on like this."""

    status = HTTPStatus.BAD_REQUEST
    title = "Bad Request"


class NoRequest(Problem):
    """No HTTP request at all."""

    status = HTTPStatus.BAD_REQUEST
    title = "Bad Request"


class GatewayProblem(Problem):
    """What API Gateway answers before the function is asked; the function says it in the same words."""

    def response(self, request_id: str | None = None) -> Response:
        return Response(self.status, {"message": self.title}, self.headers, "application/json")


class Unauthorized(GatewayProblem):
    status = HTTPStatus.UNAUTHORIZED
    title = "Unauthorized"
    detail = "There is no valid credential."

    def __init__(self, challenges: str = "Bearer") -> None:
        """RFC 9110, section 11.6.1: how a caller can authenticate."""
        super().__init__(headers={"www-authenticate": challenges})


class Forbidden(GatewayProblem):
    status = HTTPStatus.FORBIDDEN
    title = "Forbidden"
    detail = "The token lacks the operation's scope."


class NotFound(Problem):
    """404: there is no such resource. Resources raise it for a key that no item has."""

    status = HTTPStatus.NOT_FOUND
    title = "Not Found"
    detail = "There is nothing at this path."


class MethodNotAllowed(Problem):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    title = "Method Not Allowed"

    def __init__(self, allowed: Iterable[str]) -> None:
        methods = ", ".join(sorted(allowed))
        super().__init__(f"This path knows {methods}.", {"allow": methods})


class Conflict(Problem):
    """409: the request goes against the resource as it is now. A service subclasses it, with a `detail` of its own."""

    status = HTTPStatus.CONFLICT
    title = "Conflict"


class AlreadyExists(Conflict):
    """A new item was given the key of one that is there."""


class StillRunning(Conflict):
    detail = "A request with this Idempotency-Key is still running. Wait, then send it again."

    def __init__(self) -> None:
        super().__init__(headers={"retry-after": 1})


class KeyUnreadable(Conflict):
    detail = (
        "What was kept under this Idempotency-Key can't be read. Look whether the request was done; "
        "if it was not, send it with a new key."
    )


class PreconditionFailed(Problem):
    status = HTTPStatus.PRECONDITION_FAILED
    title = "Precondition Failed"


class ContentTooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title = "Content Too Large"


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    title = "Unsupported Media Type"


class NotAcceptable(Problem):
    """There is a representation, but of no media type that the caller takes."""

    status = HTTPStatus.NOT_ACCEPTABLE
    title = "Not Acceptable"


class IdempotencyKeyReused(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Unprocessable Content"
    detail = "This Idempotency-Key came with another request before. Use a new key for a new request."


class InternalServerError(Problem):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    title = "Internal Server Error"
    detail = "Something went wrong on our side."


class Unfinished(Problem):
    """A contract may be served before all of it is written."""

    status = HTTPStatus.NOT_IMPLEMENTED
    title = "Not Implemented"
    detail = "Nobody has written this operation yet."


class ServiceUnavailable(Problem):
    """Nothing was done, or all that was done is kept under the request's idempotency key."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "Service Unavailable"
    detail = "The database did not answer in time. Send the same request again."

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, {"retry-after": 1})


class OutcomeUnknown(Problem):
    """A write was sent to the database and never answered. No Retry-After: to send it again blindly may do it twice."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "Service Unavailable"
    detail = "The database did not answer, and it is not known whether the request was done. Look before you try again."


@cache
def _kind(name: str) -> str:
    """What a class of problems is called, EmailTaken, as the last part of a problem's type: email-taken."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()


def printable(text: str) -> str:
    """The text as the contract lets it through: one line, of bounded length."""
    if text.isprintable() and len(text) <= LONGEST_TEXT:
        return text
    return CONTROL_CHARACTERS.sub("�", text)[:LONGEST_TEXT]
