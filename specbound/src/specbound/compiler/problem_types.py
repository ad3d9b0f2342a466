"""Types of problems, `x-problems`: what of its own an operation may be refused with; at the root what each means."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from specbound.compiled import nearest
from specbound.compiler.document import Declaration, Document, Refused
from specbound.compiler.mistakes import gathered
from specbound.compiler.statuses import declared_replies

TYPES = "x-problems"
NAME = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
EXAMPLE = "{ email-taken: 409 }"
DESCRIPTION, REMEDY = "description", "remedy"
SAID = "{ email-taken: { description: Another user has it., remedy: Choose another. } }"


def check_problem_types(document: Document, declaration: Declaration) -> None:
    """Raise Refused for an `x-problems` that says no types, or one whose status the operation does not declare."""
    said: Any = declaration.definition.get(TYPES, {})
    if not isinstance(said, dict):
        raise Refused(f"{declaration.place}: {TYPES} has types of problems and the status of each, as in {EXAMPLE}.")
    replies = declared_replies(document, declaration)
    with gathered() as at:
        for name, status in said.items():
            with at(str(name)):
                if not isinstance(name, str) or not NAME.fullmatch(name):
                    raise Refused(
                        f"{declaration.place}: {name!r} is no type of problem: say lower-case words, as in {EXAMPLE}."
                    )
                if type(status) is not int or not 400 <= status <= 599:
                    raise Refused(
                        f"{declaration.place}: the status of {name} is a number from 400 to 599, as in {EXAMPLE}."
                    )
                if nearest(replies, str(status)) is None:
                    raise Refused(f"{declaration.place}: {name} is answered with {status}: declare that status.")


def check_descriptions(document: Document, found: Sequence[Declaration]) -> None:
    """Raise Refused for an `x-problems` of the document that describes what no operation has, or not in texts."""
    if TYPES not in document:
        return
    said: Any = document[TYPES]
    if not isinstance(said, dict):
        raise Refused(f"the document: {TYPES} says what types of problems mean, as in {SAID}.")
    known = {name for each in found for name in _named(each)}
    with gathered() as at:
        for name, told in said.items():
            with at(str(name)):
                if name not in known:
                    raise Refused(f"the document: no operation has {name!r} in its {TYPES}.")
                if not isinstance(told, dict) or not told or not told.keys() <= {DESCRIPTION, REMEDY}:
                    raise Refused(f"the document: {name} has a {DESCRIPTION} and a {REMEDY}, as in {SAID}.")
                if not all(isinstance(each, str) and each.strip() for each in told.values()):
                    raise Refused(f"the document: the {DESCRIPTION} and the {REMEDY} of {name} are texts.")


def _named(declaration: Declaration) -> Mapping[Any, Any]:
    """What it says itself, right or wrong."""
    said = declaration.definition.get(TYPES)
    return said if isinstance(said, dict) else {}


def descriptions(document: Document) -> dict[str, dict[str, str]]:
    """What the document says of types of problems: a `description` and a `remedy`, or one of them."""
    said: dict[str, dict[str, str]] = document.get(TYPES, {})
    return said


def problem_types(declaration: Declaration) -> dict[str, int]:
    """The statuses of an operation's types of problems."""
    said: dict[str, int] = declaration.definition.get(TYPES, {})
    return said
