"""Unfinished operations, `x-unfinished`: those that nobody has written yet, which answer 501 and are published so."""

from collections.abc import Iterable

from specbound.compiler.document import Declaration, Document, Refused
from specbound.compiler.mistakes import gathered

EXTENSION = "x-unfinished"


def unfinished(document: Document) -> list[str]:
    """What the contract says of itself, as far as it can be read: names of operations."""
    said = document.get(EXTENSION, [])
    return [each for each in said if isinstance(each, str)] if isinstance(said, list) else []


def is_unfinished(document: Document, operation: Declaration) -> bool:
    return not {operation.public_id, operation.operation_id}.isdisjoint(unfinished(document))


def check_unfinished(document: Document, found: Iterable[Declaration]) -> None:
    """Raise Refused for a list that names what is no operation, or one twice."""
    said = document.get(EXTENSION, [])
    wanted = f"{EXTENSION} lists operations that have no function yet, each once, by operationId"
    if not isinstance(said, list):
        raise Refused(f"{wanted}.")
    names = {name for each in found for name in (each.public_id, each.operation_id)}
    with gathered() as at:
        for index, each in enumerate(said):
            with at(str(index)):
                if not isinstance(each, str) or each not in names:
                    raise Refused(f"{wanted}; {each!r} is none.")
                if each in said[:index]:
                    raise Refused(f"{wanted}; {each} is there twice.")
