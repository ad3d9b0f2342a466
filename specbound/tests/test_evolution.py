"""What a change of the contract breaks: one change of each kind, with the verdict that it gets."""

import copy
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import pytest

from specbound.compiled import CompiledContract
from specbound.compiler.document import Document, load
from specbound.compiler.translation import compile_contract
from specbound.evolution import clients, data
from specbound.evolution.earlier import compiled
from specbound.evolution.findings import Finding
from tests.changed import Change, said, without
from tests.edits import EDITS, INDEXES, LOOK, NEW, REFUSED, SCHEMAS, TABLE, TEXT, C, D, R, at, both

CONTRACT = load(Path(__file__).parent / "contracts" / "evolving.yaml")


CASE = {"ignore": "case"}


def artefact(contract: Document) -> CompiledContract:
    return cast(CompiledContract, compile_contract(contract, as_written=True))


def changed(change: Change) -> Document:
    contract = copy.deepcopy(CONTRACT)
    change(contract)
    return contract


def findings(earlier: Document, later: Document) -> list[Finding]:
    return [*clients.compare(earlier, later), *data.compare(artefact(earlier), artefact(later))]


def verdict(found: Iterable[Finding]) -> set[str]:
    return {LOOK if each.breaks == D and not each.fails else each.breaks for each in found}


@pytest.mark.parametrize("name", EDITS)
def test_a_change_breaks_whom_it_breaks(name: str) -> None:
    change, expected, words = EDITS[name]

    found = findings(CONTRACT, changed(change))

    said_of_it = [str(each) for each in found]
    assert verdict(found) == expected, said_of_it
    assert not expected or any(words in each for each in said_of_it), said_of_it


def test_a_unique_constraint_that_goes_or_changes_is_told() -> None:
    earlier, later = (changed(said(*TABLE, unique={"note": {"properties": ["note"], **each}})) for each in ({}, CASE))

    # The table of claims goes with the last constraint.
    assert verdict(findings(earlier, CONTRACT)) == {D, R}
    assert verdict(findings(earlier, later)) == {LOOK}


@pytest.mark.parametrize("lifetime", [{"soft_delete": "goneAt"}, {"expires": "endsAt"}])
def test_a_lifetime_that_comes_or_goes_is_told(lifetime: dict[str, str]) -> None:
    ending = changed(said(*SCHEMAS, "Box", "properties", endsAt={"type": "string", "format": "date-time"}))
    later = copy.deepcopy(ending)
    said(*TABLE, **lifetime)(later)
    [name] = lifetime

    found, gone = (
        [each for each in findings(*pair) if name in each.place] for pair in ((ending, later), (later, ending))
    )

    assert verdict(found) == ({R} if name == "soft_delete" else {R, LOOK})
    assert verdict(gone) == {D}


def test_a_parent_that_comes_changes_or_goes_is_told() -> None:
    said_of = {"key": "note", "on_delete": "restrict"}
    with_rights = changed(said("x-dynamodb", "logs", item="#/components/schemas/Log", actions=["UpdateItem"]))
    log = {"type": "object", "properties": {"logId": TEXT, "version": {"type": "integer", "minimum": 1}}}
    said(*SCHEMAS, Log=log)(with_rights)
    counting, keeping = copy.deepcopy(with_rights), copy.deepcopy(with_rights)
    said(*TABLE, belongs_to={"logs": said_of})(counting)
    said(*TABLE, belongs_to={"logs": said_of | {"on_delete": "keep"}})(keeping)
    keeping["x-dynamodb"]["logs"]["actions"] = counting["x-dynamodb"]["logs"]["actions"] = [
        "UpdateItem", "ConditionCheckItem",
    ]  # fmt: skip

    def told(earlier: Document, later: Document) -> set[str]:
        return verdict(each for each in findings(earlier, later) if "belongs_to" in each.place)

    [broken] = [each for each in findings(with_rights, counting) if each.breaks == D]
    assert broken.advice.startswith("It can't be added to a table that holds data: ")
    assert told(with_rights, counting) == {D, R}
    assert told(with_rights, keeping) == told(counting, keeping) == told(counting, with_rights) == {R}
    assert told(keeping, counting) == {D, R}
    assert told(keeping, with_rights) == set()


@pytest.mark.parametrize(
    ("own", "now"),
    [
        ({"x-filter": {"property": "createdAt", "at": "least"}}, {"x-filter": {"property": "createdAt", "at": "most"}}),
        ({"x-filter": {"property": "createdAt"}}, {}),
        ({"x-sort": {"2026-01-31": "name"}}, {"x-sort": {"2026-01-31": "-name"}}),
    ],
)
def test_a_parameter_that_asks_for_other_items_breaks_clients_and_one_that_says_what_it_asks_for_does_not(
    own: dict[str, Any], now: dict[str, Any]
) -> None:
    earlier, later = (changed(said("paths", "/boxes", "get", "parameters", "5", **each)) for each in (own, now))
    [name] = own

    assert {each.breaks for each in findings(earlier, later) if name in each.place} == {C}
    assert not any(name in each.place for each in findings(changed(said()), earlier))


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_compiler_would_refuse_is_compared_for_clients(name: str) -> None:
    change, words = REFUSED[name]

    found = [str(each) for each in clients.compare(CONTRACT, changed(change))]

    assert any(words in each for each in found), found


@pytest.mark.parametrize("name", EDITS)
def test_the_verdict_is_the_same_whatever_the_order_of_members(name: str) -> None:
    later = changed(EDITS[name][0])
    shuffle = shuffled(random.Random(name))

    assert places(findings(shuffle(CONTRACT), shuffle(later))) == places(findings(CONTRACT, later))


def places(found: Iterable[Finding]) -> set[tuple[str, str, bool]]:
    return {(each.breaks, each.place, each.fails) for each in found}


@pytest.mark.parametrize("name", EDITS)
def test_a_contract_breaks_nothing_of_itself(name: str) -> None:
    contract = changed(EDITS[name][0])

    assert findings(contract, copy.deepcopy(contract)) == []


def shuffled(order: random.Random) -> Callable[[Any], Any]:
    """Members of objects, and lists that are sets, in another order."""

    def shuffle(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            members = [(key, shuffle(each, key)) for key, each in value.items()]
            order.shuffle(members)
            return dict(members)
        if isinstance(value, list):
            value = [shuffle(each) for each in value]
            if name in {"required", "enum", "allOf", "anyOf", "oneOf", "actions", "parameters"}:
                order.shuffle(value)
        return value

    return shuffle


def test_an_index_that_was_retired_can_be_taken_away() -> None:
    retired = changed(said(*INDEXES, "by_colour", retired=True))
    gone = changed(EDITS["an index is gone"][0])

    assert findings(retired, gone) == []


def test_a_table_that_was_retired_can_be_taken_away() -> None:
    retired = changed(said("x-dynamodb", "logs", retired=True))

    assert findings(CONTRACT, retired) == []
    assert findings(retired, changed(without("x-dynamodb", "logs"))) == []


def test_what_was_read_before_can_be_written() -> None:
    read = changed(said(*TABLE, partitions=8, write_partitions=4))

    assert findings(read, changed(said(*TABLE, partitions=8))) == []


def test_what_contains_itself_is_compared() -> None:
    tree = {"type": "object", "properties": {"name": TEXT, "below": {"$ref": "#/components/schemas/Size"}}}
    earlier = changed(said(*SCHEMAS, Size=tree))
    later = copy.deepcopy(earlier)
    at(later, (*SCHEMAS, "Size", "properties", "name"))["maxLength"] = 5

    assert clients.compare(earlier, copy.deepcopy(earlier)) == []
    assert [each.what for each in clients.compare(earlier, later)] == ["10 → 5"]


def test_of_an_earlier_contract_that_is_refused_now_the_rest_is_compared() -> None:
    earlier = changed(both(said(*NEW, "name", readOnly=True), said("x-dynamodb", "logs", hash_key=5)))

    before, uncompared = compiled(earlier)
    found = [*uncompared, *data.compare(before, artefact(changed(said(*TABLE, partitions=2))))]

    places = ["operations", "x-dynamodb logs", "x-dynamodb boxes/partitions"]
    assert [(each.breaks, each.place) for each in found] == list(zip((R, D, D), places, strict=True))
    assert "logs: hash_key must be one of its table's attributes" in str(found[1])
