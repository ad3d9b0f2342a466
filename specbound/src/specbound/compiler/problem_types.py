"""Types of problems, `x-problems`: what of its own an operation may be refused with: `{ email-taken: 409 }`."""

import re
from typing import Any

from specbound.compiled import nearest
from specbound.compiler.document import Declaration, Document, Refused
from specbound.compiler.mistakes import gathered
from specbound.compiler.statuses import declared_replies

TYPES = "x-problems"
NAME = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
EXAMPLE = "{ email-taken: 409 }"


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


def problem_types(declaration: Declaration) -> dict[str, int]:
    """The statuses of an operation's types of problems."""
    said: dict[str, int] = declaration.definition.get(TYPES, {})
    return said
