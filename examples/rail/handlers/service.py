"""The contract, and what of it has a rule of its own: bookings, each of a journey."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specbound import Contract, Resource

if TYPE_CHECKING:
    from handlers.compiled.types import Tables

contract: Contract[Tables] = Contract.load(Path(__file__).parent / "compiled")
bookings = Resource(contract.tables.bookings, "booking", "/journeys/{journeyId}/bookings")
