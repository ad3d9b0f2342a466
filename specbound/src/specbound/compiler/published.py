"""The published document: the contract as callers get it, and as the tools do that make clients and requests of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specbound.compiler.bodies import MAX_BYTES
from specbound.compiler.document import Declaration, Document, declarations
from specbound.compiler.patches import with_patches
from specbound.compiler.versions import EXTENSION as VERSIONS

LIMIT = "x-max-bytes"


def published(document: Document) -> Document:
    """The contract with what it leaves to the engine: each operationId, and how large each body may be. Raises Refused.

    An operation without an operationId has the name of its function. Of merge patches it says what they may hold.
    """
    paths = dict(document["paths"])
    for each in declarations(document):
        operation = each.definition | {"operationId": each.public_id}
        if "requestBody" in operation:
            operation["requestBody"] = _limited(with_patches(document, operation["requestBody"]))
        paths[each.path] = paths[each.path] | {each.method.lower(): operation}
    components = document.get("components", {})
    if bodies := components.get("requestBodies"):
        components = components | {"requestBodies": {name: _limited(each) for name, each in bodies.items()}}
    made = document | {"paths": paths} | ({"components": components} if components else {})
    # Their operations are in it: whoever reads it need not have their documents.
    made.pop(VERSIONS, None)
    return made


def rendered(content: Mapping[str, Any]) -> str:
    """JSON, as short as it can be."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def with_whole_paths(document: Document) -> Document:
    """The contract with the base paths of its servers written into the paths: all of it is where the API is.

    For tools that know of the API's address alone, and not of servers that each operation may have. Raises Refused.
    """
    found = list(declarations(document))
    if not any(each.base for each in found) and not any(map(_is_elsewhere, _holders(document, found))):
        return document
    paths: Document = {}
    for each in found:
        paths.setdefault(each.whole_path, {})[each.method.lower()] = _alone(document, each)
    return document | {"paths": paths, "servers": [{"url": "/"}]}


def _holders(document: Document, found: Iterable[Declaration]) -> Iterator[Document]:
    """What may name servers."""
    yield document
    for each in found:
        yield from (document["paths"][each.path], each.definition)


def _is_elsewhere(holder: Document) -> bool:
    """Whether its servers have a host of their own, where the API need not be."""
    return any("//" in each["url"] for each in holder.get("servers", ()))


def _limited(body: Document) -> Document:
    return body if "$ref" in body else body | {LIMIT: body.get(LIMIT, MAX_BYTES)}


def _alone(document: Document, declaration: Declaration) -> Document:
    """An operation with all that its path item says of it, but the servers."""
    item = document["paths"][declaration.path]
    own = {name: each for name, each in declaration.definition.items() if name != "servers"}
    shared = {name: item[name] for name in ("summary", "description") if name in item}
    return shared | own | ({"parameters": _written(document, declaration)} if declaration.parameters else {})


def _written(document: Document, declaration: Declaration) -> list[Document]:
    """The parameters as they are written, where they are declared or referred to."""
    written = []
    for steps in declaration.parameter_steps:
        value: Any = document
        for step in steps[1:]:
            value = value[int(step)] if isinstance(value, list) else value[step]
        written.append(value)
    return written
