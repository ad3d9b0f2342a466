"""Addresses of a contract's makers, `x-repository` and `x-changelog` in `info`: the clients' packages have them."""

from typing import Any
from urllib.parse import urlsplit

from specbound.compiler.document import Document, Refused
from specbound.compiler.mistakes import gathered

REPOSITORY, CHANGELOG = ADDRESSES = ("x-repository", "x-changelog")


def check_addresses(document: Document) -> None:
    """Raise Refused for an `x-repository` or an `x-changelog` of `info` that no browser could open."""
    info = document.get("info")
    with gathered() as at:
        for name in ADDRESSES:
            with at(name):
                if isinstance(info, dict) and name in info and not _is_address(info[name]):
                    raise Refused(f"the document: {name} of info is an address, as in https://example.com/orders.")


def _is_address(value: Any) -> bool:
    try:
        return isinstance(value, str) and urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)
    except ValueError:
        return False
