"""The tables of faults and of threats: each fault can still be planted, and the tests that are to look are there."""

import re
from functools import cache

import pytest

from tests.faults.table import OF_TERRAFORM, ROOT, Fault, faults
from tests.faults.threats import not_shown, threats

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


def test_each_threat_names_a_test_and_the_fault_that_shows_it_red() -> None:
    looking = {each.name: each.tests for each in ALL}

    strange = [each for each in threats() if each.test not in looking.get(each.fault, ())]

    assert not strange
    assert len(threats()) >= 40
    assert [each.threat.split()[0] for each in threats() if each.threat.startswith("API")] == [
        f"API{number}" for number in range(1, 11)
    ]


def test_every_row_of_the_page_of_threats_is_read() -> None:
    lines = read("docs/threats.md").splitlines()

    assert len(threats()) == sum(line.startswith("| ") for line in lines) - sum(
        line.startswith("|---") for line in lines
    )


def test_a_threat_whose_test_stays_green_is_told() -> None:
    [first, *_] = threats()

    assert not list(not_shown({first.fault: {"caught_by": [first.test]}}))
    assert any(first.threat in each for each in not_shown({first.fault: {"caught_by": ["tests/test_other.py::test"]}}))


def is_there(test: str) -> bool:
    file, _, name = test.partition("[")[0].partition("::")
    if not (ROOT / file).is_file():
        return False
    form = rf'^run "{name}"' if file.endswith(OF_TERRAFORM) else rf"^(async )?def {name}\("
    return not name or re.search(form, read(file), re.MULTILINE) is not None
