"""Global secondary indexes: the lists of a table's items, each in the order of a property."""

import re
from typing import Any

from specbound.compiler.document import Document, Refused
from specbound.compiler.mistakes import gathered, within
from specbound.store.table import CREATED

INDEX = {"hash_key", "range_key", "projection", "groups_by", "order_by", "ascending", "retired"}
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
NAME = re.compile("[A-Za-z0-9_.-]{3,255}")
MOST_INDEXES = 20


def compile_indexes(table: Document, attributes: Document, place: str) -> Document:
    """By name: the attributes that an index lists by, and the property that it groups by. Raises Refused."""
    declared = table.get("global_secondary_indexes", {})
    compiled: Document = {}
    with within("global_secondary_indexes"), gathered() as at:
        if not isinstance(declared, dict) or len(declared) > MOST_INDEXES:
            raise Refused(f"{place}: global_secondary_indexes are {MOST_INDEXES} at most, each by its name.")
        for name, each in declared.items():
            with at(name):
                compiled[name] = _index(name, each, attributes, f"{place}/{name}")
                _refuse_shared(name, compiled, f"{place}/{name}")
    return compiled


def spread(table: Document) -> tuple[int, int]:
    """Over how many partitions a table's lists are read, and over how many they are written: one, if it is not said."""
    read: int = table.get("partitions", int(bool(table.get("global_secondary_indexes"))))
    written: int = table.get("write_partitions", read)
    return read, written


def is_retired(declared: Any) -> bool:
    """Whether a table or an index is only there for the version before, in its last release."""
    return isinstance(declared, dict) and declared.get("retired") is True


def allows(table: Document, *actions: str) -> bool:
    """Whether the function may do all of this to a table's items."""
    allowed = table.get("actions")
    return isinstance(allowed, list) and all(each in allowed for each in actions)


def refuse_retired(declared: Document, place: str) -> None:
    if not isinstance(declared.get("retired", False), bool):
        with within("retired"):
            raise Refused(f"{place}: retired is true in the last release before it is removed, or left out.")


def refuse_key(declared: Document, key: str, attributes: Document, place: str, kinds: tuple[str, ...] = ("S",)) -> None:
    """A table's key is a string or a number; what an index lists by is a string that the engine makes."""
    name = declared.get(key, "")
    if not isinstance(name, str) or attributes.get(name) not in kinds:
        with within(key):
            raise Refused(f"{place}: {key} must be one of its table's attributes, of type {' or '.join(kinds)}.")


def refuse_unknown(declared: Any, known: set[str], place: str) -> None:
    if not isinstance(declared, dict):
        raise Refused(f"{place}: it is not an object. Give it {', '.join(sorted(known))}.")
    if unknown := sorted(declared.keys() - known):
        with within(unknown[0]):
            raise Refused(f"{place}: {', '.join(unknown)} is not known here, only {', '.join(sorted(known))}.")


def _index(name: str, index: Document, attributes: Document, place: str) -> Document:
    refuse_unknown(index, INDEX, place)
    if not NAME.fullmatch(name):
        raise Refused(f"{place}: DynamoDB takes a name of 3 to 255 letters, digits, dots, hyphens and underscores.")
    refuse_key(index, "hash_key", attributes, place)
    refuse_key(index, "range_key", attributes, place)
    if index.get("projection") != "ALL":
        with within("projection"):
            raise Refused(f"{place}: say projection: ALL, for a list shows whole items.")
    _check_order(index, place)
    refuse_retired(index, place)
    ordered = {"order_by": index["order_by"]} if index.get("order_by", CREATED) != CREATED else {}
    return {
        "partition": index["hash_key"],
        "position": index["range_key"],
        "groups_by": _sole(index.get("groups_by")),
        "retired": is_retired(index),
        **ordered,
        **({"ascending": True} if index.get("ascending") else {}),
    }


def _sole(groups: Any) -> Any:
    """One of one is no list."""
    return groups[0] if isinstance(groups, list) and len(groups) == 1 else groups


def _check_order(index: Document, place: str) -> None:
    groups = index.get("groups_by", "")
    several = groups if isinstance(groups, list) else [groups]
    if not several or not all(isinstance(each, str) and several.count(each) == 1 for each in several):
        with within("groups_by"):
            raise Refused(f"{place}: groups_by must name a property of its items, or list several, each once.")
    if not isinstance(index.get("order_by", ""), str):
        with within("order_by"):
            raise Refused(f"{place}: order_by must name a property of its items, in whose order it lists them.")
    if not isinstance(index.get("ascending", False), bool):
        with within("ascending"):
            raise Refused(f"{place}: ascending is true for the least first, or left out for the greatest first.")


def _refuse_shared(name: str, compiled: Document, place: str) -> None:
    """All indexes in one order may have one position, but what says where an item is listed is each one's own."""
    own, others = compiled[name], [each for other, each in compiled.items() if other != name]
    taken = {each[key] for each in others for key in ("partition", "position")} | {own["position"]}
    if own["partition"] in taken or own["position"] in {each["partition"] for each in others}:
        raise Refused(f"{place}: its hash_key must be an attribute of its own, that is no other key's.")
    if any(each["position"] == own["position"] and each.get("order_by") != own.get("order_by") for each in others):
        with within("range_key"):
            raise Refused(f"{place}: its range_key must be an attribute of its own: others are in another order by it.")
