"""Discriminators: the property of an object that says which of several schemas it is."""

from typing import Any

from specbound.compiler.dialect import modern
from specbound.compiler.document import Document, Refused
from specbound.compiler.mistakes import Place
from specbound.compiler.references import COMPONENTS, Pointers

GROUPS = ("oneOf", "anyOf")


class Discriminators:
    """What the discriminators of a document lead to."""

    def __init__(self, document: Document, pointers: Pointers) -> None:
        self._document = document
        self._pointers = pointers
        self._children: dict[Place, list[Place]] | None = None

    def choices(self, schema: Document, steps: Place | None, base: str, place: str) -> dict[str, Place]:
        """The schema that each value of the property picks; {} if it picks none, and the discriminator only describes.

        `steps` lead to the schema itself, where it is one that can be referred to. Raises Refused for a mapping that
        leads nowhere.
        """
        mapping = schema["discriminator"].get("mapping") or {}
        mapped = {str(value): self._mapped(str(name), base, place) for value, name in mapping.items()}
        group = next((schema[name] for name in GROUPS if name in schema), None)
        if group is not None:
            found = [self._reference(each, base) for each in group if not is_null(each)]
            if None in found:
                return {}
            alternatives = [each for each in found if each is not None]
        else:
            alternatives = self._family(steps) if steps else []
            if not alternatives and not mapped:
                return {}
            alternatives += [steps] if steps else []
        return {each[-1]: each for each in alternatives if each} | mapped

    def is_part_of(self, schema: Document, holder: Place, base: str, place: str) -> bool:
        """Whether a schema, as a part of the allOf of `holder`, has the discriminator that picks `holder`."""
        if "discriminator" not in schema:
            return False
        is_base = not schema.keys() & set(GROUPS)
        return is_base or holder in self.choices(schema, None, base, place).values()

    def _reference(self, alternative: Any, base: str) -> Place | None:
        said = modern(self._document, alternative)
        return self._pointers.target(said["$ref"], base)[1] if "$ref" in said else None

    def _mapped(self, name: str, base: str, place: str) -> Place:
        if name in self._document.get("components", {}).get("schemas", {}):
            return (*COMPONENTS, name)
        try:
            return self._pointers.target(name, base)[1]
        except Refused:
            raise Refused(f"{place}: its discriminator maps to {name}, which leads nowhere.") from None

    def _family(self, steps: Place) -> list[Place]:
        """The components that have a schema as a part of their allOf, or one that has."""
        found: list[Place] = []
        pending = [steps]
        while pending:
            for each in self._parents().get(pending.pop(), []):
                if each not in found and each != steps:
                    found.append(each)
                    pending.append(each)
        return found

    def _parents(self) -> dict[Place, list[Place]]:
        """By each schema, the components that have it as a part of their allOf."""
        if self._children is None:
            self._children = {}
            for name, schema in self._document.get("components", {}).get("schemas", {}).items():
                steps = (*COMPONENTS, name)
                for part in modern(self._document, schema).get("allOf", ()):
                    try:
                        parent = self._reference(part, self._pointers.base(steps))
                    except Refused:
                        continue
                    if parent is not None:
                        self._children.setdefault(parent, []).append(steps)
        return self._children


def is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"
