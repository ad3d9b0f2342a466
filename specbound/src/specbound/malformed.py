"""Malformed JSON: at which line and column a text stops being JSON, and what is wrong there."""

from json import JSONDecodeError

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
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    return f"is not JSON (RFC 8259): line {line}, column {column}: {reason}"
