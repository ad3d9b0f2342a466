"""A list under writes of others skips and repeats nothing of what was there all along, in whatever order it is."""

import json
import os
import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest

from specbound.compiler.document import ROOT
from specbound.local import embedded
from specbound.local.emulator import Emulator
from tests.tools import REPOSITORY

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

ORDERS: dict[str, Any] = {
    "newest": (lambda each: each["createdAt"], True),
    "by_name": (lambda each: each["name"], False),
    "cheapest": (lambda each: each["price"], False),
    "departures": (lambda each: datetime.fromisoformat(each["departsAt"]), False),
    "by_kind": (lambda each: each["price"], True),
    "by_seats": (lambda each: each["createdAt"], False),
    "children": (lambda each: each["bookingId"], False),
}


@pytest.fixture(scope="module")
def met(aws: Emulator) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ministack.moving"],
        cwd=ROOT,
        env=os.environ | embedded.environment() | aws.environment | {"PYTHONPATH": str(REPOSITORY / "specbound")},
        check=False,
        capture_output=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", ORDERS)
def test_what_stays_is_met_once_and_in_order_while_others_write(met: dict[str, Any], name: str) -> None:
    stable = {each["bookingId"]: each for each in met["stable"]}
    value, is_reverse = ORDERS[name]
    walks = [each["keys"] for each in met["walks"] if each["list"].get("index", "children") == name]

    for keys in walks:
        seen = [each for each in keys if each in stable]
        assert sorted(seen) == sorted(stable)
        values = [value(stable[each]) for each in seen]
        assert values == sorted(values, reverse=is_reverse)
    # Equal ones are always in the same order.
    assert len({tuple(each for each in keys if each in stable) for keys in walks}) == 1
    assert len(walks) > 1
    # What others wrote meanwhile was met as well.
    assert any(len(keys) > len(stable) for keys in walks)
