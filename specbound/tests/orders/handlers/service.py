"""The contract of the orders, and the one resource that it has."""

from pathlib import Path
from typing import Any

from specbound import Contract, Resource

contract: Contract[Any] = Contract.load(Path(__file__).parent / "compiled")
orders = Resource(contract.tables.orders, "order", "/orders")
