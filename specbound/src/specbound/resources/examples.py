"""Examples: what an operation without a function answers on a developer's machine, from the contract's own examples.

Never in Lambda: see `EXAMPLES` among the settings.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import orjson

from specbound.contract import Contract
from specbound.exact_json import exactly
from specbound.messages import Request, Response
from specbound.problems import Unfinished

Document = Mapping[str, Any]
NOTHING: Any = object()
# Of schemas within schemas, where one contains itself.
DEEPEST = 10


def functions(contract: Contract[Any]) -> dict[str, Callable[[Request], Response]]:
    """Of each operation of the contract a function that answers its example, by name."""
    document = orjson.loads((contract.folder / "openapi.json").read_bytes())
    declared = {
        each["operationId"]: each
        for path in document["paths"].values()
        for each in path.values()
        if isinstance(each, dict) and "operationId" in each
    }
    return {
        name: Example(document, declared[each.public_id])
        for name, each in contract.operations.items()
        if each.public_id in declared
    }


class Example:
    """Answers what the contract shows of an operation's first success. Raises Unfinished where it shows nothing."""

    def __init__(self, document: Document, operation: Document) -> None:
        self._document = document
        self._operation = operation

    def __call__(self, request: Request) -> Response:
        status, reply = self._success()
        if request.key is not None:
            self._keep(request.key)
        headers = {name.lower(): self._header(each) for name, each in reply.get("headers", {}).items()}
        shown = {name: value for name, value in headers.items() if value is not NOTHING}
        content = reply.get("content", {})
        if not content:
            return Response(HTTPStatus(status), None, shown)
        for media_type, media in content.items():
            value = self._shown(media)
            if value is not NOTHING:
                return Response(HTTPStatus(status), exactly(value), shown, media_type)
        raise Unfinished("Nobody has written this operation yet, and the contract has no example of its reply.")

    def _success(self) -> tuple[int, Document]:
        for status, reply in sorted(self._operation["responses"].items()):
            if status.isdecimal() and 200 <= int(status) < 300:
                return int(status), self._resolved(reply)
        raise Unfinished

    def _keep(self, key: Any) -> None:
        def do() -> Any:
            key.write([{}])
            return key.outcomes

        key.once(do)

    def _header(self, header: Any) -> Any:
        value = self._shown(self._resolved(header))
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def _shown(self, holder: Any) -> Any:
        """The example of a media type or a header, or else that of its schema."""
        if "example" in holder:
            return holder["example"]
        for each in holder.get("examples", {}).values():
            found = self._resolved(each)
            if "value" in found:
                return found["value"]
        return self._made(holder.get("schema", {}))

    def _made(self, schema: Any, depth: int = 0) -> Any:
        """The example of a schema, or one that is made of those of its parts; NOTHING if too little is said."""
        schema = self._resolved(schema)
        if not isinstance(schema, dict) or depth > DEEPEST:
            return NOTHING
        several = schema.get("examples") or schema.get("enum") or [NOTHING]
        value = schema.get("example", schema.get("default", schema.get("const", several[0])))
        if value is NOTHING and "items" in schema:
            item = self._made(schema["items"], depth + 1)
            return NOTHING if item is NOTHING else [item]
        parts = [schema, *map(self._resolved, schema.get("allOf", ()))]
        members = {name: each for part in parts for name, each in part.get("properties", {}).items()}
        if value is not NOTHING or not members:
            return value
        made = {name: self._made(each, depth + 1) for name, each in members.items()}
        if any(made.get(name, NOTHING) is NOTHING for part in parts for name in part.get("required", ())):
            return NOTHING
        return {name: each for name, each in made.items() if each is not NOTHING}

    def _resolved(self, part: Any) -> Any:
        """What a part is, or refers to in this document."""
        while isinstance(part, dict) and str(part.get("$ref", "")).startswith("#/"):
            found: Any = self._document
            for step in part["$ref"][2:].split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            part = found
        return part
