"""multipart/form-data (RFC 7578): the parts of a body, as the members of a form.

The whole body is there, so it is taken apart at its boundaries, and every byte of a file stays as it was sent.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from specbound.contract import Parameter, Shape
from specbound.http.fields import UTF_8, media_type, unquoted
from specbound.http.styles import TWICE, Faults, Path, as_whole, plain
from specbound.messages import File
from specbound.problems import BadRequest, Violation

# RFC 2046, section 5.1.1.
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
MOST_PARTS = 1000
# A header that goes on in the next line.
FOLD = re.compile(r"\r\n[\t ]+")
# Browsers write a backslash as it is, also before the closing quote; others write one before a quote.
PARAMETER = r'([A-Za-z*]+)[\t ]*=[\t ]*("(?:\\"|[^"])*"|[^\s;"]+)(?=[\t ]*(?:;|$))'
DISPOSITION = re.compile(rf"form-data((?:[\t ]*;[\t ]*{PARAMETER})*+)[\t ]*;?", re.IGNORECASE)


def read(
    declared: Iterable[Parameter], content: bytes, boundary: str, faults: Faults
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The members of a form; and the same with files as text, a character for each byte, for the schema to check.

    A part that is declared as no file is text in UTF-8, or JSON. Raises BadRequest for what is no multipart body.
    """
    shapes = {each.name: each.shape for each in declared}
    values: dict[str, Any] = {}
    checked: dict[str, Any] = {}
    for name, parts in _by_name(content, boundary).items():
        shape = shapes.get(name) or Shape("string", file=() if any(each.name is not None for each in parts) else None)
        read = [_value(shape.items or shape, each, (name,), faults) for each in parts]
        value, check = [each for each, _ in read], [each for _, each in read]
        if shape.items:
            values[name], checked[name] = as_whole(shape, value), as_whole(shape, check)
            continue
        if read[1:] and name in shapes:
            faults[name,] = TWICE
        is_list = bool(read[1:])
        values[name], checked[name] = (value, check) if is_list else (value[0], check[0])
    return values, checked


def _value(shape: Shape, part: File, path: Path, faults: Faults) -> tuple[Any, Any]:
    if shape.file is not None:
        if shape.file and not any(_is_of(each, part.media_type) for each in shape.file):
            faults[path] = f"must be {', '.join(shape.file)}"
        return part, part.content.decode("latin-1")
    try:
        value = plain(shape, part.content.decode(), path, faults)
    except UnicodeDecodeError:
        faults[path] = "is not UTF-8"
        value = ""
    return value, value


def _is_of(range_: str, name: str) -> bool:
    return range_ in ("*/*", name) or (range_.endswith("/*") and name.startswith(range_[:-1]))


def _by_name(content: bytes, boundary: str) -> dict[str, list[File]]:
    if not BOUNDARY.fullmatch(boundary):
        raise _broken("has no boundary that is one (RFC 2046)")
    # A boundary begins a line, and may have blanks behind it; what stands before the first and after the last is none
    # of the form.
    marks = list(re.finditer(rb"(?:\r\n|\A)--%b(--)?[\t ]*(?=\r\n|\Z)" % re.escape(boundary.encode()), content))
    end = next((at for at, each in enumerate(marks) if each[1]), None)
    if end is None:
        raise _broken("ends before its last boundary")
    if end > MOST_PARTS:
        raise _broken(f"has more than {MOST_PARTS} parts")
    found: dict[str, list[File]] = {}
    for one, other in pairwise(marks[: end + 1]):
        name, part = _part(content[one.end() + 2 : max(one.end() + 2, other.start())])
        found.setdefault(name, []).append(part)
    return found


def _part(text: bytes) -> tuple[str, File]:
    """The name of a part, and the part as a file. What RFC 7578 does away with is refused, not misread."""
    head, _, content = text.partition(b"\r\n\r\n") if not text.startswith(b"\r\n") else (b"", b"", text[2:])
    try:
        lines = FOLD.sub(" ", head.decode()).split("\r\n")
    except UnicodeDecodeError:
        raise _broken("has a part whose head is not UTF-8") from None
    headers = {name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
    found = DISPOSITION.fullmatch(headers.get("content-disposition", ""))
    parameters = {name.lower(): _name(value) for name, value in re.findall(PARAMETER, found[1])} if found else {}
    if "name" not in parameters:
        raise _broken("has a part without a name")
    coding = headers.get("content-transfer-encoding", "binary").lower()
    if coding not in ("7bit", "8bit", "binary"):
        raise _broken(f"has a part in {coding}: send it as it is")
    name = parameters.get("filename")
    default = "text/plain" if name is None else "application/octet-stream"
    kind, said = media_type(headers.get("content-type", default)) or (default, {})
    if name is None and said.get("charset", "utf-8").lower() not in UTF_8:
        raise _broken("has a part that is not UTF-8")
    return parameters["name"], File(content, name, kind)


def _name(value: str) -> str:
    """A name as browsers write it (https://html.spec.whatwg.org/#multipart-form-data), or with backslashes."""
    name = unquoted(value) if '\\"' in value or "\\\\" in value else value.strip('"')
    return re.sub("%(22|0D|0A)", lambda found: chr(int(found[1], 16)), name, flags=re.IGNORECASE)


def _broken(reason: str) -> BadRequest:
    return BadRequest([Violation("body", "", reason)])
