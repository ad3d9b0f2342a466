"""The contract, and what it is about: writers, what they write, and what others say and like of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from specbound import Conflict, Contract, Resource

if TYPE_CHECKING:
    from handlers.compiled.types import Tables

contract: Contract[Tables] = Contract.load(Path(__file__).parent / "compiled")
tables = contract.tables


class EmailTaken(Conflict):
    detail = "Somebody else has this e-mail address."


writers = Resource(tables.writers, "writer", "/writers", problems={"email": EmailTaken})
credentials = Resource(tables.credentials, "credential")
sessions = Resource(tables.sessions, "session")
follows = Resource(tables.follows, "follow")
articles = Resource(tables.articles, "article", "/articles")
favourites = Resource(tables.favourites, "favourite")
comments = Resource(tables.comments, "comment")
