"""Tables as an artefact describes them, deployed and used, so that those of two versions can be compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from specbound.compiled import CompiledContract

# An artefact's schemas are JSON Schema 2020-12, as this version has them; older ones have nothing that it lacks.
COMPILED = "3.1.0"


@dataclass(frozen=True)
class StoredIndex:
    """The attributes of its key, what it groups by and is in the order of (as text, number or time; by `createdAt`
    without), which way round, and whether it is only there for the version before.
    """

    hash_key: str
    range_key: str
    groups_by: str | list[str] | None
    retired: bool
    order_by: str | None
    order: str | None
    ascending: bool


@dataclass(frozen=True)
class StoredTable:
    """Lists are read from `partitions`, and written to the first `written` of them.

    `item` is the schema by which items are shown, None without, and `schemas` the document of what it refers to;
    `defaults` what they show of a required member that is not stored, `unique` the constraints. A `retired` table is
    only there for the version before.
    """

    hash_key: str
    key_type: str
    range_key: str | None
    range_type: str | None
    ttl_attribute: str | None
    actions: frozenset[str]
    partitions: int
    written: int
    indexes: Mapping[str, StoredIndex]
    item: Mapping[str, Any] | None
    schemas: dict[str, Any]
    defaults: Mapping[str, Any]
    unique: Mapping[str, Mapping[str, Any]]
    soft_delete: str | None
    expires: str | None
    belongs_to: Mapping[str, Mapping[str, Any]]
    retired: bool


def tables(compiled: CompiledContract) -> dict[str, StoredTable]:
    """The tables of an artefact by name, in their order."""
    return {name: _table(name, compiled) for name in sorted(compiled["infrastructure"]["tables"])}


def _table(name: str, compiled: CompiledContract) -> StoredTable:
    # What of them there is differs from one format to the next, and rollback reads older ones.
    deployed = cast(Mapping[str, Any], compiled["infrastructure"]["tables"][name])
    used = cast(Mapping[str, Any], compiled["tables"].get(name, {}))
    partitions = used.get("partitions", deployed.get("partitions", 0))
    item, lists = used.get("item"), used.get("indexes", {})
    return StoredTable(
        hash_key=deployed["hash_key"],
        key_type=deployed["attributes"][deployed["hash_key"]],
        range_key=deployed.get("range_key"),
        range_type=deployed["attributes"].get(deployed.get("range_key")),
        ttl_attribute=deployed["ttl_attribute"],
        actions=frozenset(deployed["actions"]),
        partitions=partitions,
        written=used.get("write_partitions", partitions),
        indexes={
            index: StoredIndex(
                hash_key=each["hash_key"],
                range_key=each["range_key"],
                groups_by=lists.get(index, {}).get("groups_by"),
                retired=each.get("retired", False),
                order_by=lists.get(index, {}).get("order_by"),
                order=lists.get(index, {}).get("order"),
                ascending=lists.get(index, {}).get("ascending", False),
            )
            for index, each in sorted(deployed["indexes"].items())
        },
        item=None if item is None else compiled["schemas"][item],
        schemas={"openapi": COMPILED, "$defs": cast(Mapping[str, Any], compiled).get("definitions", {})},
        defaults=used.get("defaults", {}),
        unique=used.get("unique", {}),
        soft_delete=used.get("soft_delete"),
        expires=used.get("expires"),
        belongs_to=used.get("belongs_to", {}),
        retired=deployed.get("retired", False),
    )
