"""The bundler: copies a contract into one document, with what its references lead to as components."""

import re
from pathlib import PurePosixPath
from typing import Any

from specbound.compiler.files import Files
from specbound.compiler.grammar import COMPONENTS, METHODS, PLURALS, REFERABLE, VALUE, below, members
from specbound.compiler.mistakes import ROOT_STEP, Mistake, Place, Refused
from specbound.compiler.pointers import reference_to
from specbound.compiler.source import DEEPEST
from specbound.compiler.targets import Target, Targets, inside
from specbound.compiler.versions import EXTENSION, versions

ODD = re.compile("[^A-Za-z0-9._-]+")
# Words of a pointer that say nothing of what it leads to.
DEFINITIONS = {"$defs", "definitions", *COMPONENTS}
WORDLESS = {"paths", "components", "content", "schema", "properties", "application/json", *DEFINITIONS}
# What a `mapping` has of a reference; anything else in one is a component's name.
REFERENCE = re.compile(r".*([/#]|\.(ya?ml|json)$)")
LONGEST_ROW = 100
ROW = "components refer to each other in a row, from one to the next. Write some of them into one"


class Bundler:
    """Copies one contract. What it could not follow is left as it was, and among its mistakes."""

    def __init__(self, files: Files) -> None:
        self.origins: dict[Place, Target] = {(): (files.main.name, ())}
        self.mistakes: list[Mistake] = []
        self._main = files.main
        self._files = files
        self._versions: dict[str, str] = {}
        self._targets = Targets(files)
        self._names: dict[tuple[str, Target], str] = {}
        self._taken: dict[str, set[str]] = {kind: set() for kind in PLURALS}
        self._waiting: list[tuple[str, str, Target]] = []
        self._inlined: list[Target] = []
        self._users: dict[Place, set[Place]] = {}

    def bundle(self) -> dict[str, Any]:
        """The document: references to components, and nowhere else."""
        self._name_components()
        document: dict[str, Any] = self._copy("document", (self._main.name, ()), self._main.value, ())
        if EXTENSION in document:
            self._add_versions(document)
        while self._waiting:
            kind, name, target = self._waiting.pop()
            components = document.setdefault("components", {})
            held = components.setdefault(PLURALS[kind], {}) if isinstance(components, dict) else None
            if isinstance(held, dict):
                place = ("components", PLURALS[kind], name)
                self.origins[place] = target
                held[name] = self._copy(kind, target, self._targets.content(target), place)
        self._refuse_rows()
        return document

    def _add_versions(self, document: dict[str, Any]) -> None:
        """The operations of the contract's earlier versions, from their own documents."""
        paths: Any = document.get("paths")
        tags: Any = document.get("tags", [])
        for version in versions(self._files, self.mistakes):
            self._versions[version.file] = version.name
            document[EXTENSION] = {**document[EXTENSION], version.name: version.said}
            for path, item in version.paths.items() if isinstance(paths, dict) else ():
                whole, source = version.whole(path), (version.file, ("paths", path))
                if whole in paths:
                    self._mistaken((EXTENSION, version.name), Refused(f"{EXTENSION}: {whole} is there twice."))
                    continue
                self.origins["paths", whole] = source
                paths[whole] = version.told_apart(self._copy("pathItem", source, item, ("paths", whole)))
            if version.tags and isinstance(tags, list):
                document["tags"] = tags = [*tags, *version.tags]

    def _refuse_rows(self) -> None:
        """Whoever reads schemas follows them from one to the next, and has to come back."""
        depth: dict[Place, int] = {}
        for first in self._users:
            pending = [first]
            while pending:
                each = pending[-1]
                used = self._users.get(each, set())
                # Those that are being followed already count as none: a circle ends there.
                if new := [one for one in used if one not in depth and one in self._users]:
                    depth[each] = 0
                    pending += new[:1]
                    continue
                depth[each] = 1 + max((depth.get(one, 0) for one in used), default=0)
                pending.pop()
        if depth and max(depth.values()) > LONGEST_ROW:
            place = max(depth, key=lambda each: depth[each])
            self._mistaken(place, Refused(f"{' '.join(place)}: more than {LONGEST_ROW} {ROW}."))

    def _name_components(self) -> None:
        """Those of the document keep their names; where one is but a reference to a part, the part has its name."""
        own: list[tuple[str, str, Target, Any]] = []
        for plural, kind in COMPONENTS.items():
            try:
                target, held = self._targets.at(self._main.name, ("components", plural))
            except (LookupError, Refused):
                continue
            if isinstance(held, dict):
                own += [(kind, name, inside(target, name), each) for name, each in held.items()]
        for kind, name, target, _ in sorted(own, key=lambda each: bool(ODD.search(each[1]))):
            self._names[kind, target] = self._free(kind, name)
        for kind, _, target, each in own:
            if isinstance(each, dict) and each.keys() == {"$ref"} and isinstance(each["$ref"], str):
                try:
                    found, _ = self._targets.of(target[0], each["$ref"], kind)
                except Refused:
                    continue
                self._names.setdefault((kind, found), self._names[kind, target])

    def _copy(self, kind: str, source: Target, value: Any, place: Place) -> Any:
        if kind == VALUE or not isinstance(value, dict | list):
            return value
        if len(place) > DEEPEST:
            self._mistaken(place, Refused(f"it nests deeper than {DEEPEST} levels."))
            return {}
        if isinstance(value, list):
            parts = ((below(kind, step), inside(source, step), each, (*place, step)) for step, each in members(value))
            return [self._copy(*each) for each in parts]
        if isinstance(value.get("$ref"), str):
            return self._reference(kind, source, value, place)
        copied = self._members(kind, source, value, place)
        if kind == "table" and isinstance(value.get("item"), str):
            copied["item"] = self._named(source, value["item"], (*place, "item"))
        if kind == "discriminator" and isinstance(value.get("mapping"), dict):
            mapping = value["mapping"]
            copied["mapping"] = {
                name: self._mapped(source, each, (*place, "mapping", name)) for name, each in mapping.items()
            }
        return copied

    def _members(self, kind: str, source: Target, value: dict[str, Any], place: Place) -> dict[str, Any]:
        copied: dict[str, Any] = {}
        is_components = place[:1] == ("components",) and len(place) == 2
        for step, each in value.items():
            inner, there = below(kind, step), inside(source, step)
            name = self._names.get((inner, there), step) if is_components else step
            if name != step:
                self.origins[(*place, name)] = there
            copied[name] = self._copy(inner, there, each, (*place, name))
        return copied

    def _reference(self, kind: str, source: Target, value: dict[str, Any], place: Place) -> Any:
        try:
            found, content = self._targets.of(source[0], value["$ref"], kind)
        except Refused as refused:
            self._mistaken((*place, "$ref"), refused)
            return value
        if kind not in REFERABLE:
            return self._inline(kind, source, value, place, found)
        own = ("components", PLURALS[kind], self._component(kind, found))
        self._users.setdefault(place[:3], set()).add(own)
        if place == own and found != source:
            # A component that is but a reference to a part: the part stands in its place.
            self.origins[place] = found
            return self._copy(kind, found, content, place)
        return self._members(kind, source, value, place) | {"$ref": reference_to(own)}

    def _inline(self, kind: str, source: Target, value: dict[str, Any], place: Place, found: Target) -> Any:
        beside = {step: each for step, each in value.items() if step != "$ref"}
        if found in self._inlined or found == source:
            self._mistaken((*place, "$ref"), Refused(f"$ref {value['$ref']} leads back to itself."))
            return value
        self._inlined.append(found)
        self.origins[place] = found
        copied = self._copy(kind, found, self._targets.content(found), place)
        self._inlined.pop()
        if not beside:
            return copied
        twice = beside.keys() & copied.keys() & {*METHODS} if isinstance(copied, dict) else beside.keys()
        if twice:
            complaint = f"$ref {value['$ref']}: {', '.join(sorted(twice))} stands beside it, too. Take one away."
            self._mistaken((*place, "$ref"), Refused(complaint))
            return copied
        self.origins |= {(*place, step): inside(source, step) for step in beside}
        return copied | self._members(kind, source, beside, place)

    def _mapped(self, source: Target, reference: Any, place: Place) -> Any:
        """Of a discriminator: a component's name, or a reference."""
        is_reference = isinstance(reference, str) and REFERENCE.match(reference)
        if not is_reference or reference in self._taken["schema"]:
            return reference
        return self._named(source, reference, place)

    def _named(self, source: Target, reference: str, place: Place) -> str:
        """A reference to a schema that is but a text."""
        try:
            found, _ = self._targets.of(source[0], reference, "schema")
        except Refused as refused:
            self._mistaken(place, refused)
            return reference
        return reference_to(("components", "schemas", self._component("schema", found)))

    def _component(self, kind: str, found: Target) -> str:
        """The name of the component that a place becomes, or is."""
        if (kind, found) not in self._names:
            version = self._versions.get(found[0])
            name = _telling(found, self._main.name)
            self._names[kind, found] = self._free(kind, f"{name}_{version}" if version else name)
            self._waiting.append((kind, self._names[kind, found], found))
        return self._names[kind, found]

    def _free(self, kind: str, wanted: str) -> str:
        """A name as OpenAPI has them, and of no other component of its kind."""
        plain = ODD.sub("_", wanted).strip("_") or kind
        name, number = plain, 2
        while name in self._taken[kind]:
            name, number = f"{plain}_{number}", number + 1
        self._taken[kind].add(name)
        return name

    def _mistaken(self, place: Place, refused: Refused) -> None:
        self.mistakes += [each.below((ROOT_STEP, *place)) for each in refused.mistakes]


def _telling(target: Target, main: str) -> str:
    """A name that says where something comes from: a component's, a file's, or the words of a pointer."""
    file, steps = target
    if len(steps) == 1 or (len(steps) in (2, 3) and steps[-2] in DEFINITIONS):
        return steps[-1]
    words = [step for step in steps if step not in WORDLESS]
    return "_".join(words if file == main else [PurePosixPath(file).stem, *words])
