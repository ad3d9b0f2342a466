"""Sunsets, `x-sunset`: the day from which a deprecated operation, parameter or property may be gone."""

import re
from datetime import UTC, date, datetime
from typing import Any

from specbound.compiler.document import Document, Refused
from specbound.compiler.grammar import SUNSET, walk
from specbound.compiler.mistakes import ROOT_STEP, Place, gathered

HOLDERS = {"operation", "parameter", "schema"}
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
EXAMPLE = "2027-01-31"


def sunset(said: Any) -> date | None:
    """The day, in UTC, of a date or of a moment as in RFC 3339. None for anything else."""
    found = moment(said)
    return found and found.date()


def moment(said: Any) -> datetime | None:
    """The same to the second: a day begins at midnight."""
    if not isinstance(said, str):
        return None
    try:
        if DAY.fullmatch(said):
            return datetime.fromisoformat(said).replace(tzinfo=UTC)
        found = datetime.fromisoformat(said)
        return None if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def check_sunsets(document: Document) -> None:
    """Raise Refused for a sunset that is no day, and for one of what is not deprecated."""
    with gathered() as at:
        for place, kind, value in walk(document):
            if kind in HOLDERS and isinstance(value, dict) and SUNSET in value:
                with at(ROOT_STEP, *place, SUNSET):
                    _check(value, place)


def _check(holder: Document, place: Place) -> None:
    name = " ".join(place[1:])
    if sunset(holder[SUNSET]) is None:
        raise Refused(f"{name}: {SUNSET} is the day from which it may be gone, as in {SUNSET}: '{EXAMPLE}'.")
    if holder.get("deprecated") is not True:
        raise Refused(f"{name}: {SUNSET} is the end of what is deprecated: say `deprecated: true` beside it.")
