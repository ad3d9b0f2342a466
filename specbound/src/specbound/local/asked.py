"""What a call to DynamoDB asks, in words: of which table or index, under which condition; no value is told."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from specbound.local.calls import Made
from specbound.local.embedded import PREFIX

VALUE = re.compile(r":\w+")


def told(made: Made) -> dict[str, Any]:
    """As JSON has it: `parts` has a line for each item that it writes, or for each query or look-up."""
    return {
        "action": made.action,
        "parts": [*_parts(made)],
        "readUnits": made.reads,
        "writeUnits": made.writes,
        "milliseconds": round(made.milliseconds, 1),
        "refused": made.error,
    }


def _parts(made: Made) -> Iterator[str]:
    asked = made.arguments
    if made.action == "TransactWriteItems":
        for each in asked["TransactItems"]:
            for verb, part in each.items():
                yield f"{verb} {_table(part)}{_condition(part)}"
    elif made.action == "BatchGetItem":
        found = made.reply.get("Responses", {})
        for table, each in asked["RequestItems"].items():
            of = f"{len(found.get(table, []))} of {len(each['Keys'])} found"
            yield f"{table.removeprefix(PREFIX)}: {of}{_consistency(each)}"
    elif made.action == "Query":
        index = f" by {asked['IndexName']}" if "IndexName" in asked else ""
        order = "" if asked.get("ScanIndexForward", True) else ", backwards"
        limit = f", at most {asked['Limit']}" if "Limit" in asked else ""
        where = _named(asked["KeyConditionExpression"], asked)
        items = len(made.reply.get("Items", []))
        yield f"{_table(asked)}{index} where {where}{order}{limit}{_consistency(asked)}: {items} found"
    elif made.action == "GetItem":
        found = "found" if made.reply.get("Item") else "none"
        yield f"{_table(asked)} by {', '.join(asked['Key'])}{_consistency(asked)}: {found}"
    else:
        yield f"{_table(asked)}{_condition(asked)}"


def _table(asked: Mapping[str, Any]) -> str:
    return str(asked["TableName"]).removeprefix(PREFIX)


def _condition(asked: Mapping[str, Any]) -> str:
    condition = asked.get("ConditionExpression")
    return f" if {_named(condition, asked)}" if condition else ""


def _consistency(asked: Mapping[str, Any]) -> str:
    return ", consistently" if asked.get("ConsistentRead") else ""


def _named(expression: str, asked: Mapping[str, Any]) -> str:
    names: Mapping[str, str] = asked.get("ExpressionAttributeNames", {})
    for placeholder in sorted(names, key=len, reverse=True):
        expression = expression.replace(placeholder, names[placeholder])
    return VALUE.sub("?", expression)
