"""Families: operations on the things of one kind, known by their paths, `/things` and `/things/{thingId}`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specbound.adoption.tables import key_of
from specbound.compiler.standard import collection, is_member
from specbound.contract import Contract, Operation
from specbound.mock.merging import flat
from specbound.mock.replies import json_of, success
from specbound.validation import Validator, is_hidden

MEMBER = {"GET": "get", "PUT": "put", "PATCH": "patch", "DELETE": "remove"}
COLLECTION = {"GET": "list", "POST": "create"}
WRITES = {"create", "put", "patch", "remove"}


@dataclass(frozen=True)
class Role:
    """What an operation does in its family. `within` has the member of its reply that the thing, or the list, is; none
    if it is the reply itself, None if the reply has no such thing."""

    name: str
    does: str
    within: tuple[str, ...] | None


@dataclass(frozen=True)
class Family:
    """Things of a kind: where all of them are, the property and the parameter by which one is known, what the schema of
    one is, and the roles of operations."""

    path: str
    key: str
    parameter: str
    item: Validator
    roles: Sequence[Role]

    @property
    def does(self) -> set[str]:
        return {each.does for each in self.roles}


def families(contract: Contract[Any]) -> list[Family]:
    """Those in which something is written and something is read."""
    paths: dict[str, dict[str, str]] = {}
    for route, name in contract.routes.items():
        method, path = route.split(" ", 1)
        paths.setdefault(path, {})[method] = name
    found = (_family(contract.operations, path, paths) for path in paths if is_member(path))
    return [each for each in found if each and each.does & WRITES and each.does & {"get", "list"}]


def _family(operations: Mapping[str, Operation], path: str, paths: Mapping[str, Mapping[str, str]]) -> Family | None:
    above = collection(path)
    found = [(COLLECTION[method], name) for method, name in paths.get(above, {}).items() if method in COLLECTION]
    found += [(MEMBER[method], name) for method, name in paths[path].items() if method in MEMBER]
    parameter = path.rpartition("/")[2][1:-1]
    literal = above.rpartition("/")[2]
    shown = [
        (does, validator, place)
        for does, name in sorted(
            found, key=lambda each: ("get", "create", "put", "patch", "list", "remove").index(each[0])
        )
        if (validator := _body(operations[name]))
        for place in [_thing(validator, parameter, literal, is_list=does == "list")]
        if place
    ]
    if not shown:
        return None
    _, _, (_, key, item) = shown[0]
    within = {does: steps for does, _, (steps, its_key, _) in shown if its_key == key}
    return Family(above, key, parameter, item, [Role(name, does, within.get(does)) for does, name in found])


def _body(operation: Operation) -> Validator | None:
    media = json_of(operation, success(operation))
    return media.validator if media else None


def _thing(
    validator: Validator, parameter: str, literal: str, is_list: bool
) -> tuple[tuple[str, ...], str, Validator] | None:
    """Where in a reply a thing is, or all of them, its key, and its schema."""
    for steps, schema in _places(validator):
        whole = flat(schema, validator.definitions)
        if is_list:
            items = whole.get("items")
            whole = flat(items, validator.definitions) if isinstance(items, Mapping) else {}
            schema = items if isinstance(items, Mapping) else {}  # noqa: PLW2901  # the thing's, now
        key = key_of(_types(whole, validator), parameter, literal)
        if key:
            return steps, key, Validator(schema, validator.definitions)
    return None


def _places(validator: Validator) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """A schema, and those of its members."""
    yield (), validator.schema
    for name, each in flat(validator.schema, validator.definitions).get("properties", {}).items():
        if isinstance(each, Mapping) and not is_hidden(each):
            yield (name,), each


def _types(whole: Mapping[str, Any], validator: Validator) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, each in whole.get("properties", {}).items():
        kinds = flat(each, validator.definitions).get("type") if isinstance(each, Mapping) else None
        kinds = {kinds} if isinstance(kinds, str) else {*(kinds or ())} - {"null"}
        if kinds and kinds <= {"string"}:
            found[name] = "S"
        elif kinds and kinds <= {"integer", "number"}:
            found[name] = "N"
    return found
