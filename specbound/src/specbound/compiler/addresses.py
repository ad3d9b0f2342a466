"""Addresses of a contract's makers, `x-repository`, `x-changelog` and `x-go-module` in `info`: for the clients."""

import re
from typing import Any
from urllib.parse import urlsplit

from specbound.compiler.document import Document, Refused
from specbound.compiler.mistakes import gathered

REPOSITORY, CHANGELOG = ADDRESSES = ("x-repository", "x-changelog")
GO_MODULE = "x-go-module"
# A host with a dot, and what is there (go.dev/ref/mod, "Module paths").
MODULE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")


def check_addresses(document: Document) -> None:
    """Raise Refused for an `x-repository` or an `x-changelog` of `info` that no browser could open, or no Go module."""
    info = document.get("info")
    with gathered() as at:
        for name in ADDRESSES:
            with at(name):
                if isinstance(info, dict) and name in info and not _is_address(info[name]):
                    raise Refused(f"the document: {name} of info is an address, as in https://example.com/orders.")
        with at(GO_MODULE):
            if (
                isinstance(info, dict)
                and GO_MODULE in info
                and not (isinstance(info[GO_MODULE], str) and MODULE.fullmatch(info[GO_MODULE]))
            ):
                raise Refused(f"the document: {GO_MODULE} of info is a module's path, as in example.com/orders-go.")


def _is_address(value: Any) -> bool:
    try:
        return isinstance(value, str) and urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)
    except ValueError:
        return False
