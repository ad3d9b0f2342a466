"""The contract, and what it is about: the days we open, tickets for them, what there is to see, and keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specbound import Contract, Resource

if TYPE_CHECKING:
    from handlers.compiled.types import Tables

contract: Contract[Tables] = Contract.load(Path(__file__).parent / "compiled")
tables = contract.tables

days = Resource(tables.days, "day", "/days")
tickets = Resource(tables.tickets, "ticket", "/tickets")
exhibits = Resource(tables.exhibits, "exhibit", "/exhibits")
photos = Resource(tables.photos, "photo")
keys = Resource(tables.keys, "key")
