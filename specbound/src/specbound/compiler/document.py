"""The contract as a document: where it lies, what its references stand for, and its operations one by one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specbound.compiler.mistakes import Mistake, Place, Refused, gathered, within
from specbound.compiler.names import function_name
from specbound.compiler.servers import base_path
from specbound.compiler.source import parse

__all__ = [
    "CONTRACT",
    "METHODS",
    "ROOT",
    "Declaration",
    "Document",
    "Refused",
    "declaration",
    "declarations",
    "load",
    "read",
    "resolve",
]

# The service that the commands work on is the one in whose folder they run.
ROOT = Path.cwd()
CONTRACT = ROOT / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

Document = dict[str, Any]


@dataclass(frozen=True)
class Declaration:
    """One operation as the contract declares it, references resolved."""

    method: str
    path: str
    definition: Document
    parameters: list[Document]
    parameter_steps: list[Place]
    """Where each parameter is declared, or referred to."""
    base: str
    """The path that its server has below the host: its routes begin with it."""

    @property
    def operation_id(self) -> str:
        """The name of its function."""
        return function_name(str(self.definition.get("operationId", "")), self.method, self.path)

    @property
    def public_id(self) -> str:
        """What its callers know it as."""
        return str(self.definition.get("operationId") or self.operation_id)

    @property
    def steps(self) -> Place:
        return ("#", "paths", self.path, self.method.lower())

    @property
    def place(self) -> str:
        """As the contract writes it."""
        return f"{self.method} {self.path}"

    @property
    def whole_path(self) -> str:
        """As it is called."""
        return self.base + self.path

    @property
    def route(self) -> str:
        return f"{self.method} {self.whole_path}"


def load(path: Path = CONTRACT) -> Document:
    """Read the contract. Raises Refused if it is not there, not YAML or no object."""
    if not path.exists():
        raise Refused(
            "there is no such file. Commands work on the service in whose folder they run: "
            "go there, or make one with `specbound new NAME`."
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Refused(f"it cannot be read: {error}") from error
    return read(text)


def read(text: str) -> Document:
    """A contract from its text. Raises Refused if it is not YAML or no object."""
    try:
        document = parse(text)
    except ValueError as error:
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
            raise _misleading(
                f"$ref {reference}: OpenAPI 3.0 ignores what stands beside it ({siblings}). Take it away."
            )
        if reference in seen:
            raise _misleading(f"$ref {reference} leads back to itself.")
        seen.append(reference)
        value = _component(document, reference, kind)
    return value


def _component(document: Document, reference: str, kind: str | None) -> Document:
    found = re.fullmatch("#/components/([A-Za-z]+)/([A-Za-z0-9._-]+)", reference)
    if found is None:
        raise _misleading(f"$ref {reference}: only references to the contract's own components are supported.")
    if kind and found[1] != kind:
        raise _misleading(f"$ref {reference}: here one of the {kind} must stand.")
    component: Document | None = document.get("components", {}).get(found[1], {}).get(found[2])
    if not isinstance(component, dict):
        raise _misleading(f"$ref {reference} leads nowhere.")
    return component


def _misleading(message: str) -> Refused:
    """The reference is the mistake, not what it leads to."""
    return Refused(Mistake(message, ("$ref",)))


def declarations(document: Document) -> Iterator[Declaration]:
    """Every operation, with the parameters of its path item. In the end raises Refused for names that are taken."""
    seen: dict[str, Declaration] = {}
    with gathered() as at:
        for path, item in paths(document).items():
            if "$ref" in item:
                with at("#", "paths", path, "$ref"):
                    raise Refused(f"{path}: a $ref in place of a path's operations is not supported. Write them out.")
            for method in (each for each in METHODS if each in item):
                with at("#", "paths", path, method):
                    declared = declaration(document, path, method)
                    yield declared
                    with within("operationId"):
                        _check_name(declared, seen)


def paths(document: Document) -> Document:
    """The path items, without the extensions that may stand between them."""
    return {path: item for path, item in document.get("paths", {}).items() if path.startswith("/")}


def _check_name(declaration: Declaration, seen: dict[str, Declaration]) -> None:
    first = seen.setdefault(declaration.operation_id, declaration)
    if first is declaration:
        return
    own, other = (each.definition.get("operationId") for each in (declaration, first))
    if own and own == other:
        raise Refused(f"{declaration.place}: operationId {own} is taken by {first.place}.")
    raise Refused(
        f"{declaration.place}: its function would be called {declaration.operation_id}, as that of {first.place}"
        f"{f' ({other})' if other else ''}. Give one another operationId."
    )


def declaration(document: Document, path: str, method: str) -> Declaration:
    """One operation, with the operation's own parameters, after those of its path that it does not give anew."""
    item = document["paths"][path]
    own = _parameters(document, item[method], ("#", "paths", path, method))
    shared = _parameters(document, item, ("#", "paths", path))
    taken = {(each["in"], each["name"]) for each in own.values()}
    found = {steps: each for steps, each in shared.items() if (each["in"], each["name"]) not in taken} | own
    base = base_path(item[method], item, document)
    return Declaration(method.upper(), path, item[method], list(found.values()), list(found), base)


def _parameters(document: Document, holder: Document, steps: Place) -> dict[Place, Document]:
    """By the steps to each."""
    found: dict[Place, Document] = {}
    with gathered() as at:
        for index, each in enumerate(holder.get("parameters", [])):
            place = (*steps, "parameters", str(index))
            with at(*place):
                found[place] = resolve(document, each, "parameters")
    return found
