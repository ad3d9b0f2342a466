"""The resources of the TypeScript client: a class for each, whose methods are its operations."""

import json
import re
from collections import defaultdict
from typing import Any

from specbound.clients.naming import Method, methods
from specbound.compiler.deprecation import sentence
from specbound.compiler.document import Document, resolve

Plan = dict[str, Any]
Path = tuple[str, ...]
IDENTIFIER = re.compile("[A-Za-z_$][A-Za-z0-9_$]*")
HEAD = """// The API's operations as methods of its resources.

import type { Body, Caller, Cookie, Header, Options, PathValue, Query, Read } from "./calling.js";
import type { Call } from "./calls.js";
import { Connected } from "./connecting.js";
import { Pages } from "./pages.js";
import type { components } from "./schema.js";
import type { Settings } from "./sending.js";
"""
# What the package has of its own: a schema of this name is in `components` alone.
TAKEN = {
    "Answer",
    "ApiError",
    "Attempt",
    "BadRequest",
    "Body",
    "Budget",
    "Call",
    "Caller",
    "Client",
    "Conflict",
    "ContentTooLarge",
    "Decimal",
    "DeadlineError",
    "Exactly",
    "Fetch",
    "Forbidden",
    "Middleware",
    "NoAnswerError",
    "NotFound",
    "Options",
    "Pages",
    "PreconditionFailed",
    "ProblemError",
    "Query",
    "Raw",
    "Read",
    "Retry",
    "ServerError",
    "ServerEvent",
    "ServiceUnavailable",
    "Settings",
    "Stream",
    "Token",
    "TooManyRequests",
    "Unauthorized",
    "Unprocessable",
    "UnsupportedMediaType",
    "Violation",
    "components",
    "operations",
}


def resources(document: Document, plan: Plan) -> str:
    """The module's text. `document` is as it is written; the plan has whole paths, and says what is called what."""
    found: dict[Path, list[Method]] = defaultdict(list)
    for each in methods(document):
        found[each.resource].append(each)
    paths = sorted(
        {path[:end] for path in found for end in range(1, len(path) + 1)}, key=lambda each: (-len(each), each)
    )
    classes = [_resource(document, plan, path, found.get(path, []), paths) for path in paths]
    own = [camel(path[0]) for path in paths if len(path) == 1]
    client = [
        "/** The client: `new Client({ baseUrl, token })`, or both in the environment. */",
        "export class Client extends Connected {",
        *(f"  readonly {name}: {_class((name,))};" for name in own),
        "",
        "  constructor(settings: Settings = {}) {",
        "    super(settings);",
        *(f"    this.{name} = new {_class((name,))}(this.caller);" for name in own),
        "  }",
        "}",
    ]
    return "\n".join([HEAD, *classes, *client, "", _types(document, plan, paths)])


def problems(plan: Plan) -> str:
    """A class for each type of problem."""
    found = plan["problems"]
    bases = ", ".join(sorted({each["base"] for each in found}))
    lines = ["// The types of problems that the contract has.", ""]
    lines += [f'import {{ {bases} }} from "./errors.js";'] if found else []
    lines += ['import type { ProblemClass } from "./errors.js";', ""]
    for each in found:
        lines.append(_comment(f"{each['status']}: {each['detail']}", ""))
        lines.append(f"export class {each['name']} extends {each['base']} {{}}")
    types = "".join(f"  {json.dumps(each['type'])}: {each['name']},\n" for each in found)
    table = f"export const problemTypes: Readonly<Record<string, ProblemClass>> = {{\n{types}}};"
    return "\n".join([*lines, "", "/** By their types. */", table, ""])


def about(plan: Plan) -> str:
    return (
        f"// What the contract says of itself.\n\nexport const CONTRACT = {json.dumps(plan['contract'], indent=2)};\n"
    )


def _resource(document: Document, plan: Plan, path: Path, own: list[Method], paths: list[Path]) -> str:
    children = [each for each in paths if each[:-1] == path]
    about = plan["tags"].get(".".join(path)) or f"Operations of {' '.join(path).replace('_', ' ')}."
    lines = [
        _comment(about, ""),
        f"export class {_class(path)} {{",
        *(f"  readonly {camel(each[-1])}: {_class(each)};" for each in children),
        "  readonly #caller: Caller;",
        "",
        "  constructor(caller: Caller) {",
        "    this.#caller = caller;",
        *(f"    this.{camel(each[-1])} = new {_class(each)}(caller);" for each in children),
        "  }",
    ]
    return "\n".join([*lines, *(f"\n{_method(document, plan, each)}" for each in own), "}", ""])


def _method(document: Document, plan: Plan, method: Method) -> str:
    declaration = method.declaration
    key, planned = json.dumps(declaration.public_id), plan["operations"][declaration.public_id]
    by_place = {
        place: [each for each in declaration.parameters if each["in"] == place]
        for place in ("path", "query", "header", "cookie")
    }
    route = planned["route"]
    in_path: list[str] = re.findall("{([^}]*)}", route)
    arguments = [f"{_argument(name)}: PathValue" for name in in_path]
    body = resolve(document, declaration.definition["requestBody"]) if "requestBody" in declaration.definition else None
    if body is not None:
        arguments.append(f"body{'' if body.get('required') else '?'}: Body<{key}>")
    elif by_place["query"]:
        needed = any(each.get("required") for each in by_place["query"])
        arguments.append(f"query{'' if needed else '?'}: Query<{key}>")
    options = [
        f"{camel(each['name'])}{'' if each.get('required') else '?'}: {kind}<{key}, {json.dumps(each['name'])}>"
        for place, kind in (("header", "Header"), ("cookie", "Cookie"))
        for each in by_place[place]
    ]
    needed = any(each.get("required") for each in (*by_place["header"], *by_place["cookie"]))
    if body is not None and by_place["query"]:
        wanted = any(each.get("required") for each in by_place["query"])
        options.append(f"query{'' if wanted else '?'}: Query<{key}>")
        needed = needed or wanted
    kind = "Options" + (f" & {{ {'; '.join(options)} }}" if options else "")
    parts = [
        f"path: {{ {', '.join(f'{json.dumps(name)}: {_argument(name)}' for name in in_path)} }}",
        f"headers: {json.dumps({camel(each['name']): each['name'] for each in by_place['header']})}",
        f"cookies: {json.dumps({camel(each['name']): each['name'] for each in by_place['cookie']})}",
        *(["body"] if body is not None else []),
        *(["query"] if body is None and by_place["query"] else []),
        *([f"items: {json.dumps(planned['versioned'])}"] if planned["versioned"] else []),
    ]
    place = f"{json.dumps(declaration.method)}, {json.dumps(route)}"
    result, name = f"Read<{key}>", camel(method.name)
    call = f"this.#caller({place}, {{ {', '.join(parts)} }}, options)"
    comment = _comment(_about(declaration.definition, planned), "  ")
    signature = ", ".join([*arguments, f"options{'' if needed else '?'}: {kind}"])
    conditional = declaration.method == "GET" and any(each["name"] == "If-None-Match" for each in by_place["header"])
    if planned["page"]:
        token, items, following = (json.dumps(planned["page"][each]) for each in ("token", "items", "next"))
        item = f"NonNullable<{result}[{items}]>[number]"
        query = f"query: {{ ...query, ...(at === undefined ? {{}} : {{ {token}: at }}) }}"
        call = call.replace("query,", f"{query},").replace("query }", f"{query} }}")
        return (
            f"{comment}\n  {name}({signature}): Pages<{item}, {result}> {{\n"
            f"    return new Pages((at) => {call}, (page) => page[{items}] ?? [], (page) => page[{following}]);\n  }}"
        )
    heads = f"  {name}({signature}): Call<{result}> {{"
    if conditional:
        told = ", ".join([*arguments, f"options: {kind} & {{ ifNoneMatch: string }}"])
        heads = (
            f"  {name}({told}): Call<{result} | undefined>;\n  {name}({signature}): Call<{result}>;\n"
            f"  {name}({signature}): Call<{result}> {{"
        )
    return f"{comment}\n{heads}\n    return {call};\n  }}"


def _about(definition: Document, planned: Plan) -> str:
    said = [str(definition.get(each, "")).strip() for each in ("summary", "description")]
    raised = "\n".join(f"@throws {name}: {detail}" for name, detail in planned["problems"].items())
    ending = f"@deprecated {end}" if (end := sentence(definition)) else ""
    return "\n\n".join(filter(None, [*said, raised, ending])) or "An operation of the API."


def _types(document: Document, plan: Plan, paths: list[Path]) -> str:
    """The contract's schemas by their names."""
    taken = TAKEN | {_class(path) for path in paths} | {each["name"] for each in plan["problems"]}
    names = [
        name
        for name in document.get("components", {}).get("schemas", {})
        if IDENTIFIER.fullmatch(name) and name not in taken
    ]
    return "".join(f'export type {name} = components["schemas"]["{name}"];\n' for name in names)


def _comment(text: str, indent: str) -> str:
    lines = text.strip().replace("*/", "*\\/").splitlines()
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */"
    return "\n".join([f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"])


def camel(name: str) -> str:
    found: list[str] = re.findall("[A-Za-z0-9]+", name) or ["_"]
    first, *others = found
    first = first if any(each.islower() for each in first) and not others else first.lower()
    return first[0].lower() + first[1:] + "".join(each[0].upper() + each[1:].lower() for each in others)


def _argument(name: str) -> str:
    """A parameter's name as one of a function's arguments."""
    own = camel(name)
    return f"{own}_" if own in {"body", "query", "options", "in", "new", "class", "default", "delete", "this"} else own


def _class(path: Path) -> str:
    return "".join(word[0].upper() + word[1:] for part in path for word in part.split("_") if word) + "Resource"
