"""How a value is checked against a schema of the contract: at run time, and by the compiler beforehand."""

from typing import Any

import jsonschema_rs

Validator = jsonschema_rs.Draft4Validator


def validator_of(schema: Any) -> Validator:
    """The validator of a schema in draft 4. Raises jsonschema_rs.ValidationError if it is none."""
    return Validator(
        schema,
        validate_formats=True,
        # Messages say "value" in place of what was sent: neither replies nor logs repeat a caller's data.
        mask="value",
        # Patterns run in linear time; one that can't (a look-ahead, a back-reference) is refused here.
        pattern_options=jsonschema_rs.RegexOptions(),
    )
