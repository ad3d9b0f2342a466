"""The races that every service can be tried in: green here, and red where a write does not ask for what it has seen."""

import re
from typing import Any

import pytest

from specbound.testing.races import conditional, overwrites_of
from specbound.testing.wire import Call, arguments_changed

pytestmark = [pytest.mark.in_process, pytest.mark.slow]


def unconditional(call: Call) -> Any:
    """The same call, whose writes ask for nothing; names and values that are used no more are not sent."""
    if call.action not in ("UpdateItem", "TransactWriteItems"):
        return call.arguments
    items = call.arguments.get("TransactItems")
    for write in [each for item in items for each in item.values()] if items else [call.arguments]:
        write.pop("ConditionExpression", None)
        used = write.get("UpdateExpression", "")
        for kind in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            kept = {name: each for name, each in write.pop(kind, {}).items() if re.search(rf"{name}\b", used)}
            write.update({kind: kept} if kept else {})
    return call.arguments


def test_what_is_written_under_if_match_is_what_a_post_above_makes() -> None:
    assert sorted(conditional()) == ["delete_product", "delete_user", "update_product", "update_user"]


@pytest.mark.parametrize("operation", ["update_user", "delete_product"])
def test_of_two_who_write_the_version_that_both_have_seen_one_is_done(operation: str) -> None:
    assert list(overwrites_of(operation)) == []


@pytest.mark.parametrize("operation", ["update_product", "delete_user"])
def test_a_service_whose_writes_ask_for_no_version_is_red(operation: str) -> None:
    with arguments_changed(unconditional):
        assert list(overwrites_of(operation)) != []
