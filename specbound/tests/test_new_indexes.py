"""Which indexes a release fills: those that the version which the API calls does not write."""

from copy import deepcopy

import pytest

from specbound.compiler.document import load
from specbound.compiler.translation import compile_contract
from specbound.deploy.release import new_indexes
from specbound.failures import Failed
from tests.changed import LISTED, said, without

INDEXES = ("x-dynamodb", "things", "global_secondary_indexes")
DEPLOYED = {"things", "idempotency"}


def tables(*changes):
    document = deepcopy(load(LISTED))
    for change in changes:
        change(document)
    return compile_contract(document)["tables"]


def without_names():
    return [without(*INDEXES, "by_name"), without("x-dynamodb", "things", "attributes", "namePartition")]


@pytest.mark.parametrize(
    ("live", "deployed", "new"),
    [
        (tables(), DEPLOYED, {}),
        (tables(*without_names()), DEPLOYED, {"things": ["by_name"]}),
        # Whether it lists by it or not, it writes it.
        (tables(said(*INDEXES, "by_name", retired=True)), DEPLOYED, {}),
        # Nobody can tell what it writes, or there was no such table for it.
        ({}, DEPLOYED, {"things": ["newest", "by_name"]}),
        # What is not there yet is empty.
        ({}, {"idempotency"}, {}),
    ],
)
def test_new_is_what_the_live_version_does_not_write_of_a_table_that_is_there(live, deployed, new):
    assert new_indexes(live, tables(), deployed) == new


def test_an_index_that_is_retired_is_not_filled():
    here = tables(said(*INDEXES, "by_name", retired=True))

    assert new_indexes(tables(*without_names()), here, DEPLOYED) == {}


@pytest.mark.parametrize(
    "change", [said(*INDEXES, "by_name", groups_by="thingId"), said(*INDEXES, "newest", groups_by="name")]
)
def test_an_index_that_lists_otherwise_is_refused_with_the_way_out(change):
    with pytest.raises(
        Failed, match=r"x-dynamodb things/\w+: the version that the API calls lists otherwise .* Add another"
    ):
        new_indexes(tables(), tables(change), DEPLOYED)
