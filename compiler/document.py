"""The contract as a document: where it lies, how it is read, and its operations one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
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
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_StringDates)  # noqa: S506  # a SafeLoader
    except (OSError, yaml.YAMLError) as error:
        raise Refused(f"{path.name} cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise Refused(f"{path.name} is not an OpenAPI document: it holds no object.")
    return document


def resolve(document: Document, value: Document) -> Document:
    """What a reference (`{"$ref": "#/…"}`) stands for; anything else as it is."""
    while "$ref" in value:
        reference = value["$ref"]
        if not reference.startswith("#/"):
            raise Refused(f"$ref {reference}: only references within the contract are supported.")
        target: Any = document
        for step in reference[2:].split("/"):
            try:
                target = target[step.replace("~1", "/").replace("~0", "~")]
            except (KeyError, TypeError):
                raise Refused(f"$ref {reference} leads nowhere.") from None
        value = target
    return value


def declarations(document: Document) -> Iterator[Declaration]:
    """Every operation, with the parameters of its path item. Raises Refused for a missing or repeated id."""
    seen: dict[str, str] = {}
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method not in item:
                continue
            definition = item[method]
            place = f"{method.upper()} {path}"
            name = definition.get("operationId", "")
            if not name.isidentifier() or name != name.lower():
                raise Refused(f"{place}: operationId must be the snake_case name of a function, not {name!r}.")
            if name in seen:
                raise Refused(f"{place}: operationId {name} is taken by {seen[name]}.")
            seen[name] = place
            own = [resolve(document, each) for each in definition.get("parameters", [])]
            shared = [resolve(document, each) for each in item.get("parameters", [])]
            taken = {(each["in"], each["name"]) for each in own}
            inherited = [each for each in shared if (each["in"], each["name"]) not in taken]
            yield Declaration(method.upper(), path, definition, inherited + own)


class _StringDates(yaml.SafeLoader):
    """YAML turns 2026-01-31 into a date, which JSON does not have: it stays a string."""


_StringDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
