"""Patterns: regular expressions of ECMA-262, which OpenAPI's are, as the engine that runs them reads them."""

import re
from functools import cache

import jsonschema_rs

from specbound.compiler.document import Refused
from specbound.validation import BACKTRACKING, LINEAR

QUANTIFIER = re.compile(r"\{[0-9]+(,[0-9]*)?\}")
ESCAPE = re.compile(r"\\([pPu]\{[^}]*\}|k<[^>]*>|.)", re.DOTALL)
SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
# In a character class of the engine these have a meaning that ECMA-262 does not give them: nested and combined classes.
ESCAPED_IN_CLASS = "[&~"
# Anchors of other languages. ECMA-262 has none of them.
FOREIGN_ANCHOR = re.compile(r"(?<!\\)(?:\\\\)*\\([AZz])")
FOREIGN = {"A": "^", "Z": "$", "z": "$"}
IDENTITY = {*"eghijlmoqyCEFGHIJKLMNOQRTUVXY"}


def translated(pattern: str, place: str) -> str:
    """A pattern that means here what it means in ECMA-262. Raises Refused for what is no regular expression."""
    if foreign := FOREIGN_ANCHOR.search(pattern):
        instead = FOREIGN[foreign[1]]
        raise Refused(f"{place}: its pattern has \\{foreign[1]}, which ECMA-262 does not know: say {instead} instead.")
    if reason := _reason(pattern):
        raise Refused(f"{place}: its pattern is {reason}.")
    return _translated(pattern)


def is_linear(pattern: str) -> bool:
    """Whether its time grows with the text alone: it has no look-ahead, look-behind or back-reference."""
    return _builds(_translated(pattern), LINEAR)


def _translated(pattern: str) -> str:
    pattern = SURROGATES.sub(_character, pattern)
    found: list[str] = []
    position, in_class = 0, False
    while position < len(pattern):
        source, target = _step(pattern, position, in_class)
        found.append(target)
        if source == "[":
            in_class = True
        elif source == "]":
            in_class = False
        position += len(source)
    return "".join(found)


def _step(pattern: str, position: int, in_class: bool) -> tuple[str, str]:
    """What is read of a pattern at a position, and what stands for it."""
    character = pattern[position]
    if character == "\\":
        found = ESCAPE.match(pattern, position)
        escape = found[0] if found else character
        # An escape without a meaning is the letter itself.
        return escape, escape[1:] if escape[1:] in IDENTITY else escape
    if in_class:
        return character, f"\\{character}" if character in ESCAPED_IN_CLASS else character
    for empty, meaning in (("[^]", r"[\s\S]"), ("[]", r"[^\s\S]")):
        if pattern.startswith(empty, position):
            return empty, meaning
    if character == "{":
        quantifier = QUANTIFIER.match(pattern, position)
        return (quantifier[0], quantifier[0]) if quantifier and position else ("{", r"\{")
    return character, r"\}" if character == "}" else character


def _character(pair: re.Match[str]) -> str:
    high, low = (int(half, 16) for half in pair.groups())
    return f"\\u{{{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00:X}}}"


@cache
def _reason(pattern: str) -> str | None:
    if _builds(_translated(pattern), BACKTRACKING):
        return None
    try:
        re.compile(pattern)
    except re.error as error:
        # Python's are others; where it knows what ECMA-262 knows, it says best what is wrong.
        if not str(error).startswith(("bad escape", "unknown extension")):
            return f"no regular expression (ECMA-262): {error}"
    return "no regular expression that can be run here: ECMA-262 does not know it so, or it is too large"


def _builds(pattern: str, options: jsonschema_rs.RegexOptions | jsonschema_rs.FancyRegexOptions) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except ValueError:
        return False
    return True
