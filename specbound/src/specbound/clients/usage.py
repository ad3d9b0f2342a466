"""What a client's README shows: the plain methods of one resource, with the contract's own examples."""

import json
from typing import Any

from specbound.clients.naming import Method, answered, methods
from specbound.compiler import shapes
from specbound.compiler.document import Document, resolve

SHOWN = ("create", "list", "get", "update", "delete")


def shown(document: Document) -> dict[str, Any] | None:
    """The first resource that has all of them, on things of one key, with examples of what is sent; None without one.

    `resource` is its name, `key` the member that the path of one thing has, `create` and `update` what is sent.
    """
    found: dict[tuple[str, ...], dict[str, Method]] = {}
    for each in methods(document):
        found.setdefault(each.resource, {})[each.name] = each
    for resource, own in found.items():
        if len(resource) == 1 and all(name in own for name in SHOWN) and own["list"].page and _guarded(own["update"]):
            keys = {tuple(_path(own[name])) for name in ("get", "update", "delete")}
            made = answered(document, own["create"].declaration)
            examples = [_example(document, own[name]) for name in ("create", "update")]
            members = shapes.members(document, made) if made else {}
            [key, *others] = keys
            if not others and len(key) == 1 and key[0] in members and all(examples) and not _path(own["create"]):
                return {"resource": resource[0], "key": key[0], "create": examples[0], "update": examples[1]}
    return None


def _path(method: Method) -> list[str]:
    return [each["name"] for each in method.declaration.parameters if each["in"] == "path"]


def _guarded(method: Method) -> bool:
    return any(each["name"] == "If-Match" for each in method.declaration.parameters)


def _example(document: Document, method: Method) -> Any:
    body = resolve(document, method.declaration.definition.get("requestBody", {}))
    found = body.get("content", {}).get("application/json", {}).get("example")
    return found if isinstance(found, dict) else None


def typescript(document: Document, package: str) -> str:
    """The use of the client as a program, or no more than how it is made."""
    usage = shown(document)
    head = f'import {{ Client, etag, NotFound }} from "{package}";\n\nconst client = new Client();\n'
    if usage is None:
        return head.replace(", etag, NotFound", "")
    things, key = f"client.{usage['resource']}", usage["key"]
    create, update = (json.dumps(usage[each], ensure_ascii=False) for each in ("create", "update"))
    return (
        head
        + f"""
const made = await {things}.create({create});
for await (const each of {things}.list()) console.log(each.{key});

const read = await {things}.get(made.{key});
await {things}.update(read.{key}, {update}, {{ ifMatch: etag(read) }});
await {things}.delete(read.{key});
try {{
  await {things}.get(read.{key});
}} catch (error) {{
  if (!(error instanceof NotFound)) throw error;
  console.log(error.detail, error.requestId);
}}
"""
    )


def typescript_more(document: Document, package: str) -> str:
    """What else a client does, as a program of TypeScript; empty without an example."""
    usage = shown(document)
    if usage is None:
        return ""
    things, key = f"client.{usage['resource']}", usage["key"]
    create = json.dumps(usage["create"], ensure_ascii=False)
    return f"""import {{ Client }} from "{package}";

const client = new Client({{ retry: {{ attempts: 8, deadline: 60_000 }} }});
const {{ value, status, requestId }} = await {things}.create({create}).withResponse();
console.log(status, requestId);

let size = 0;
for await (const piece of await client.stream(() => {things}.get(value.{key}))) size += piece.length;
console.log(size);
await {things}.delete(value.{key}, {{ signal: new AbortController().signal }});
"""


def python(usage: dict[str, Any] | None, package: str, names: dict[str, dict[str, str]]) -> str:
    """The same in Python. `names` are those of the arguments, and of the attributes of what is answered."""
    if usage is None:
        return f"from {package} import Client\n\nclient = Client()\n"
    things, key = f"client.{usage['resource']}", names["read"][usage["key"]]
    create, update = (
        ", ".join(f"{names[each][name]}={_literal(value)}" for name, value in usage[each].items())
        for each in ("create", "update")
    )
    return f"""from {package} import Client, NotFound, etag

with Client() as client:
    made = {things}.create({create})
    for each in {things}.list():
        print(each.{key})

    read = {things}.get(made.{key})
    {things}.update(read.{key}, {update}, if_match=etag(read))
    {things}.delete(read.{key})
    try:
        {things}.get(read.{key})
    except NotFound as error:
        print(error.detail, error.request_id)
"""


def python_more(usage: dict[str, Any] | None, package: str) -> str:
    """What else a client does, as a program of Python; empty without an example."""
    if usage is None:
        return ""
    first = f"client.{usage['resource']}.list().first"
    return f"""from {package} import Client, Retry

with Client(retry=Retry(attempts=8, deadline=60)) as client:
    answer = client.raw({first})
    print(answer.status, answer.request_id)
    with client.stream({first}) as pieces:
        print(sum(map(len, pieces)))
"""


def _literal(value: Any) -> str:
    """A value as Python writes it, a text in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
