"""Decoding of a body: its bytes, and the one JSON value that they hold."""

import codecs
import re
from json import JSONDecodeError, JSONDecoder
from typing import Any

import orjson

from specbound.numbers import INEXACT, integer, number
from specbound.problems import BadRequest, UnsupportedMediaType, Violation

# How deep DynamoDB keeps what is nested.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
DEEPEST = 32
# What a gateway makes of a byte that is not UTF-8 if it takes a body for text.
LOST = rb"\xef\xbf\xbd"
# How a body begins that is compressed (RFC 1952, section 2.3.1; RFC 8878, section 3.1.1; RFC 1950, section 2.2; the
# magic numbers of compress, bzip2, xz and zip), with what bytes became of it on the way. One way that zlib begins is
# text as well, if text follows. What Brotli makes, and deflate without zlib's head, begins like anything.
COMPRESSED = (
    (re.compile(rb"\x1f(\x8b|%b\x08)" % LOST), "gzip"),
    (re.compile(rb"\((\xb5|%b)/(\xfd|%b)" % (LOST, LOST)), "zstd"),
    (re.compile(rb"x(\x01|\x9c|\xda|%b|\^.{,62}[^\t\n\r -~])" % LOST, re.DOTALL), "deflate"),
    (re.compile(rb"\x1f(\x9d|%b)" % (LOST * 2)), "compress"),
    (re.compile(rb"BZh[1-9](1AY|\x17rE)"), "bzip2"),
    (re.compile(rb"(\xfd|%b)7zXZ\x00" % LOST), "xz"),
    (re.compile(rb"PK\x03\x04"), "zip"),
)
# Every JSON text begins with a character of ASCII, so its zero bytes tell in which width the characters are written.
WIDE = (
    (re.compile(rb"\x00\x00|(\xff\xfe|%b)\x00\x00|.\x00\x00\x00" % (LOST * 2), re.DOTALL), "UTF-32"),
    (re.compile(rb"\xfe\xff|\xff\xfe|(%b)?(\x00.|.\x00)" % (LOST * 2), re.DOTALL), "UTF-16"),
)


def decode(content: bytes) -> Any:
    """The JSON value, its numbers int or Decimal. Raises BadRequest, or UnsupportedMediaType if it is compressed."""
    try:
        text = content.decode()
        value = _decoder.decode(text)
        if text.count("[") + text.count("{") > DEEPEST and _is_deeper(value, DEEPEST):
            raise RecursionError
        if "\\u" in text:
            _refuse_surrogates(text)
        return value
    except RecursionError:
        reason = "nests too deep"
    except ArithmeticError:
        reason = INEXACT
    except _NotJson as refused:
        reason = str(refused)
    except (UnicodeDecodeError, JSONDecodeError) as error:
        reason = _other_encoding(content) or (
            "is not UTF-8" if isinstance(error, UnicodeDecodeError) else "is not JSON (RFC 8259)"
        )
    raise BadRequest([Violation("body", "", reason)])


def undecoded(name: str) -> UnsupportedMediaType:
    """RFC 9110, section 12.5.3: which codings would have been taken."""
    return UnsupportedMediaType(f"The body is compressed ({name}). Send it as it is.", {"accept-encoding": "identity"})


def _other_encoding(content: bytes) -> str | None:
    """What the bytes are, if not JSON in UTF-8 without a byte order mark (RFC 8259, section 8.1)."""
    for start, name in COMPRESSED:
        if start.match(content):
            raise undecoded(name)
    if content.startswith(codecs.BOM_UTF8):
        return "begins with a byte order mark: send it without"
    return next(
        (f"is {name}: send UTF-8, without a byte order mark" for form, name in WIDE if form.match(content)), None
    )


class _NotJson(Exception):
    """JSON by its grammar, but nothing that two readers would understand alike (RFC 8259, sections 4 and 6)."""


def _refuse_surrogates(text: str) -> None:
    try:
        orjson.loads(text)
    except ValueError:
        # Half of a surrogate pair is all that Python's reader takes and this one refuses.
        raise _NotJson("has half of a surrogate pair") from None


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects nest deeper. Level by level, so that depth costs no stack."""
    below = [value]
    for _ in range(levels + 1):
        containers = [each for each in below if isinstance(each, list | dict)]
        if not containers:
            return False
        below = [each for parent in containers for each in (parent.values() if isinstance(parent, dict) else parent)]
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _NotJson("has an object that names a member twice")
    return members


def _constant(name: str) -> None:
    raise _NotJson(f"has {name}, which is not JSON")


_decoder = JSONDecoder(object_pairs_hook=_object, parse_int=integer, parse_float=number, parse_constant=_constant)
