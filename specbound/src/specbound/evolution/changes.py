"""All changes of a contract, also what breaks nothing: each where it is written, once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specbound.compiler.document import METHODS, Document, paths
from specbound.compiler.mistakes import Place
from specbound.compiler.pointers import NOTHING as NOWHERE
from specbound.compiler.pointers import child, local_steps
from specbound.evolution.findings import NOTHING, Finding, change
from specbound.evolution.parts import canonical
from specbound.evolution.uses import COMPONENT, Operation, shape

WORDS = {
    "description", "summary", "example", "examples", "title", "externalDocs", "contact", "license", "termsOfService",
    "info", "$comment", "remedy",
}  # fmt: skip
# What has members of any name.
NAMED = {
    "paths", "properties", "patternProperties", "$defs", "schemas", "parameters", "responses", "headers",
    "requestBodies", "securitySchemes", "links", "callbacks", "pathItems", "content", "encoding", "variables",
    "mapping", "defaults", "attributes", "global_secondary_indexes", "x-dynamodb", "unique", "belongs_to", "scopes",
    "webhooks", "while", "x-problems",
}  # fmt: skip
# Lists that are one thing.
WHOLE = {"servers", "security"}
# A finding so deep is about all that is below.
DEEP = 4
OPERATION = 3  # paths, the path, the method
VERSION = ("info", "version")


@dataclass(frozen=True)
class Change:
    """`steps` lead to it in the later contract, or to where it was; `places` in how many it is the same."""

    steps: Place
    before: Any
    after: Any
    places: int = 1

    @property
    def weight(self) -> str:
        """`patch` of what is only said, `minor` of what is done."""
        return "patch" if _is_words(self.steps) else "minor"

    @property
    def kind(self) -> str:
        return "added" if self.before is NOTHING else "removed" if self.after is NOTHING else "changed"

    @property
    def place(self) -> str:
        """In the words of findings."""
        steps = self.steps
        if steps[:1] == ("paths",) and len(steps) >= COMPONENT and steps[2] in METHODS:
            return f"{steps[2].upper()} {steps[1]} {'/'.join(steps[3:])}".strip()
        if steps[:1] == ("components",):
            return f"{' '.join(steps[1:2])} {'/'.join(steps[2:])}".strip()
        return f"{steps[0]} {'/'.join(steps[1:])}".strip()

    @property
    def what(self) -> str:
        more = self.places - 1
        same = f" (as in {more} more {'places' if more > 1 else 'place'})" if more else ""
        return f"{change(self.before, self.after)}{same}"

    def used_by(self, uses: Mapping[Place, list[Operation]]) -> list[str]:
        """The operations that a change of a component is for."""
        found = uses.get(self.steps[:COMPONENT], []) if self.steps[:1] == ("components",) else []
        return [f"{method.upper()} {path}" for path, method in found]


def changes(earlier: Document, later: Document, found: Iterable[Finding] = ()) -> list[Change]:
    """All that is another, in the earlier contract's order, but what is `found` already, and the version itself."""
    known = {canonical_steps(later, each.steps) for each in found}
    known |= {canonical_steps(earlier, each.steps) for each in found}
    renamed = _renamed(earlier, later)
    together: dict[tuple[str, str, str], list[Change]] = {}
    for each in _renamings(renamed):
        together[each.place, "", ""] = [each]
    for each in _between(_with_paths(earlier, renamed), later, ()):
        if each.steps != VERSION and not _is_known(canonical_steps(later, each.steps), known):
            key = each.steps[-1], _text(each.before), _text(each.after)
            together.setdefault(key, []).append(each)
    return [Change(same[0].steps, same[0].before, same[0].after, len(same)) for same in together.values()]


def canonical_steps(document: Document, steps: Place) -> Place:
    """The way to where a finding is written: references are followed, parameters have their numbers; what is not there
    keeps its name.
    """
    value: Any = document
    place: Place = ()
    for step in steps[1:] if steps[:1] == ("#",) else steps:
        for _ in range(DEEP):
            target = local_steps(value.get("$ref")) if isinstance(value, dict) and step not in value else None
            if target is None:
                break
            value, place = document, target
            for one in target:
                value = child(value, one)
        name = _number(value, step)
        value, place = child(value, name), (*place, name)
    return place


def _number(holder: Any, step: str) -> str:
    """Of a parameter that is named, its number."""
    if isinstance(holder, list) and child(holder, step) is NOWHERE:
        return next((str(index) for index, each in enumerate(holder) if _key(each)[1] == step), step)
    return step


def _is_known(steps: Place, known: set[Place]) -> bool:
    return any(each[: len(steps)] == steps or (len(each) >= DEEP and steps[: len(each)] == each) for each in known)


def _renamed(earlier: Document, later: Document) -> dict[str, str]:
    """Paths that are the same but for the names of their parameters, by their earlier names."""
    now = {shape(path): path for path in paths(later)}
    found = {path: now.get(shape(path), path) for path in paths(earlier)}
    return {before: after for before, after in found.items() if before != after}


def _renamings(renamed: Mapping[str, str]) -> Iterator[Change]:
    yield from (Change(("paths", after), before, after) for before, after in renamed.items())


def _with_paths(document: Document, renamed: Mapping[str, str]) -> Document:
    return document | {"paths": {renamed.get(name, name): each for name, each in document.get("paths", {}).items()}}


def _between(before: Any, after: Any, steps: Place) -> Iterator[Change]:
    if _text(before) == _text(after):
        return
    if len(steps) == OPERATION and steps[0] == "paths" and steps[-1] in METHODS and NOTHING in (before, after):
        yield Change(steps, *map(_called, (before, after)))
        return
    if NOTHING in (before, after):
        before, after = _apart(before, after, steps)
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(each for each in after if each not in before)]:
            yield from _between(before.get(name, NOTHING), after.get(name, NOTHING), (*steps, str(name)))
    elif isinstance(before, list) and isinstance(after, list) and steps[-1:] and steps[-1] not in WHOLE:
        yield from _lists(before, after, steps)
    else:
        yield Change(steps, before, after)


def _apart(before: Any, after: Any, steps: Place) -> tuple[Any, Any]:
    """Of what came or went as a whole, so that each part is told: of a path its operations, of headers each one."""
    there = after if before is NOTHING else before
    if len(steps) == OPERATION - 1 and steps[0] == "paths" and isinstance(there, dict):
        there = {name: each for name, each in there.items() if name in METHODS}
    elif not (isinstance(there, dict | list) and _is_named(steps)):
        return before, after
    nothing: Any = type(there)()
    return (nothing, there) if before is NOTHING else (there, nothing)


def _called(operation: Any) -> Any:
    return operation if operation is NOTHING else {"operationId": operation.get("operationId")}


def _lists(before: list[Any], after: list[Any], steps: Place) -> Iterator[Change]:
    if steps[-1] == "parameters":
        own, now = ({_key(each): each for each in side} for side in (before, after))
        for key in [*own, *(each for each in now if each not in own)]:
            yield from _between(own.get(key, NOTHING), now.get(key, NOTHING), (*steps, key[1]))
        return
    own_texts, texts = (set(map(_text, side)) for side in (before, after))
    gone = [each for each in before if _text(each) not in texts]
    new = [each for each in after if _text(each) not in own_texts]
    if len(gone) == len(new) == 1 and isinstance(gone[0], dict) and isinstance(new[0], dict):
        yield from _between(gone[0], new[0], (*steps, str(after.index(new[0]))))
    elif gone or new:
        yield from (Change(steps, each, NOTHING) for each in gone)
        yield from (Change(steps, NOTHING, each) for each in new)
    else:
        yield Change(steps, before, after)


def _key(parameter: Any) -> tuple[str, str]:
    if not isinstance(parameter, dict):
        return "", str(parameter)
    reference = str(parameter.get("$ref", "")).rpartition("/")[2]
    return str(parameter.get("in", "")), str(parameter.get("name", reference))


def _is_words(steps: Place) -> bool:
    return any(step in WORDS for step, is_name in _steps(steps) if not is_name)


def _is_named(steps: Place) -> bool:
    """Whether it has members of any name."""
    found = [*_steps(steps)]
    return bool(found) and found[-1][0] in NAMED and not found[-1][1]


def _steps(steps: Place) -> Iterator[tuple[str, bool]]:
    """Each, and whether it is a name that somebody gave."""
    is_name = False
    for step in steps:
        yield step, is_name
        is_name = not is_name and step in NAMED


def _text(value: Any) -> str:
    return "" if value is NOTHING else canonical(value)
