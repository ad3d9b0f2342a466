"""The contract, and the resources that it has: what each is called, and where it is."""

from pathlib import Path
from typing import Any

from specbound import Contract, Resource

contract: Contract[Any] = Contract.load(Path(__file__).parent / "compiled")
orders = Resource(contract.tables.orders, "order", "/orders")
