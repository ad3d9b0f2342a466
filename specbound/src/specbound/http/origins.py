"""Origins (RFC 6454): what a browser sends as one, and how one that it never sends is to be written."""

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

ANY = "*"
# What a browser's `Origin` can be: scheme, host and port in lower case and ASCII (RFC 6454, section 6.2). The port is
# left out where it is the scheme's own. `null` is that of every page whose origin is nobody's: it is not to be trusted.
LABEL = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
# One that is a number (0x7f, too) makes the host an IPv4 address: https://url.spec.whatwg.org/#ends-in-a-number-checker
TOP_LABEL = r"(?!0x[0-9a-f]*\.?(:|$))([0-9][0-9-]*)?[a-z_]([a-z0-9_-]*[a-z0-9_])?"
OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
HOST = rf"(({LABEL}\.)*{TOP_LABEL}\.?|{OCTET}(\.{OCTET}){{3}}|\[(?P<ipv6>[0-9a-f:]+)\])"
PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
# Nobody's pages have these: https://fetch.spec.whatwg.org/#fetch-scheme, and what is opened by a page but is none.
NO_PAGES = "(about|blob|data|file|ftp|javascript|wss?):"
ORIGIN = re.compile(f"(?!{NO_PAGES})[a-z][a-z0-9+.-]*://{HOST}(:{PORT})?")
OWN_PORTS = {"http": ":80", "https": ":443"}


def read_origins(text: str) -> frozenset[str]:
    """Origins separated by commas. Raises ValueError for one that no browser ever sends."""
    origins = frozenset(filter(None, map(str.strip, text.split(","))))
    for origin in sorted(origins - {ANY}):
        if not _is_sent(origin):
            raise ValueError(f"names {origin!r}, which no browser sends as an origin: {_advice(origin)}")
    return origins


def _is_sent(origin: str) -> bool:
    """Whether a browser may send it, as the origin of a page."""
    found = ORIGIN.fullmatch(origin)
    if not found or origin.endswith(OWN_PORTS.get(origin.partition(":")[0], "/")):
        return False
    return found["ipv6"] is None or _spelled(found["ipv6"]) == found["ipv6"]


def _spelled(address: str) -> str | None:
    """The one spelling of an IPv6 address in origins; None if it is none. https://url.spec.whatwg.org/#host-serializing

    Python's own writes some addresses with dots, and not the same ones in all versions.
    """
    try:
        packed = IPv6Address(address).packed
    except ValueError:
        return None
    groups = ":".join(f"{high << 8 | low:x}" for high, low in zip(packed[::2], packed[1::2], strict=True))
    zeros = max(re.findall(r"\b0(?::0)+\b", groups), key=len, default=None)
    if zeros is None:
        return groups
    head, tail = re.split(rf"\b{zeros}\b", groups, maxsplit=1)
    return f"{head.rstrip(':')}::{tail.lstrip(':')}"


def _advice(origin: str) -> str:
    """How an origin is written; if it is plain what was meant, this one."""
    rule = "write scheme, host and, if it is not the usual one, port, in lower case and ASCII, with nothing after them"
    meant = _meant(origin)
    return f"{rule}: {meant}" if meant else f"{rule}, as in https://app.example.com"


def _meant(origin: str) -> str | None:
    if re.search(r"\s", origin):
        return None
    try:
        parts = urlsplit(origin)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{_spelled(host)}]"
    meant = f"{parts.scheme}://{host}{'' if port == OWN_PORTS.get(parts.scheme) else port}"
    return meant if _is_sent(meant) else None
