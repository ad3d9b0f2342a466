"""Misfits: what is the matter with an item, so that it can be counted, and nothing of what the item holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from specbound.store.table import STAMPS, AnyTable, Misfit

Schema = Mapping[str, Any]


def reasons(table: AnyTable, misfit: Misfit) -> list[str]:
    """One for each violation: the property, and what is expected there."""
    return [f"{_place(table, path)}: {sentence}" for path, sentence in misfit.violations]


def _place(table: AnyTable, path: Sequence[str | int]) -> str:
    """The path to a property, with a star for what nobody has named: a number, or a member of a map."""
    steps: list[str] = []
    schemas = [table.item.schema] if table.item else []
    for step in path:
        known = {name: each for schema in schemas for name, each in _properties(schema).items()}
        steps.append(str(step) if step in known or (not steps and step in STAMPS) else "*")
        schemas = [known[str(step)]] if step in known else [other for schema in schemas for other in _others(schema)]
    return "/".join(steps) or "it"


def _properties(schema: Schema) -> dict[str, Schema]:
    known: dict[str, Schema] = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        known |= _properties(part)
    return known


def _others(schema: Schema) -> list[Schema]:
    """The schemas of a list's items, and of a map's members."""
    found = [schema[each] for each in ("items", "additionalProperties") if isinstance(schema.get(each), dict)]
    return found + [other for part in schema.get("allOf", ()) for other in _others(part)]
