"""The contract as a document: where it lies, what its references stand for, and its operations one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from specbound.compiler.bundle import bundled
from specbound.compiler.files import CONTRACT, ROOT, Reader
from specbound.compiler.grammar import METHODS
from specbound.compiler.mistakes import Mistake, Place, Refused, gathered, within
from specbound.compiler.names import function_name
from specbound.compiler.pointers import child, local_steps
from specbound.compiler.servers import base_path

__all__ = [
    "CONTRACT",
    "METHODS",
    "ROOT",
    "Declaration",
    "Document",
    "Refused",
    "declaration",
    "declarations",
    "is_3_1",
    "load",
    "misleading",
    "resolve",
]

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


def load(path: Path = CONTRACT, reader: Reader | None = None) -> Document:
    """Read the contract, with its parts. Raises Refused if something is not there, not YAML or no object."""
    bundle = bundled(path, reader)
    if bundle.mistakes:
        raise Refused(*bundle.mistakes)
    return bundle.document


def is_3_1(document: Document) -> bool:
    """Whether a document is OpenAPI 3.1, whose schemas are those of JSON Schema 2020-12."""
    return str(document.get("openapi")).startswith("3.1.")


def resolve(document: Document, value: Document | bool, kind: str | None = None) -> Document:
    """What a reference stands for (`{"$ref": "#/components/<kind>/<name>"}`); anything else as it is.

    Of a schema that is `true` or `false`, as in 3.1, one that says the same.

    What stands beside a `$ref` holds in 3.1, too; OpenAPI 3.0 ignores it.
    """
    seen: list[str] = []
    beside: Document = {}
    found = _written_out(value)
    while "$ref" in found:
        reference = found["$ref"]
        if reference in seen:
            raise misleading(f"$ref {reference} leads back to itself.")
        seen.append(reference)
        if is_3_1(document):
            beside = {name: each for name, each in found.items() if name != "$ref"} | beside
        found = _target(document, reference, kind)
    return found | beside if beside else found


def _target(document: Document, reference: Any, kind: str | None) -> Document:
    steps = local_steps(reference)
    target = None if steps is None else reduce(child, steps, document)
    if steps and kind and steps[0] == "components" and len(steps) == 3 and steps[1] != kind:
        raise misleading(f"$ref {reference}: here one of the {kind} must stand.")
    if not isinstance(target, dict | bool):
        raise misleading(f"$ref {reference} leads nowhere.")
    return _written_out(target)


def _written_out(schema: Document | bool) -> Document:
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    return schema


def misleading(message: str) -> Refused:
    """The reference is the mistake, not what it leads to."""
    return Refused(Mistake(message, ("$ref",)))


def declarations(document: Document) -> Iterator[Declaration]:
    """Every operation, with the parameters of its path item. In the end raises Refused for names that are taken."""
    seen: dict[str, Declaration] = {}
    with gathered() as at:
        for path, item in paths(document).items():
            if "$ref" in item:
                with at("#", "paths", path, "$ref"):
                    raise Refused(f"{path}: $ref {item['$ref']} leads nowhere.")
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
