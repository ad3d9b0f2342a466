"""Idempotency keys: a request that is sent again under its `Idempotency-Key` is not done again: it gets its answer.

The record of a key is written in the very transaction that does the request, so neither is ever there without the
other, and the record alone decides what was done: it outlives what was made. Only a batch that takes several
transactions has a record that says how far it came. Whoever sends it again goes on from there at once; if the first
attempt is still at work, each transaction of either is made of what the record says, so both end with one answer.

A record has the attributes of one that Powertools keeps (`id`, `status`, `validation`, `expiration` in seconds since
1970); `data` holds the outcomes as compressed JSON, and `revision` is another for each time that it is written.
"""

import hashlib
import json
import secrets
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from time import time
from typing import Any

from specbound.exact_json import dumps
from specbound.problems import (
    BadRequest,
    ContentTooLarge,
    IdempotencyKeyReused,
    KeyUnreadable,
    Problem,
    StillRunning,
    Violation,
)
from specbound.store import items
from specbound.store.items import RecordFound
from specbound.store.table import AnyTable, Item, Misfit
from specbound.store.writes import Record, Write, is_ticket

KEY = "Idempotency-Key"
LIFETIME = timedelta(hours=24)
# Of the 400 KB that an item may have, with its names:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
MOST_BYTES = 400_000
RUNNING, DONE = "INPROGRESS", "COMPLETED"

# What became of each part of a request, as JSON objects; None for what is still to be done.
Outcomes = Sequence[Any]


class IdempotencyKey:
    """The key of one attempt at a request: one record for a subject, an operation and a key.

    `outcomes` says what was done already, by earlier attempts or by this one; `ticket`, if there is one, where the
    outcome of what was done can be found. `is_used` once there is a record. Raises BadRequest if nobody says whose the
    key is: callers never share keys.
    """

    def __init__(
        self, table: AnyTable, operation_id: str, subject: str | None, parameters: Mapping[str, Any], body: Any
    ) -> None:
        if subject is None:
            raise BadRequest([Violation("header", f"/{KEY}", "needs a token that names its subject or its client")])
        others = {name: value for name, value in parameters.items() if name != KEY}
        self.outcomes: Outcomes = []
        self.ticket: str | None = None
        self._table = table
        self._id = f"once#{_digest([operation_id, subject, parameters[KEY]])}"
        self._validation = _digest([others, body])
        self._record: Item = {}

    @property
    def is_used(self) -> bool:
        return bool(self._record)

    def once(self, do: Callable[[], Outcomes]) -> Outcomes:
        """The outcomes of `do`, or of the attempt that did it before.

        `do` goes on from `outcomes`, and does all its writes by `write`. Raises IdempotencyKeyReused, KeyUnreadable,
        StillRunning, and what `do` raises: then nothing is done, or it goes on from where it was when the request is
        sent again.
        """
        while True:
            try:
                return do()
            except RecordFound as earlier:
                record = earlier.record
            except Problem:
                # What stands in the way of this attempt may be what another one did.
                found = items.get(self._table, self._id)
                if found is None or _is_over(found) or found == self._record:
                    raise
                record = found
            self._recall(record)
            if self.outcomes and None not in self.outcomes:
                return self.outcomes

    def look(self) -> None:
        """Raises RecordFound if another attempt has kept something since this one last knew."""
        found = items.get(self._table, self._id)
        if found is not None and not _is_over(found) and found != self._record:
            raise RecordFound(found)

    def write(self, outcomes: Outcomes, *group: Write, ticket: str | None = None) -> None:
        """Do writes, and keep what is done with them and before. Raises as items.write does, and ContentTooLarge."""
        record = {
            "id": self._id,
            "status": RUNNING if None in outcomes else DONE,
            "validation": self._validation,
            "expiration": int(time()) + int(LIFETIME.total_seconds()),
            "data": pack(outcomes),
            "revision": secrets.token_urlsafe(12),
            **({"ticket": ticket} if ticket else {}),
        }
        items.write(*group, Record(self._table, record, over=_revision(self._record)))
        self._record, self.outcomes, self.ticket = record, outcomes, ticket

    def _recall(self, record: Item) -> None:
        """Go on from what a record says."""
        self._record, self.outcomes, self.ticket = record, [], None
        if _is_over(record):
            return
        if record.get("validation") != self._validation:
            raise IdempotencyKeyReused
        self.outcomes, self.ticket = _unpack(record), record.get("ticket")


def kept_item(table: AnyTable, item: Any) -> Item:
    """An item that was kept, as this version of the service shows it. Raises KeyUnreadable if it can't be shown."""
    try:
        return table.shown(item if isinstance(item, dict) else {})
    except Misfit as misfit:
        raise KeyUnreadable from misfit


def write(key: IdempotencyKey | None, outcomes: Outcomes, *group: Write, ticket: str | None = None) -> None:
    """Do writes, and keep what is done with them under the request's key, if it came with one."""
    if key:
        key.write(outcomes, *group, ticket=ticket)
    else:
        items.write(*group)


def pack(outcomes: Outcomes) -> bytes:
    """Outcomes as a record keeps them. Raises ContentTooLarge for what is too long to be kept."""
    data = zlib.compress(dumps(outcomes), 1)
    if len(data) > MOST_BYTES:
        raise ContentTooLarge("The answer can't be kept under an Idempotency-Key: it is too long. Send fewer items.")
    return data


def _revision(record: Item) -> Item:
    """What tells a record from every other that its key ever had; nothing for none."""
    return {name: record[name] for name in ("status", "expiration", "revision") if name in record}


def _is_over(record: Item) -> bool:
    """Whether a key's life has ended, though DynamoDB has not removed its record yet."""
    expiration = record.get("expiration")
    return type(expiration) is int and expiration <= time()


def _unpack(record: Item) -> list[Any]:
    """The outcomes of a record. Raises KeyUnreadable if it can't be known from it what was done."""
    data: Any = record.get("data")
    try:
        outcomes = json.loads(zlib.decompress(data), parse_float=Decimal)
    except (TypeError, ValueError, zlib.error):
        outcomes = None
    if isinstance(outcomes, list) and _is_sound(record, outcomes):
        return outcomes
    if record.get("status") == RUNNING and _may_run(record):
        raise StillRunning
    raise KeyUnreadable


def _is_sound(record: Item, outcomes: Outcomes) -> bool:
    """Whether all was done, or the record says what was and can be gone on from."""
    if not outcomes or not all(each is None or isinstance(each, dict) for each in outcomes):
        return False
    if None not in outcomes:
        return True
    was_begun = any(outcomes) or is_ticket(record.get("ticket"))
    return was_begun and record.get("status") == RUNNING and isinstance(record.get("revision"), str)


def _may_run(record: Item) -> bool:
    """Whether Powertools would wait for who made this record: up to the end of its invocation, in milliseconds."""
    until = record.get("in_progress_expiration")
    return type(until) is int and until > time() * 1000


def _digest(value: Any) -> str:
    """The same for what is the same as JSON, whatever the order of its members."""
    text = json.dumps(value, sort_keys=True, default=lambda number: {"number": str(number)})
    return hashlib.sha256(text.encode()).hexdigest()
