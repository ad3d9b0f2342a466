"""JSON with exact numbers (RFC 8259, section 6): a Decimal is written digit for digit, never as a binary float."""

from typing import Any

import orjson


def dumps(value: Any) -> bytes:
    """The value as JSON, in UTF-8. Raises TypeError for what is none."""
    return orjson.dumps(value, default=_exact)


def _exact(number: Any) -> orjson.Fragment:
    return orjson.Fragment(str(number))
