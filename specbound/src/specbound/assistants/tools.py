"""Tools: an operation of the contract as an assistant sees it, with what is sent of each argument, and where."""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any

from specbound.assistants.schemas import Schemas
from specbound.clients.naming import page
from specbound.compiled import OWN
from specbound.compiler.deprecation import sentence
from specbound.compiler.document import Declaration, Document, declarations, resolve
from specbound.compiler.security import compile_security
from specbound.compiler.statuses import declared_replies, successes

# What clients of the protocol, and the models behind them, take as a name.
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
ODD = re.compile(r"[^A-Za-z0-9_.-]")
READING = {"GET", "HEAD", "OPTIONS"}
REPEATABLE = {*READING, "PUT", "DELETE"}
BODY = "body"
KEY = "idempotency-key"
# The first is meant by a name that several have.
PLACES = ("path", "query", "header")
# What is of no use to who has kept nothing of an earlier answer.
CONDITIONAL = {"if-none-match", "if-modified-since"}
JSON = re.compile(r"application/(json|[\w.+-]+\+json)", re.IGNORECASE)
WITH_SCOPES = "token"


@dataclass(frozen=True)
class Argument:
    """A parameter: what the assistant calls it, where it is sent, and how it is written."""

    name: str
    place: str
    sent_as: str
    style: str
    explode: bool
    as_json: bool


@dataclass(frozen=True)
class Tool:
    """One operation. `media_type` is that of its body, None without; `ways_in` the scopes of each way in."""

    name: str
    title: str
    description: str
    method: str
    path: str
    arguments: dict[str, Argument]
    media_type: str | None
    schema: Document
    is_keyed: bool
    limit: str | None
    """The argument that says how long a page may be."""
    creates: bool
    ways_in: list[frozenset[str]]

    @property
    def reads(self) -> bool:
        return self.method in READING

    @property
    def repeatable(self) -> bool:
        """Whether another call of the same arguments changes nothing more (RFC 9110, section 9.2.2)."""
        return self.method in REPEATABLE

    @property
    def scopes(self) -> list[str]:
        return sorted({scope for way in self.ways_in for scope in way})

    def is_open_to(self, scopes: Set[str]) -> bool:
        return not self.ways_in or any(way <= scopes for way in self.ways_in)


def tools(document: Document) -> tuple[list[Tool], list[str]]:
    """Those of a contract, and of each operation that can't be one why not. The API's own pages are neither."""
    found, left_out = [], []
    for each in declarations(document):
        if each.operation_id in OWN:
            continue
        if reason := _unfit(document, each):
            left_out.append(f"{each.public_id}: {reason}")
        else:
            found.append(_tool(document, each))
    return found, left_out


def _unfit(document: Document, declaration: Declaration) -> str | None:
    required = [each for each in declaration.parameters if each.get("required")]
    if cookies := [each["name"] for each in required if each["in"] == "cookie"]:
        return f"it needs the cookie {cookies[0]}"
    body = resolve(document, declaration.definition.get("requestBody", {}), "requestBodies")
    if body and _media_type(body) is None:
        return f"its body is neither JSON nor text ({', '.join(body['content'])})"
    return None


def _media_type(body: Document) -> str | None:
    found = list(body.get("content", {}))
    readable = [each for each in found if JSON.fullmatch(each.partition(";")[0].strip())]
    return next(iter([*readable, *(each for each in found if each.partition(";")[0].strip() == "text/plain")]), None)


def _tool(document: Document, declaration: Declaration) -> Tool:
    schemas = Schemas(document)
    properties: Document = {}
    required: list[str] = []
    arguments: dict[str, Argument] = {}
    for each in _parameters(declaration):
        name = ODD.sub("_", each["name"])[:64]
        name = f"{each['in']}.{name}" if name in (*arguments, BODY) else name
        content = next(iter(each.get("content", {}).values()), None)
        arguments[name] = Argument(name, each["in"], each["name"], *_written(each), as_json=content is not None)
        about: Document = {key: each[key] for key in ("description", "deprecated") if key in each}
        about |= {"examples": [each["example"]]} if "example" in each else {}
        properties[name] = schemas.of((content or each).get("schema", {})) | about
        required += [name] if each.get("required") else []
    body = resolve(document, declaration.definition.get("requestBody", {}), "requestBodies")
    media_type = _media_type(body) if body else None
    if media_type:
        properties[BODY] = schemas.of(body["content"][media_type].get("schema", {}))
        if "description" in body:
            properties[BODY]["description"] = body["description"]
        required += [BODY] if body.get("required") else []
    schema: Document = {"type": "object", "properties": properties, "additionalProperties": False}
    schema |= {"required": required} if required else {}
    schema |= {"$defs": schemas.definitions} if schemas.definitions else {}
    named = {each["name"].lower() for each in declaration.parameters if each["in"] == "header"}
    ways_in = [frozenset(_scopes(way)) for way in compile_security(document, declaration)]
    return Tool(
        name=declaration.public_id if NAME.fullmatch(declaration.public_id) else declaration.operation_id[:64],
        title=declaration.definition.get("summary") or declaration.public_id,
        description=_description(document, declaration),
        method=declaration.method,
        path=declaration.whole_path,
        arguments=arguments,
        media_type=media_type,
        schema=schema,
        is_keyed=KEY in named,
        limit=_limit(document, declaration, arguments),
        creates=declaration.method == "POST" and successes(declared_replies(document, declaration)) == ["201"],
        ways_in=ways_in,
    )


def _parameters(declaration: Declaration) -> Iterator[Document]:
    """Those that an assistant may give, in the order in which they have their names."""
    for place in PLACES:
        for each in declaration.parameters:
            name = each["name"].lower()
            unseen = name == KEY or (name in CONDITIONAL and declaration.method in READING)
            if each["in"] == place and not (place == "header" and unseen):
                yield each


def _written(parameter: Document) -> tuple[str, bool]:
    style = parameter.get("style", "form" if parameter["in"] == "query" else "simple")
    return style, parameter.get("explode", style == "form")


def _scopes(way: list[Document]) -> Iterator[str]:
    for need in way:
        yield from need["scopes"] if need["kind"] == WITH_SCOPES else ()


def _limit(document: Document, declaration: Declaration, arguments: dict[str, Argument]) -> str | None:
    said = declaration.definition.get("x-page")
    name = said.get("limit", "limit") if isinstance(said, dict) else "limit"
    is_page = page(document, declaration) is not None
    return next((each.name for each in arguments.values() if is_page and each.sent_as == name), None)


def _description(document: Document, declaration: Declaration) -> str:
    definition = declaration.definition
    said = [definition.get("summary", ""), definition.get("description", "")]
    if found := page(document, declaration):
        said.append(
            f"It answers a page: for the next one call it with {found.token} as {found.next} says; "
            "the last page has none."
        )
    if end := sentence(definition):
        said.append(f"{end} Use another tool where one does the same.")
    return "\n\n".join(each.strip() for each in said if each.strip()) or declaration.place


def allowed(found: list[Tool], scopes: Set[str] | None, *, read_only: bool) -> list[Tool]:
    """Those that a token with these scopes may call; None if its scopes are not known."""
    return [each for each in found if (each.reads or not read_only) and (scopes is None or each.is_open_to(scopes))]


def unknown(tool: Tool, given: Any) -> list[str]:
    """The names among given arguments that the tool does not have."""
    return sorted(set(given) - set(tool.schema["properties"]))
