"""The contract, and the resources that it has: what each is called, and where it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specbound import Contract, Resource

if TYPE_CHECKING:
    from handlers.compiled.types import Tables

contract: Contract[Tables] = Contract.load(Path(__file__).parent / "compiled")
orders = Resource(contract.tables.orders, "order", "/orders")
