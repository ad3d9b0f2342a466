"""What the API says when it does not do what was asked: problem details (RFC 9457) as an exception."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx


@dataclass(frozen=True)
class Violation:
    """One way in which a request was not what the contract describes."""

    place: str
    """`body`, `path`, `query` or `header`."""
    pointer: str
    """A JSON pointer (RFC 6901) into the body, or a slash and the name of the parameter."""
    detail: str


class ProblemError(Exception):
    """Raised for every answer but a success. `status` and `type` are for programs, `detail` is for people."""

    def __init__(self, status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> None:
        self.status = status
        self.headers = headers
        self.type: str = body.get("type", "about:blank")
        self.title: str = body.get("title", _title(status))
        # What the gateway answers by itself is {"message": …}.
        self.detail: str = body.get("detail") or body.get("message") or self.title
        self.violations = [Violation(each["in"], each["pointer"], each["detail"]) for each in body.get("errors", [])]
        super().__init__(status, headers, body)

    def __str__(self) -> str:
        found = "".join(f"\n  {each.place} {each.pointer}: {each.detail}" for each in self.violations)
        return f"{self.status} {self.detail}{found}"


def problem(response: httpx.Response) -> ProblemError:
    """The exception for this answer, whatever its body holds."""
    try:
        body = response.json()
    except ValueError:
        body = None
    return ProblemError(response.status_code, response.headers, body if isinstance(body, dict) else {})


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown status"
