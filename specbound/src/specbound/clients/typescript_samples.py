"""Code samples in TypeScript: how each operation is called with the client, with the contract's own examples."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from specbound.clients.examples import UNKNOWN, body_of, needed
from specbound.clients.naming import Method
from specbound.clients.typescript_resources import IDENTIFIER, camel
from specbound.compiler.document import Document

LONGEST_LINE = 88


def sample(document: Document, method: Method, package: str) -> dict[str, str]:
    """`lang`, `label` and `source`; nothing where the contract has no examples of what is needed."""
    declaration = method.declaration
    parameters, body = list(needed(document, declaration)), body_of(document, declaration)
    if body is UNKNOWN or any(value is UNKNOWN for _, value in parameters):
        return {}
    by_place: dict[str, dict[str, Any]] = {place: {} for place in ("path", "query", "header", "cookie")}
    for each, value in parameters:
        by_place[each["in"]][each["name"]] = value
    query = by_place["query"]
    options = {camel(name): value for name, value in (by_place["header"] | by_place["cookie"]).items()}
    given = [by_place["path"][name] for name in re.findall("{([^}]*)}", declaration.whole_path)]
    has_query = any(each["in"] == "query" for each in declaration.parameters)
    has_body = "requestBody" in declaration.definition
    if has_body:
        options |= {"query": query} if query else {}
        given += [body] if body is not None else []
    elif query or (has_query and options):
        given.append(query)
    given += [options] if options else []
    name = ".".join(map(camel, (*method.resource, method.name)))
    success = min((each for each in declaration.definition["responses"] if str(each).startswith("2")), default="")
    if method.page:
        call = _call(f"for await (const each of client.{name}", given, ")")
        done = f"{call} {{\n  console.log(each);\n}}"
    elif str(success) == "204":
        done = _call(f"await client.{name}", given, ";")
    else:
        done = f"{_call(f'const answer = await client.{name}', given, ';')}\nconsole.log(answer);"
    head = f'import {{ Client }} from "{package}";\n\nconst client = new Client();\n'
    return {"lang": "typescript", "label": "TypeScript", "source": f"{head}{done}\n"}


def _call(function: str, arguments: list[Any], end: str) -> str:
    """In one line, or else with the last argument over several."""
    whole = f"{function}({', '.join(map(_literal, arguments))}){end}"
    if len(whole) <= LONGEST_LINE or not arguments:
        return whole
    *others, last = arguments
    return f"{function}({''.join(f'{_literal(each)}, ' for each in others)}{_broken(last, '')}){end}"


def _broken(value: Any, indent: str) -> str:
    """A value over several lines, where it has parts: each in a line of its own if it fits there."""
    match value:
        case Mapping() if value:
            parts, ends = [(f"{_name(name)}: ", each) for name, each in value.items()], "{}"
        case list() if value:
            parts, ends = [("", each) for each in value], "[]"
        case _:
            return _literal(value)
    within = f"{indent}  "
    lines = [f"{within}{name}{_fitting(each, within, len(name))},\n" for name, each in parts]
    return f"{ends[0]}\n{''.join(lines)}{indent}{ends[1]}"


def _fitting(value: Any, indent: str, taken: int) -> str:
    flat = _literal(value)
    return flat if len(indent) + taken + len(flat) < LONGEST_LINE else _broken(value, indent)


def _literal(value: Any) -> str:
    """As somebody would write it."""
    match value:
        case Decimal():
            return repr(float(value))
        case Mapping():
            members = ", ".join(f"{_name(name)}: {_literal(each)}" for name, each in value.items())
            return f"{{ {members} }}" if members else "{}"
        case list():
            return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _name(name: str) -> str:
    return name if IDENTIFIER.fullmatch(name) else json.dumps(name, ensure_ascii=False)
