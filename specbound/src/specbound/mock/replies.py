"""Replies that an operation declares: which is its success, what a body may be, and how a problem is told."""

from http import HTTPStatus
from typing import Any

from specbound.compiled import EMPTY_REPLIES, nearest
from specbound.contract import Breach, DeclaredReply, Media, Operation
from specbound.messages import Response
from specbound.problems import Problem


def success(operation: Operation) -> int:
    """The status of an operation's success: the first that it declares, or else what it declares at all."""
    declared = sorted(operation.replies)
    found = next((each for low, high in ((200, 300), (300, 400)) for each in declared if low <= each < high), None)
    if found is not None:
        return found
    ranges = [int(name[0]) * 100 for name in operation.other_replies if name[0] in "23"]
    if ranges or "default" in operation.other_replies or not declared:
        return min(ranges, default=200)
    return declared[0]


def declared(operation: Operation, status: int) -> DeclaredReply | None:
    """What is declared for a status, by itself or by its range; None if it is not."""
    if status in operation.replies:
        return operation.replies[status]
    name = nearest(operation.other_replies, str(status))
    return None if name is None else operation.other_replies[name]


def declared_as(operation: Operation, status: int) -> str | None:
    """By which name of the contract: `404`, `4XX` or `default`."""
    names = {*map(str, operation.replies), *operation.other_replies}
    return nearest(names, str(status))


def json_of(operation: Operation, status: int) -> Media | None:
    """What is declared of a JSON body with a status, if one is."""
    reply = declared(operation, status)
    if reply is None or str(status) in EMPTY_REPLIES:
        return None
    return next((each for each in reply.content if each.kind == "json" and each.validator is not None), None)


def is_promised(operation: Operation, response: Response, wanted: Any = ()) -> bool:
    try:
        operation.check_reply(response, wanted)
    except (Breach, TypeError):
        return False
    return True


def problem(status: int, name: str = "") -> Problem:
    """A problem of a status; `name` is the last part of its type (`out-of-stock`)."""
    phrase = HTTPStatus(status).phrase
    made = type("".join(phrase.title().split()).replace("-", ""), (Problem,), {
        "status": HTTPStatus(status), "title": phrase, "detail": "The mock was asked for this.", "kind": name,
    })  # fmt: skip
    found: Problem = made()
    return found
