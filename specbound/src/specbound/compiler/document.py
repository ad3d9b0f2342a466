"""The contract as a document: where it lies, what its references stand for, and its operations one by one."""

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specbound.compiler.source import parse

# The service that the commands work on is the one in whose folder they run.
ROOT = Path.cwd()
CONTRACT = ROOT / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

Document = dict[str, Any]


class Refused(Exception):
    """The contract says something that cannot be kept; the message names the place and the way out."""


@dataclass(frozen=True)
class Declaration:
    """One operation as the contract declares it, references resolved."""

    method: str
    path: str
    definition: Document
    parameters: list[Document]

    @property
    def operation_id(self) -> str:
        return str(self.definition["operationId"])

    @property
    def place(self) -> str:
        return f"{self.method} {self.path}"


def load(path: Path = CONTRACT) -> Document:
    """Read the contract. Raises Refused if it is not YAML or no object."""
    try:
        document = parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(f"it cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise Refused("it is not an OpenAPI document: it holds no object.")
    return document


def resolve(document: Document, value: Document, kind: str | None = None) -> Document:
    """What a reference (`{"$ref": "#/components/<kind>/<name>"}`) stands for; anything else as it is."""
    seen: list[str] = []
    while "$ref" in value:
        reference = value["$ref"]
        if len(value) > 1:
            siblings = ", ".join(sorted(value.keys() - {"$ref"}))
            raise Refused(f"$ref {reference}: OpenAPI 3.0 ignores what stands beside it ({siblings}). Take it away.")
        if reference in seen:
            raise Refused(f"$ref {reference} leads back to itself.")
        seen.append(reference)
        value = _component(document, reference, kind)
    return value


def _component(document: Document, reference: str, kind: str | None) -> Document:
    found = re.fullmatch("#/components/([^/]+)/([^/]+)", reference)
    if found is None:
        raise Refused(f"$ref {reference}: only references to the contract's own components are supported.")
    if kind and found[1] != kind:
        raise Refused(f"$ref {reference}: here one of the {kind} must stand.")
    component: Document | None = document.get("components", {}).get(found[1], {}).get(found[2])
    if component is None:
        raise Refused(f"$ref {reference} leads nowhere.")
    return component


def declarations(document: Document) -> Iterator[Declaration]:
    """Every operation, with the parameters of its path item. Raises Refused for a missing or repeated id."""
    seen: dict[str, str] = {}
    for path, item in document.get("paths", {}).items():
        if "$ref" in item:
            raise Refused(f"{path}: a $ref in place of a path's operations is not supported. Write them out.")
        for method in (each for each in METHODS if each in item):
            definition = item[method]
            place = f"{method.upper()} {path}"
            name = definition.get("operationId", "")
            if not re.fullmatch("[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
                raise Refused(f"{place}: operationId must be the snake_case name of a function, not {name!r}.")
            if name in seen:
                raise Refused(f"{place}: operationId {name} is taken by {seen[name]}.")
            seen[name] = place
            yield Declaration(method.upper(), path, definition, _parameters(document, item, definition))


def _parameters(document: Document, item: Document, definition: Document) -> list[Document]:
    """An operation's own parameters, after those of its path that it does not give anew."""
    own = [resolve(document, each, "parameters") for each in definition.get("parameters", [])]
    shared = [resolve(document, each, "parameters") for each in item.get("parameters", [])]
    taken = {(each["in"], each["name"]) for each in own}
    return [each for each in shared if (each["in"], each["name"]) not in taken] + own
