"""The picture of one request: its account as text, a line down the side, and a branch for each step."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specbound.local.lines import printable

Account = Mapping[str, Any]
WIDTH = 10
MARKS = {True: "", False: "✗ "}


def drawn(account: Account) -> str:
    """The picture, without an end of line. What was never reached is not in it."""
    request = account["request"]
    lines = [f"{request['method']} {request['path']}{'?' + request['query'] if request['query'] else ''}", "│"]
    branches = [*_branches(account)]
    for name, told in branches[:-1]:
        lines += _branch("├─", "│ ", name, told)
    lines += _branch("└─", "  ", *branches[-1])
    return "\n".join(printable(line.rstrip()) for line in lines)


def _branch(first: str, others: str, name: str, told: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(told):
        yield f"{others if number else first} {'' if number else name:{WIDTH}} {line}"


def _branches(account: Account) -> Iterator[tuple[str, list[str]]]:
    yield "route", _route(account["operation"])
    if "security" in account:
        yield "let in", _security(account["security"])
    if "parameters" in account:
        yield "read", _parameters(account["parameters"]) or ["no parameters are declared, and none came"]
    if "body" in account:
        yield "body", _body(account["body"])
    if account["checks"]:
        yield "checked", ["  ".join(f"{'✓' if each['isRight'] else '✗'} {each['of']}" for each in account["checks"])]
    if "function" in account:
        yield "function", _function(account["function"])
    if account["calls"]:
        yield "database", [line for each in account["calls"] for line in _call(each)]
    yield "reply", [*_reply(account["reply"]), _sum(account)]


def _route(operation: Account | None) -> list[str]:
    if operation is None:
        return ["✗ no operation of the contract has this path and method"]
    return [f"{operation['id']}, which is {operation['route']} at {operation['declared']}"]


def _security(told: Account) -> list[str]:
    if not told["ways"] or told["ways"] == [[]]:
        return ["everybody is let in"]
    asked = " or ".join(" and ".join(way) or "nothing" for way in told["ways"])
    name = told["subject"] or "somebody without a name"
    if told["letIn"]:
        return [f"{asked}, which {name} has"]
    return [f"✗ {asked}", f"  {name} has {', '.join(told['scopes']) or 'no scopes'}"]


def _parameters(told: Sequence[Account]) -> list[str]:
    rows = [(each["name"], each["in"], *_became(each), _rules(each)) for each in told]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True)) for row in rows]


def _became(told: Account) -> tuple[str, str]:
    """What was sent, and what it became."""
    if "type" not in told:
        return "not sent" if told["sent"] is None else repr(told["sent"]), ""
    became = f"{told['type']} {told['value']!r}"
    return ("by default" if told["isDefault"] else repr(told["sent"])), f"→ {became}"


def _rules(told: Account) -> str:
    return f"✗ {'; '.join(told['wrong'])}" if told["wrong"] else "; ".join(told["rules"])


def _body(told: Account) -> list[str]:
    against = told["schema"] or "its schema"
    lines = [f"{MARKS[told['isRight']]}{told['bytes']} bytes of {told['mediaType']}, checked against {against}"]
    width = max((len(each["pointer"]) for each in told["members"]), default=0)
    if told["isRight"]:
        lines += [f"{each['pointer']:{width}}  {each['type']}{_size(each)}" for each in told["members"]]
    return lines


def _size(member: Account) -> str:
    units = {"text": "characters", "array": "items", "bytes": "bytes"}
    return f", {member['size']} {units[member['type']]}" if "size" in member else ""


def _function(told: Account) -> list[str]:
    what = told.get("defined") or f"none of the service's: the engine does {told.get('standard', 'it')}"
    if told.get("example"):
        what = "which nobody has written yet: the contract's example is answered"
    key = ", once under its idempotency key" if told.get("key") else ""
    return [f"{MARKS[told['returned']]}{told['name']}, {what}{key}"]


def _call(told: Account) -> Iterator[str]:
    used = f"{told['readUnits']:g} read" if told["readUnits"] else f"{told['writeUnits']:g} write"
    refused = f", refused: {told['refused']}" if told["refused"] else ""
    yield f"{MARKS[not told['refused']]}{told['action']}, {used} units, {told['milliseconds']} ms{refused}"
    for each in told["parts"]:
        yield f"  {each}"


def _reply(told: Account) -> Iterator[str]:
    body = f", {told['bytes']} bytes of {told['mediaType']}" if told["bytes"] else ", without a body"
    yield f"{told['status']}{body}"
    if checked := told.get("checked"):
        against = f" and {checked['against']}" if checked["against"] else ""
        kept = "as the contract promises" if checked["isKept"] else "✗ not what the contract promises"
        yield f"{kept}: its status, its headers{against}"
    if problem := told.get("problem"):
        yield f"because: {problem['detail']}"
        for each in problem["errors"]:
            yield f"  {each['in']} {each['pointer']} {each['detail']}"


def _sum(account: Account) -> str:
    calls = len(account["calls"])
    units = account["units"]
    return (
        f"{calls} call{'s' * (calls != 1)} to the database: {units['reads']:g} read and {units['writes']:g} write units"
    )
