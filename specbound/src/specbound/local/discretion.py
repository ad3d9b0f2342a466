"""Secrets of a request: what its sender is let in by, and nobody else is to read."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote

from specbound.contract import Contract
from specbound.http.events import Call

HIDDEN = "…"
# A scheme stands before a token, a name before the value of a cookie, and others behind it.
SEPARATORS = re.compile("[ ;=]+")
CREDENTIALS = {"authorization", "cookie", "proxy-authorization"}
# What is shorter may stand anywhere by chance.
LEAST_LENGTH = 6
# The tokens of the local server open nothing else, and it prints them.
KNOWN = {"local", "other", "local-read"}


class Secrets:
    """The credentials that came with a call, by the security schemes of the contract, and where one is told, a dot."""

    def __init__(self, contract: Contract[Any], call: Call) -> None:
        needs = [need for each in contract.operations.values() for way in each.security for need in way]
        self._headers = CREDENTIALS | {each.name.lower() for each in needs if each.where == "header"}
        self._query = {each.name for each in needs if each.where == "query"}
        found = {
            part for each in self._sent(call) for part in (each, *each.replace(";", " ").replace("=", " ").split())
        }
        self._found = sorted((each for each in found - KNOWN if len(each) >= LEAST_LENGTH), key=len, reverse=True)

    def query(self, query: str) -> str:
        """A query without the keys in it."""
        pairs = parse_qsl(query, keep_blank_values=True)
        return "&".join(f"{quote(name)}={HIDDEN if name in self._query else quote(each)}" for name, each in pairs)

    def hidden(self, told: Any) -> Any:
        """What is told, without them."""
        if isinstance(told, str):
            for each in self._found:
                told = told.replace(each, HIDDEN)
            return told
        if isinstance(told, list):
            return [self.hidden(each) for each in told]
        return {name: self.hidden(each) for name, each in told.items()} if isinstance(told, dict) else told

    def _sent(self, call: Call) -> Iterator[str]:
        yield from (value for name, value in call.headers.items() if name in self._headers)
        yield from (value for name, value in parse_qsl(call.query) if name in self._query)
