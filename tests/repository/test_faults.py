"""The table of faults: each can still be planted, and the tests that are to look are there."""

import re
from functools import cache

import pytest

from tests.faults.table import OF_TERRAFORM, ROOT, Fault, faults

ALL = faults()


@cache
def read(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", ALL, ids=lambda each: each.name)
def test_a_fault_can_still_be_planted(fault: Fault) -> None:
    assert fault.planted(read(fault.file)) != read(fault.file)


def test_the_tests_that_are_to_look_are_there() -> None:
    missing = [(fault.name, each) for fault in ALL for each in fault.tests if not is_there(each)]

    assert not missing


def test_faults_are_many_and_of_many_kinds() -> None:
    assert len(ALL) >= 80
    assert len({fault.kind for fault in ALL}) >= 20


def is_there(test: str) -> bool:
    file, _, name = test.partition("::")
    if not (ROOT / file).is_file():
        return False
    form = rf'^run "{name}"' if file.endswith(OF_TERRAFORM) else rf"^(async )?def {name}\("
    return not name or re.search(form, read(file), re.MULTILINE) is not None
