"""Types of problems, explained: what each means, what a caller can do about it, and which operations have it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from specbound.compiled import nearest
from specbound.compiler.answers import gives_keys
from specbound.compiler.document import Declaration, Document, declarations
from specbound.compiler.problem_types import DESCRIPTION, REMEDY, descriptions, problem_types
from specbound.compiler.statuses import declared_replies

KEY = "Idempotency-Key"
WRITES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Explained:
    """`name` is the last part of the problem's `type`; `operations` are public ids; texts may be empty."""

    name: str
    status: int
    description: str = ""
    remedy: str = ""
    operations: tuple[str, ...] = ()


# Those that a program may want to tell from others of their status.
SPECIAL = (
    Explained("already-exists", 409, "Another has this key.", "Choose another key, or change the one that is there."),
    Explained(
        "idempotency-key-reused", 422, "The key came with another request before.", "Use a new key for a new request."
    ),
    Explained(
        "outcome-unknown",
        503,
        "Nobody knows whether it was done.",
        "Look before you send it again, or send a key with it.",
    ),
    Explained(
        "still-running",
        409,
        "The first request with this key is still at work.",
        "Wait as long as `Retry-After` says, and send the same request again.",
    ),
)
GENERAL = (
    Explained(
        "bad-request",
        400,
        "The request is not what the contract describes: `errors` names each place.",
        "Mend those places. The same request is refused again.",
    ),
    Explained("not-found", 404, "There is no such thing, or no longer.", "Look for it in the list, or create it."),
    Explained(
        "precondition-failed",
        412,
        "It is no longer what `If-Match` or `If-None-Match` says: somebody else has changed it.",
        "Get it again, and decide again.",
    ),
    Explained("content-too-large", 413, "The body is larger than the operation takes.", "Send less at once."),
    Explained(
        "unsupported-media-type",
        415,
        "The body is of a media type that the operation does not take.",
        "Say in `Content-Type` what it is, and send no other.",
    ),
    Explained("internal-server-error", 500, "It is our fault, and logged.", "Tell us the request's id."),
    Explained(
        "service-unavailable",
        503,
        "There is too much to do; nothing was done, or it is kept under the request's key.",
        "Wait as long as `Retry-After` says, and send the same request again.",
    ),
)


def explained(document: Document) -> list[dict[str, Any]]:
    """Each type as JSON, the contract's own first. Statuses that are declared as ranges are declared."""
    means, found = descriptions(document), list(declarations(document))
    own = sorted({(name, status) for each in found for name, status in problem_types(each).items()})
    listed = [
        Explained(name, status, means.get(name, {}).get(DESCRIPTION, ""), means.get(name, {}).get(REMEDY, ""))
        for name, status in own
    ]
    taken = {name for name, _ in own}
    listed += [each for each in (*SPECIAL, *GENERAL) if each.name not in taken]
    by_name = {each.public_id: dict(_types(document, each)) for each in found}
    whole = [
        replace(each, operations=tuple(name for name, types in by_name.items() if types.get(each.name) == each.status))
        for each in listed
    ]
    return [asdict(each) for each in whole if each.operations]


def _types(document: Document, declaration: Declaration) -> Iterator[tuple[str, int]]:
    """The names that problems of an operation may have, each with its status."""
    replies = declared_replies(document, declaration)
    has_key = any(each["in"] == "header" and each["name"] == KEY for each in declaration.parameters)
    possible = {
        "already-exists": declaration.method == "POST" and gives_keys(document),
        "idempotency-key-reused": has_key,
        "still-running": has_key,
        "outcome-unknown": declaration.method in WRITES,
    }
    for each in (*GENERAL, *SPECIAL):
        if nearest(replies, str(each.status)) is not None and possible.get(each.name, True):
            yield each.name, each.status
    yield from problem_types(declaration).items()
