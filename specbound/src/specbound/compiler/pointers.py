"""JSON pointers (RFC 6901), as references have them behind their `#`: steps, and what they lead to."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote

NOTHING = object()
INDEX = re.compile("0|[1-9][0-9]{0,8}")


def child(value: Any, step: str) -> Any:
    """What a step leads to, or NOTHING."""
    if isinstance(value, list):
        return value[int(step)] if INDEX.fullmatch(step) and int(step) < len(value) else NOTHING
    return value.get(step, NOTHING) if isinstance(value, dict) else NOTHING


def steps_of(fragment: str) -> tuple[str, ...] | None:
    """The steps of a pointer, percent-encoded as in a URI. None if it is no pointer."""
    if fragment and not fragment.startswith("/"):
        return None
    return tuple(unquote(step).replace("~1", "/").replace("~0", "~") for step in fragment.split("/")[1:])


def local_steps(reference: Any) -> tuple[str, ...] | None:
    """The steps of a reference into the document that it stands in. None if it is another."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    return steps_of(reference[1:])


def reference_to(steps: Sequence[str]) -> str:
    """The reference to a place of the document that it stands in."""
    return "#" + "".join(f"/{quote(step.replace('~', '~0').replace('/', '~1'), safe='~$()*+,;:@!')}" for step in steps)
