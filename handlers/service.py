"""The catalogue's contract, and the resources that it has: what each is called, where it is, what it may not share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specbound import Conflict, Contract, NotFound, Parent, Resource

if TYPE_CHECKING:
    from handlers.compiled.types import Tables

contract: Contract[Tables] = Contract.load(Path(__file__).parent / "compiled")
tables = contract.tables


class EmailTaken(Conflict):
    detail = "Another user has this e-mail address."


class StockMissing(NotFound):
    """A damaged neighbour: every product has an inventory from the start."""

    detail = "There is such a product, but its stock is not known, in a restored table say. Set it with PUT."


users = Resource(tables.users, "user", "/users", problems={"email": EmailTaken})
products = Resource(tables.products, "product", "/products")
inventory = Resource(tables.inventory, "inventory", parent=Parent(products, StockMissing))
adjustments = Resource(tables.adjustments, "adjustment")
