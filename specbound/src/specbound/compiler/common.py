"""Common components: what the engine writes and takes in every service, as a contract has to say it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from specbound.compiler.document import Document
from specbound.compiler.mistakes import Place
from specbound.compiler.source import parse

FILE = Path(__file__).with_name("common.yaml")
# Words are a service's own.
WORDS = {"description", "example", "examples"}
# So is how much a list gives at once.
OWN = {("parameters", "Limit"): {"minimum", "maximum", "default"}, ("schemas", "Count"): {"maximum"}}


@cache
def components() -> Document:
    """The common components, by kind and name."""
    found: Document = parse(FILE.read_text(encoding="utf-8"))
    return found


def differences(document: Document) -> Iterator[tuple[Place, str]]:
    """Every component of a contract that has a common one's name, and is another."""
    for kind, common in components().items():
        given = document.get("components", {}).get(kind, {})
        for name in common.keys() & given.keys():
            own = OWN.get((kind, name), set())
            if _essence(common[name], own) != _essence(given[name], own):
                yield (
                    ("components", kind, name),
                    f"the engine's {name} is another: take what `specbound new` writes, or give yours another name",
                )


def is_common(document: Document, kind: str, name: str) -> bool:
    """Whether a contract has a common component under its own name, and all that it refers to as well."""
    common, given = components()[kind][name], document.get("components", {}).get(kind, {}).get(name)
    own = OWN.get((kind, name), set())
    is_same = given is not None and _essence(common, own) == _essence(given, own)
    return is_same and all(is_common(document, *each) for each in references(common))


def references(value: Any) -> Iterator[tuple[str, str]]:
    """Kind and name of each component that a part of a document refers to."""
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from references(each)
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        yield tuple(value["$ref"].split("/")[-2:])


def _essence(value: Any, own: set[str], are_names: bool = False) -> Any:
    """A component without what a service may say in its own way. Where keys are names, a description is a member."""
    if isinstance(value, list):
        return [_essence(each, own) for each in value]
    if not isinstance(value, dict):
        return value
    kept = value.keys() if are_names else value.keys() - WORDS - own
    return {name: _essence(value[name], own, name == "properties" and not are_names) for name in kept}
