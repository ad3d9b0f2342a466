"""The contract, and what it is about: journeys, and the bookings of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specbound import Contract, Resource

if TYPE_CHECKING:
    from handlers.compiled.types import Tables

contract: Contract[Tables] = Contract.load(Path(__file__).parent / "compiled")
journeys = Resource(contract.tables.journeys, "journey", "/journeys")
bookings = Resource(contract.tables.bookings, "booking")
