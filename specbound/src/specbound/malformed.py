"""Malformed JSON: at which line and column a text stops being JSON, and what is wrong there."""

import re
from collections.abc import Callable
from json import JSONDecodeError, loads

# A string, which is passed over; what no JSON has for a number; or a number.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<constant>-?Infinity|NaN)|(?P<number>-?[0-9][0-9.eE+-]*)', re.DOTALL)

# A string, or where a list or an object begins or ends.
PART = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
COLON = re.compile(r"[ \t\n\r]*:")
# A whole surrogate pair, half of one, or any other escape.
ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)

# By how Python's reader begins what it says, which differs a little between its versions.
REASONS = {
    "Illegal trailing comma": "a comma is too many",
    "Expecting value": "a value is missing",
    "Expecting property name": "the name of a member, in double quotes, is missing",
    "Expecting ':'": "a colon is missing",
    "Expecting ','": "a comma is missing, or an end",
    "Extra data": "the value has ended here, and something follows",
    "Unterminated string": "the string that begins here has no end",
    "Invalid control character": "a string has a control character: write it as an escape",
    "Invalid \\": "a string has an escape that JSON does not know",
}


def told(mistake: JSONDecodeError) -> str:
    """`is not JSON (RFC 8259): line 1, column 9: a comma is too many`. Nothing of the text itself is told."""
    text, position = mistake.doc, min(mistake.pos, len(mistake.doc))
    reason = next((each for start, each in REASONS.items() if mistake.msg.startswith(start)), "this is none")
    if mistake.msg.startswith(("Expecting value", "Expecting property name")):
        before = text[:position].rstrip(" \t\n\r")
        if before.endswith(",") and text[position : position + 1] in ("}", "]"):
            position, reason = len(before) - 1, REASONS["Illegal trailing comma"]
    if text[position : position + 1] == "'":
        reason = "texts and names stand in double quotes"
    return f"is not JSON (RFC 8259): {_place(text, position)}: {reason}"


def place_of(text: str, kind: str, is_wrong: Callable[[str], bool]) -> str:
    """`: line 1, column 7` of the first `constant`, or `number`, that is wrong; "" where there is none.

    All of the text before it is JSON.
    """
    found = (each for each in TOKEN.finditer(text) if each[kind] is not None and is_wrong(each[kind]))
    return f": {_place(text, each.start())}" if (each := next(found, None)) else ""


def place_of_nesting(text: str, deepest: int) -> str:
    """The same of the list or object that is one too deep in others."""
    depth = 0
    for each in PART.finditer(text):
        depth += (each[0] in "{[") - (each[0] in "}]")
        if depth > deepest:
            return f": {_place(text, each.start())}"
    return ""


def place_of_repetition(text: str) -> str:
    """The same of the name that its object has before. A string names a member where a colon follows."""
    above: list[set[str]] = []
    for each in PART.finditer(text):
        if each[0] in "{[":
            above.append(set())
        elif each[0] in "}]":
            above.pop()
        elif COLON.match(text, each.end()):
            name = loads(each[0])
            if name in above[-1]:
                return f": {_place(text, each.start())}"
            above[-1].add(name)
    return ""


def place_of_half(text: str) -> str:
    """The same of the escape of half a surrogate pair that stands without the other half."""
    halves = (each for each in ESCAPE.finditer(text) if each["half"])
    return f": {_place(text, each.start())}" if (each := next(halves, None)) else ""


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    return f"line {line}, column {position - text.rfind(chr(10), 0, position)}"
