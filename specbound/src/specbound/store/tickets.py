"""Tickets of an atomic counter: where an item keeps what an Add to it came to, whatever was written since.

DynamoDB does not say what a transaction led to. So an Add writes its result under a name of its own beside the number
itself, and whoever made the Add looks for it there.
"""

import re
import secrets
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from specbound.store.table import Item

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICKETS_LIVE = timedelta(days=2)
TICKET = re.compile("[0-9a-f]{30}")
# An expression has at most 4 KB, and each ticket has two attributes:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
MOST_TICKETS = 25


def new_ticket() -> str:
    """Another for each Add, in the order of time: microseconds since 1970 in 14 hex digits, and 16 random ones."""
    return f"{microseconds(datetime.now(UTC)):014x}{secrets.token_hex(8)}"


def is_ticket(value: Any) -> bool:
    return isinstance(value, str) and TICKET.fullmatch(value) is not None


def time_of(ticket: str) -> datetime:
    return EPOCH + timedelta(microseconds=int(ticket[:14], 16))


def came_to(name: str, ticket: str, item: Item) -> Item | None:
    """The number and the version that an Add led to, whatever was written since; None without its ticket."""
    number, version = (item.get(entry) for entry in entries_of(ticket))
    return None if number is None or version is None else {name: number, "version": version}


def old_tickets(item: Item) -> list[str]:
    """Tickets that nobody will come for any more: their process died, and the life of its key is over.

    As many as one update can take away beside one of its own; the next one takes the rest.
    """
    oldest = f"{microseconds(datetime.now(UTC) - TICKETS_LIVE):014x}"
    found = (name[2:] for name in item if name.startswith("~n") and name[2:] < oldest)
    return list(islice(found, MOST_TICKETS - 1))


def entries_of(ticket: str) -> tuple[str, str]:
    """The attributes that hold what an Add led to: its number, and its version."""
    return f"~n{ticket}", f"~v{ticket}"


def microseconds(time: datetime) -> int:
    return (time - EPOCH) // timedelta(microseconds=1)
