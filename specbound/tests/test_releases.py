"""What two releases, one after the other, list of what either of them has written: all of it, whichever runs."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from specbound.compiler.artefact import artefact
from specbound.compiler.bundle import bundled
from specbound.compiler.document import CONTRACT, load
from specbound.contract import Contract
from specbound.store import items
from specbound.store.items import Asked
from specbound.store.table import AnyTable
from specbound.store.writes import Insert, Update
from specbound.testing import empty
from tests.changed import Change, said

pytestmark = pytest.mark.in_process

MANY = 20


@pytest.fixture(autouse=True)
def no_items() -> None:
    empty()


def users(change: Change) -> AnyTable:
    """The table of users as a release of the contract has it."""
    document = load()
    change(document)
    contract: Contract[Any] = Contract(json.loads(json.dumps(artefact(replace(bundled(CONTRACT), document=document)))))
    table: AnyTable = contract.tables.users
    return table


def spread(partitions: int, **more: int) -> AnyTable:
    return users(said("x-dynamodb", "users", partitions=partitions, **more))


def retiring(index: str) -> AnyTable:
    return users(said("x-dynamodb", "users", "global_secondary_indexes", index, retired=True))


def create(table: AnyTable, status: str = "active", count: int = 1) -> list[str]:
    """The keys of new users."""
    times = {"createdAt": "2026-01-31T09:30:00.000000Z", "updatedAt": "2026-01-31T09:30:00.000000Z"}
    keys = [str(uuid4()) for _ in range(count)]
    for key in keys:
        name = {"userId": key, "version": 1, "name": "Ada", "email": f"{key}@example.com", "status": status}
        items.write(Insert(table, name | times))
    return keys


def listed(table: AnyTable, index: str, group: str | None = None) -> set[str]:
    found, token = items.page(table, index, () if group is None else (group,), Asked(100))
    assert token is None
    return {each["userId"] for each in found}


def test_partitions_that_are_raised_in_two_releases_are_listed_by_the_one_before_and_the_one_after() -> None:
    releases = [spread(4), spread(8, write_partitions=4), spread(8)]
    written = [set(create(each, count=MANY)) for each in releases]

    for before, after in ((0, 1), (1, 2)):
        before_and_after = [listed(releases[each], "newest") for each in (before, after)]
        assert all(found >= set().union(*written[: after + 1]) for found in before_and_after)
    # Two releases back is too far: this is why it takes two.
    assert not listed(releases[0], "newest") >= written[2]


def test_the_release_before_lists_by_a_retired_index_what_was_created_and_changed_since() -> None:
    before, after = users(said()), retiring("by_status")

    [created] = create(after, status="active")
    [changed] = create(before, status="active")
    items.write(Update(after, changed, {"status": "inactive"}, 1))

    assert listed(before, "by_status", "active") == {created}
    assert listed(before, "by_status", "inactive") == {changed}


def test_a_retired_index_is_not_queried() -> None:
    with pytest.raises(LookupError, match=r"^'?users: its index by_status is retired\.'?$"):
        listed(retiring("by_status"), "by_status", "active")


def test_an_index_that_never_was_is_not_queried() -> None:
    with pytest.raises(LookupError, match="users: its index by_staus is not in the contract"):
        listed(users(said()), "by_staus", "active")
