"""Credentials: keys are kept as what they hash to, so who reads the table has none."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from handlers.service import keys
from specbound import NotFound


def digest(key: str) -> str:
    """A key is long and random: a plain hash of it is not guessed."""
    return sha256(key.encode()).hexdigest()


def holder(kind: str) -> Callable[[str], dict[str, str] | None]:
    """Says who holds a key of this kind, as the engine asks for each request that brings one."""

    def known(key: str) -> dict[str, str] | None:
        try:
            found = keys.find(digest(key))
        except NotFound:
            return None
        return {"sub": found["holder"]} if found["kind"] == kind else None

    return known
