"""The contract, and the books that both of its versions show."""

from pathlib import Path
from typing import Any

from specbound import Contract, Resource

contract: Contract[Any] = Contract.load(Path(__file__).parent / "compiled")
books: Resource[Any, Any, Any, Any] = Resource(contract.tables.books, "book", "/v2/books")
older_books: Resource[Any, Any, Any, Any] = Resource(contract.tables.books, "book", "/v1/books")
