"""The contract, and the resources that it has: what each is called, where it is, what it may not share."""

from pathlib import Path
from typing import Any

from specbound import Conflict, Contract, NotFound, Parent, Resource, Unique

contract: Contract[Any] = Contract.load(Path(__file__).parent / "compiled")
tables = contract.tables


class EmailTaken(Conflict):
    detail = "Another user has this e-mail address."


class StockMissing(NotFound):
    """A damaged neighbour: every product has an inventory from the start."""

    detail = "There is such a product, but its stock is not known, in a restored table say. Set it with PUT."


def normalise(email: str) -> str:
    """What is compared: addresses that differ in case or in space around them are the same."""
    return email.strip().lower()


users = Resource(tables.users, "user", "/users", unique=Unique("email", tables.emails, EmailTaken, normalise))
products = Resource(tables.products, "product", "/products")
inventory = Resource(tables.inventory, "inventory", parent=Parent(products, StockMissing))
