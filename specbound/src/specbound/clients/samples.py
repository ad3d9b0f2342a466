"""Code samples: how each operation is called with curl and with the clients, with the contract's own examples.

They find the API's address and a token in the environment, in the variables that the clients read.
"""

import json
import shlex
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from specbound.clients import typescript_samples
from specbound.clients.examples import JSON, UNKNOWN, body_of, needed
from specbound.clients.naming import Method, methods
from specbound.clients.plan import about
from specbound.compiler import shapes
from specbound.compiler.document import Declaration, Document, Refused, declarations, resolve
from specbound.compiler.names import words

LONGEST_LINE = 88
Sample = dict[str, str]


def samples(document: Document) -> dict[str, list[Sample]]:
    """By the operationId of each operation: `lang`, `label` and `source`, as `x-codeSamples` has them.

    An operation for which the contract has no examples has none. Where two operations would be called alike, no client
    can be built, and only curl's are made.
    """
    own = about(document)
    prefix, package = own["prefix"], own["package"].replace("-", "_")
    found = {each.public_id: [_curl(document, each, prefix)] for each in declarations(document)}
    try:
        named = methods(document)
    except Refused:
        named = []
    for method in named:
        found[method.declaration.public_id].append(_python(document, method, package))
        found[method.declaration.public_id].append(typescript_samples.sample(document, method, own["package"]))
    kept = {name: [each for each in made if each] for name, made in found.items()}
    return {name: made for name, made in kept.items() if made}


def _curl(document: Document, declaration: Declaration, prefix: str) -> Sample:
    path, query, headers = declaration.whole_path, {}, {}
    for each, value in needed(document, declaration):
        if value is UNKNOWN:
            return {}
        match each["in"]:
            case "path":
                path = path.replace(f"{{{each['name']}}}", quote(_text(value), safe=""))
            case "query":
                query[each["name"]] = [*map(_text, value)] if isinstance(value, list) else _text(value)
            case "header":
                headers[each["name"]] = _text(value)
    body = body_of(document, declaration)
    if body is UNKNOWN:
        return {}
    address = f"${prefix}_BASE_URL{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
    parts = [f'curl "{address}"' if declaration.method == "GET" else f'curl -X {declaration.method} "{address}"']
    if declaration.definition.get("security", document.get("security")):
        parts.append(f'-H "Authorization: Bearer ${prefix}_TOKEN"')
    parts += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    if body is not None:
        parts += [f"-H 'Content-Type: {JSON}'", f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}"]
    return {"lang": "shell", "label": "curl", "source": " \\\n  ".join(parts)}


def _python(document: Document, method: Method, package: str) -> Sample:
    declaration = method.declaration
    parameters, body = list(needed(document, declaration)), body_of(document, declaration)
    if body is UNKNOWN or any(value is UNKNOWN or each["in"] == "cookie" for each, value in parameters):
        return {}
    given = [_literal(value) for each, value in parameters if each["in"] == "path"]
    named = {_snake(each["name"]): value for each, value in parameters if each["in"] != "path"}
    taken = {_snake(each["name"]) for each in declaration.parameters}
    spread = _spread(document, declaration, body, taken)
    named = {**spread, **named} if spread is not None else {"body": body, **named} if body is not None else named
    arguments = [*given, *(f"{name}={_literal(value)}" for name, value in named.items())]
    call = _call(f"client.{method.full_name}", arguments)
    success = min((each for each in declaration.definition["responses"] if str(each).startswith("2")), default="")
    if method.page:
        done = f"    for each in {call}:\n        print(each)"
    elif str(success) == "204":
        done = f"    {call}"
    else:
        done = f"    answer = {call}\n    print(answer)"
    return {
        "lang": "python",
        "label": "Python",
        "source": f"from {package} import Client\n\nwith Client() as client:\n{done}\n",
    }


def _call(function: str, arguments: list[str]) -> str:
    whole = f"{function}({', '.join(arguments)})"
    if len(whole) + len("    for each in :") <= LONGEST_LINE:
        return whole
    return f"{function}(\n" + "".join(f"        {each},\n" for each in arguments) + "    )"


def _spread(document: Document, declaration: Declaration, body: Any, taken: set[str]) -> dict[str, Any] | None:
    """The members of a body as arguments; None where the client takes it as a whole."""
    if not isinstance(body, Mapping):
        return None
    content = resolve(document, declaration.definition["requestBody"])["content"][JSON]
    schema = resolve(document, content.get("schema", {}), "schemas")
    known = shapes.members(document, schema)
    is_open = schema.get("additionalProperties") not in (None, False)
    if (
        not known
        or is_open
        or {_snake(each) for each in known} & (taken | {"self", "body"})
        or not known.keys() >= body.keys()
    ):
        return None
    return {_snake(name): value for name, value in body.items()}


def _snake(name: str) -> str:
    return "_".join(words(name))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=float)


def _literal(value: Any) -> str:
    """In Python, as somebody would write it."""
    match value:
        case Decimal():
            return repr(float(value))
        case Mapping():
            return "{" + ", ".join(f"{_literal(name)}: {_literal(each)}" for name, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_literal, value)) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False)
    return repr(value)
