"""The contract of the notes, and the one resource that it has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specbound import Contract, Resource

if TYPE_CHECKING:
    from handlers.compiled.types import Tables

contract: Contract[Tables] = Contract.load(Path(__file__).parent / "compiled")
notes = Resource(contract.tables.notes, "note", "/notes")
