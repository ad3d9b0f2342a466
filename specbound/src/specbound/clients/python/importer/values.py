"""Cells as the contract's types: what can't be read stays text, of which the API says what is wrong with it."""

import json
import re
from typing import Any

from ..decimals import Written

# Not int() and float(): they take "+5", " 5", "1_0" and "nan" as well (RFC 8259, section 6).
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
SHORT = 18
# What spreadsheets write of a number in most of the world.
COMMA = re.compile(r"-?[0-9]+([. \u00a0\u202f'\u2019][0-9]{3})*,[0-9]+")
GROUPED = re.compile(r"-?[0-9]{1,3}([, \u00a0\u202f'\u2019][0-9]{3})+(\.[0-9]+)?")
# A text that an export kept from being run by a spreadsheet.
SAFE = re.compile("'+[=+\\-@\t\r]")


def value(type_: str, text: str) -> Any:
    """The text as that JSON type; as it stands if it is none."""
    text = text[1:] if SAFE.match(text) else text
    match type_:
        case "boolean":
            return {"true": True, "false": False}.get(text.lower(), text)
        case "number" | "integer" if NUMBER.fullmatch(text):
            return int(text) if len(text) <= SHORT and text.lstrip("-").isdigit() else Written(text)
        case "object" | "array":
            return _json(text)
    return text


def hint(type_: str, text: str) -> str:
    """What is wrong with a number as people write it; "" for all else."""
    if type_ not in ("number", "integer"):
        return ""
    if GROUPED.fullmatch(text):
        plain = re.sub("[^0-9.-]", "", text)
        other = f", or {text.replace(',', '.')}" if text.count(",") == 1 and "." not in text else ""
        return f"has something between its thousands: write {plain}{other}"
    if COMMA.fullmatch(text):
        whole, _, fraction = text.rpartition(",")
        return f"has a decimal comma: write {re.sub('[^0-9-]', '', whole)}.{fraction}"
    return ""


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Written)
    except (ValueError, RecursionError):
        return text
