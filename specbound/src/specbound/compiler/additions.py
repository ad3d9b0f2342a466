"""Additions to a contract: the engine's common components, under names that clash with nothing in it."""

import json
import re
from itertools import chain, count
from typing import Any

from specbound.compiler import common
from specbound.compiler.document import Document


class Components:
    """Components that are added to a document, under names that it has not."""

    def __init__(self, given: Document, made: Document) -> None:
        self._given = given
        self._made = made
        self._names: dict[tuple[str, str], str] = {}

    def common(self, kind: str, name: str) -> Document:
        """A reference to the common component of a name: the contract's own, if it is that, or one that is added."""
        if (kind, name) not in self._names:
            if common.is_common(self._given, kind, name):
                self._names[kind, name] = name
            else:
                # Its name first, for what refers to it from within.
                self._names[kind, name] = self._free(kind, name)
                self._put(kind, self._names[kind, name], self.own(common.components()[kind][name]))
        return {"$ref": f"#/components/{kind}/{self._names[kind, name]}"}

    def add(self, kind: str, name: str, value: Document) -> Document:
        """A reference to a component that is added, once, whoever needs it."""
        key = (kind, json.dumps([name, value], sort_keys=True))
        if key not in self._names:
            self._names[key] = self._free(kind, name)
            self._put(kind, self._names[key], value)
        return {"$ref": f"#/components/{kind}/{self._names[key]}"}

    def own(self, value: Any) -> Any:
        """A part of the common components, as this document refers to them and writes them."""
        if isinstance(value, list):
            return [self.own(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            kind, name = value["$ref"].split("/")[-2:]
            return self.common(kind, name)
        made = {key: self.own(each) for key, each in value.items()}
        if "nullable" in made and not str(self._given.get("openapi")).startswith("3.0"):
            del made["nullable"]
            made["type"] = [made["type"], "null"]
        return made

    def _put(self, kind: str, name: str, value: Document) -> None:
        components = self._made.get("components", {})
        self._made["components"] = {**components, kind: {**components.get(kind, {}), name: value}}

    def _free(self, kind: str, name: str) -> str:
        """A name that differs from every other in more than case and signs: clients make names of theirs of it."""
        taken = {_letters(each) for each in self._made.get("components", {}).get(kind, {})}
        others = (f"Engine{name}{number or ''}" for number in count())
        taken |= {_letters(name) for (each, _), name in self._names.items() if each == kind}
        return next(each for each in chain([name], others) if _letters(each) not in taken)


def _letters(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())
