"""The engine's own values (cursors, times, versions, entity tags), which every contract has to admit."""

from collections.abc import Iterable
from typing import Any

from specbound.compiler.document import Document, resolve
from specbound.compiler.schemas import Schemas

# A position in a list: 14 hex digits of time, 32 of id. Each digit is in each place once.
CURSORS = [("0123456789abcdef" * 4)[start : start + 46] for start in range(16)]
TIMES = ("2026-01-31T09:30:00.000000Z", "2026-12-31T23:59:59.999999Z")
VERSIONS = (1, 2, 1_000_000)
TAGS = ('"1"', '"2"', '"1000000"')
KEYS = ("7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d", "00000000-0000-4000-8000-000000000000")


def admits(document: Document, schema: Document, kind: str, values: Iterable[Any], place: str) -> bool:
    """Whether a schema is of a type, and lets these values through. Raises Refused for what can't be translated."""
    validator = Schemas(document).validator(schema, place)
    return resolve(document, schema, "schemas").get("type") == kind and all(map(validator.is_valid, values))
