"""What an API may send where the contract promises that a member is absent."""

from typing import Any

from .types import UNSET


def given(value: Any) -> Any:
    """The value, or UNSET for a null: a member that may be left out, and is null, says nothing either."""
    return UNSET if value is None else value
