"""What AWS refuses of expressions, emulators mostly take.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html, "Expression parameters"
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from specbound.local.aws_values import EXACT
from specbound.local.aws_values import objections as objections_to_values

KINDS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
LONGEST = 4096
LONGEST_PLACEHOLDER = 255
MOST_PLACEHOLDER_BYTES = 2 * 1024 * 1024
MOST_OPERATORS = 300
MOST_IN_OPERANDS = 100
TOKEN = re.compile(r"[#:]?\w+|<>|<=|>=|[^\s\w]")
CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")
WORDS = {"AND", "OR", "NOT", "IN", "BETWEEN", *CLAUSES}
COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}


def objections(arguments: Mapping[str, Any]) -> Iterator[str]:
    """What AWS refuses of one call's expressions, names and values."""
    tokens: list[str] = []
    for kind in KINDS:
        if kind in arguments:
            of_this = TOKEN.findall(arguments[kind])
            tokens += of_this
            found = [*_objections_to_length(arguments[kind]), *_objections_to_operators(kind, of_this)]
            found += [*_redundant_parentheses(of_this), *_wrong_bounds(of_this, arguments)]
            yield from (f"{kind}: {each}" for each in found)
    yield from _objections_to_placeholders("ExpressionAttributeNames", "#", tokens, arguments)
    yield from _objections_to_placeholders("ExpressionAttributeValues", ":", tokens, arguments)
    yield from objections_to_values(arguments.get("ExpressionAttributeValues", {}))


def assignments(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Which attribute an update expression touches, and what it makes of it, each as it is written."""
    found = []
    for part in re.split(rf"\b({'|'.join(CLAUSES)})\b", arguments.get("UpdateExpression", ""))[2::2]:
        for action in _split(TOKEN.findall(part)):
            target, *rest = action
            name = arguments.get("ExpressionAttributeNames", {}).get(target, target)
            found.append((name, " ".join(rest).removeprefix("= ")))
    return found


def _objections_to_length(expression: str) -> Iterator[str]:
    if not 1 <= len(expression.encode()) <= LONGEST:
        yield f"{len(expression.encode())} bytes long"


def _objections_to_operators(kind: str, tokens: list[str]) -> Iterator[str]:
    functions = sum(after == "(" and re.match("[a-z]", before) is not None for before, after in pairwise(tokens))
    if kind == "UpdateExpression":
        # AWS's own example: SET a = :val1 + :val2 + :val3 has two operators.
        count = functions + sum(each in "+-" for each in tokens)
        clauses = [each for each in tokens if each in CLAUSES]
        if len(set(clauses)) < len(clauses):
            yield "a clause comes twice"
    else:
        operators = COMPARISONS | {"AND", "OR", "NOT", "IN", "BETWEEN"}
        # The AND of a BETWEEN is part of it.
        count = functions + sum(each in operators for each in tokens) - tokens.count("BETWEEN")
    if count > MOST_OPERATORS:
        yield f"{count} operators and functions"
    for number, token in enumerate(tokens):
        if token == "IN":
            operands = tokens[number + 1 : tokens.index(")", number)].count(",") + 1
            if operands > MOST_IN_OPERANDS:
                yield f"IN with {operands} operands"


def _redundant_parentheses(tokens: list[str]) -> Iterator[str]:
    opened: list[int] = []
    pairs: dict[int, int] = {}
    for number, token in enumerate(tokens):
        if token == "(":
            opened.append(number)
        elif token == ")":
            pairs[opened.pop()] = number
    if any(pairs.get(start + 1) == end - 1 for start, end in pairs.items()):
        yield "redundant parentheses"


def _wrong_bounds(tokens: list[str], arguments: Mapping[str, Any]) -> Iterator[str]:
    values = arguments.get("ExpressionAttributeValues", {})
    for number, token in enumerate(tokens):
        if token == "BETWEEN" and {tokens[number + 1], tokens[number + 3]} <= values.keys():
            low, high = (_comparable(values[tokens[number + each]]) for each in (1, 3))
            if low > high:
                yield f"BETWEEN {low} and the lower {high}"


def _comparable(value: Mapping[str, Any]) -> Any:
    [(kind, content)] = value.items()
    return EXACT.create_decimal(content) if kind == "N" else content


def _objections_to_placeholders(
    member: str, sign: str, tokens: list[str], arguments: Mapping[str, Any]
) -> Iterator[str]:
    defined = arguments.get(member, {})
    used = {each for each in tokens if each.startswith(sign)}
    if member in arguments and not defined:
        yield f"{member} is empty"
    if used != defined.keys():
        yield f"{member}: unused {sorted(defined.keys() - used)}, undefined {sorted(used - defined.keys())}"
    if any(len(each.encode()) > LONGEST_PLACEHOLDER or not re.fullmatch(rf"{sign}\w+", each) for each in defined):
        yield f"{member}: a placeholder is too long, or not {sign} and letters, digits or _"
    if len(str(defined).encode()) > MOST_PLACEHOLDER_BYTES:
        yield f"{member}: longer than {MOST_PLACEHOLDER_BYTES} bytes"


def _split(tokens: list[str]) -> Iterator[list[str]]:
    """The actions of a clause: commas within parentheses do not part them."""
    action: list[str] = []
    depth = 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if token == "," and not depth:
            yield action
            action = []
        else:
            action.append(token)
    if action:
        yield action
