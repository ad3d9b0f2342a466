"""Statuses: the replies that an operation declares, each for a status, a range of them (`4XX`), or all others."""

from collections.abc import Collection
from http import HTTPStatus

from specbound.compiled import ANY_STATUS, nearest
from specbound.compiler.document import Declaration, Document, resolve
from specbound.compiler.mistakes import gathered

# What a function answers but for problems; Lambda can't send what comes before a final reply (1xx).
ANSWERED = [each for each in HTTPStatus if HTTPStatus.OK <= each < HTTPStatus.BAD_REQUEST]


def declared_replies(document: Document, declaration: Declaration) -> dict[str, Document]:
    """By status, in the contract's order and with references resolved; without extensions. Raises Refused."""
    found: dict[str, Document] = {}
    with gathered() as at:
        for status, each in references(declaration).items():
            with at(status):
                found[status] = resolve(document, each, "responses")
    return found


def references(declaration: Declaration) -> dict[str, Document]:
    """The same as it is written."""
    responses: dict[str, Document] = declaration.definition.get("responses", {})
    return {str(status): each for status, each in responses.items() if not str(status).startswith("x-")}


def successes(statuses: Collection[str]) -> list[str]:
    """Which of them promise a success: `default` is for errors, unless nothing else is a success."""
    found = [each for each in statuses if each.startswith("2")]
    return found or [each for each in statuses if each == ANY_STATUS]


def answered(status: str, statuses: Collection[str]) -> list[HTTPStatus]:
    """The successes and redirections that are promised by one of some statuses, and by nothing nearer."""
    if status == ANY_STATUS and ANY_STATUS not in successes(statuses):
        return []
    return [each for each in ANSWERED if nearest(statuses, str(each.value)) == status]
