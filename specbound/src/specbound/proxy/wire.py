"""The wire: what HTTP sends of a message, as far as it can be read whole."""

import zlib
from collections.abc import Iterable

# Of a body so much is kept to be checked; what is longer is passed on all the same.
MOST_BYTES = 10_485_760
WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
# Between two machines alone (RFC 9110, section 7.6.1), beside what `Connection` names.
HOP_BY_HOP = {
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te", b"trailer",
    b"transfer-encoding", b"upgrade",
}  # fmt: skip
Lines = list[tuple[bytes, bytes]]


class Copy:
    """What was passed on of a body. `content` is None once there was too much."""

    def __init__(self) -> None:
        self._parts: list[bytes] | None = []
        self._length = 0

    def add(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > MOST_BYTES:
            self._parts = None
        if self._parts is not None:
            self._parts.append(part)

    @property
    def content(self) -> bytes | None:
        return None if self._parts is None else b"".join(self._parts)


def end_to_end(lines: Iterable[tuple[bytes, bytes]]) -> Lines:
    """The header lines that are for the other end."""
    given = [*lines]
    named = {
        each.strip().lower() for name, value in given if name.lower() == b"connection" for each in value.split(b",")
    }
    return [(name, value) for name, value in given if name.lower() not in HOP_BY_HOP | named]


def headers_of(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header fields by their names in lower case; the lines of one are one list (RFC 9110, section 5.3)."""
    found: dict[str, list[str]] = {}
    for name, value in lines:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1").strip(" \t"))
    return {name: ("; " if name == "cookie" else ", ").join(values) for name, values in found.items()}


def decoded(content: bytes, coding: str) -> bytes | None:
    """Content without its codings (`Content-Encoding`); None for one that is not known here, or is too long then."""
    for each in reversed([name.strip().lower() for name in coding.split(",") if name.strip()]):
        if each == "identity":
            continue
        if each not in WINDOWS:
            return None
        unpacked = _unpacked(content, WINDOWS[each])
        # Some send deflate without zlib's head.
        if unpacked is None and each == "deflate":
            unpacked = _unpacked(content, -zlib.MAX_WBITS)
        if unpacked is None:
            return None
        content = unpacked
    return content


def _unpacked(content: bytes, window: int) -> bytes | None:
    reader = zlib.decompressobj(window)
    try:
        found = reader.decompress(content, MOST_BYTES)
    except zlib.error:
        return None
    return None if reader.unconsumed_tail else found
