"""Preconditions (RFC 9110, section 13): a request that is to have its effect only on a certain version of a resource.

Entity tags are versions in quotes. Each precondition is evaluated or refused, never ignored: an operation that does not
declare the header of one can't keep what the caller relies on.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal

from specbound.contract import Operation
from specbound.http.grammar import entity_tags
from specbound.messages import Response
from specbound.problems import BadRequest, PreconditionFailed, Violation
from specbound.requests import Request


def etag(version: int) -> str:
    return f'"{version}"'


def represented(item: Mapping[str, Any]) -> Response[Literal[HTTPStatus.OK], Any]:
    """200 with an item and its ETag."""
    return Response(HTTPStatus.OK, item, {"etag": etag(item["version"])})


def refuse_undeclared(operation: Operation, headers: Mapping[str, Any]) -> None:
    """Raise BadRequest for a precondition that the operation would not evaluate. Headers are in lower case."""
    undeclared = operation.undeclared_preconditions
    if undeclared.isdisjoint(headers):
        return
    raise BadRequest(
        Violation("header", f"/{name}", "is a precondition that is not evaluated here: leave it out")
        for name in sorted(undeclared & headers.keys())
    )


def check(request: Request, item: Mapping[str, Any]) -> None:
    """Raise PreconditionFailed unless the request may be done to an item at this version.

    `If-Match` compares strongly, `If-None-Match` weakly (sections 13.1.1 and 13.1.2, in the order of 13.2.2).
    """
    if not _matches(request, item):
        raise PreconditionFailed(f"The resource is at version {item['version']} now. Get it again, and decide again.")
    if _is_known(request, item):
        raise PreconditionFailed(f"The resource is at version {item['version']}, for which If-None-Match forbids this.")


def is_known(request: Request, item: Mapping[str, Any]) -> bool:
    """Whether a caller who reads has this version already. Raises PreconditionFailed as `check` does for If-Match."""
    if not _matches(request, item):
        raise PreconditionFailed(f"The resource is at version {item['version']} now.")
    return _is_known(request, item)


def _matches(request: Request, item: Mapping[str, Any]) -> bool:
    tags = request.parameters.get("If-Match", "*").strip()
    return tags == "*" or ("", str(item["version"])) in entity_tags(tags)


def _is_known(request: Request, item: Mapping[str, Any]) -> bool:
    tags = request.parameters.get("If-None-Match", "").strip()
    return tags == "*" or str(item["version"]) in {tag for _, tag in entity_tags(tags)}
