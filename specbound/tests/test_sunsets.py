"""What is deprecated ends on its sunset and not before, and types of problems that come and go are told."""

import copy
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from specbound.compiler.document import Document, Refused, load
from specbound.compiler.sunsets import sunset
from specbound.compiler.translation import compile_contract
from specbound.evolution import clients
from specbound.evolution.check import run
from specbound.evolution.deprecation import Periods
from specbound.failures import Failed
from tests.changed import DROP, Change, said, without
from tests.edits import BOX, CREATE, LIST, NEW, both

CONTRACT = Path(__file__).parent / "contracts" / "evolving.yaml"
TODAY = date(2027, 6, 15)
DELETE = ("paths", "/boxes/{boxId}", "delete")
COLOUR = (*LIST, "parameters", "2")
# What may end, and how it is taken away.
ENDING: dict[str, tuple[tuple[str, ...], Change]] = {
    "an operation": (DELETE, without(*DELETE)),
    "a parameter": (COLOUR, lambda contract: contract["paths"]["/boxes"]["get"]["parameters"].pop(2)),
    "a property of requests": ((*NEW, "weight"), without(*NEW, "weight")),
    "a property of replies": ((*BOX, "note"), without(*BOX, "note")),
}
PROBLEMS = "x-problems"


def changed(*edits: Change) -> Document:
    contract = load(CONTRACT)
    both(*edits)(contract)
    return contract


def found(before: Iterable[Change], after: Iterable[Change], days: int = 0) -> list[str]:
    """What is found, `!` before what fails."""
    earlier = changed(*before)
    later = copy.deepcopy(earlier)
    both(*after)(later)
    return [f"{'!' if each.fails else ''}{each}" for each in clients.compare(earlier, later, Periods(days, TODAY))]


@pytest.mark.parametrize("what", ENDING)
def test_what_is_deprecated_may_go_from_its_sunset_on(what: str) -> None:
    steps, gone = ENDING[what]

    for day, is_found in (("2027-06-14", False), ("2027-06-15", False), ("2027-06-16", True)):
        report = found([said(*steps, **{"deprecated": True, "x-sunset": day})], [gone])

        assert bool(report) == is_found, report
        assert all(each.endswith(f". It was to last until {day}: keep it until then.") for each in report), report


@pytest.mark.parametrize("what", ENDING)
def test_what_is_deprecated_without_an_end_may_not_go(what: str) -> None:
    steps, gone = ENDING[what]

    for before in (said(*steps, deprecated=True), said(*steps, **{"x-sunset": "2020-01-01"})):
        assert found([before], [gone])
    assert "say `x-sunset`" in found([said(*steps, deprecated=True)], [gone])[0]


@pytest.mark.parametrize("what", ["an operation", "a parameter"])
def test_a_sunset_comes_no_sooner_than_it_was_told(what: str) -> None:
    steps, _ = ENDING[what]
    before = [said(*steps, **{"deprecated": True, "x-sunset": "2027-12-01"})]

    assert found(before, [said(*steps, **{"x-sunset": "2028-01-01"})]) == []
    assert found(before, [said(*steps, **{"x-sunset": DROP})]) == []
    [sooner] = found(before, [said(*steps, **{"x-sunset": "2027-11-30"})])
    assert sooner.endswith('x-sunset: "2027-12-01" → "2027-11-30". Clients were told the later day: keep it.')


def test_clients_have_the_days_that_the_project_promises() -> None:
    ending = [said(*DELETE, **{"deprecated": True, "x-sunset": "2027-07-15"})]

    assert found([], ending, days=30) == []
    [short] = found([], ending, days=31)
    assert short.endswith("Clients have 31 days after they are told: say 2027-07-16 or later.")


def test_the_days_are_said_in_the_projects_file(tmp_path: Path) -> None:
    later, project = tmp_path / "openapi.yaml", tmp_path / "pyproject.toml"
    text = CONTRACT.read_text(encoding="utf-8").replace("1.2.0", "1.3.0")
    later.write_text(
        text.replace("      operationId: delete_box", "      deprecated: true\n      x-sunset: 2999-01-01\n"
                     "      operationId: delete_box"), encoding="utf-8"
    )  # fmt: skip
    for days, status in ((3650, 0), (0, 0)):
        project.write_text(f"[tool.specbound]\ndeprecation_days = {days}\n", encoding="utf-8")
        assert run(str(CONTRACT), later) == status
    for said_of_it in ("-1", "1.5", "true", "'90'"):
        project.write_text(f"[tool.specbound]\ndeprecation_days = {said_of_it}\n", encoding="utf-8")
        with pytest.raises(Failed, match=r"tool\.specbound\.deprecation_days is a whole number from 0 to 3650, not "):
            run(str(CONTRACT), later)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-01-31", date(2027, 1, 31)),
        ("2027-01-31T23:30:00-02:00", date(2027, 2, 1)),
        ("2027-02-30", None),
        ("2027-01-31T10:00:00", None),
        ("20270131", None),
        ("Sun, 31 Jan 2027 00:00:00 GMT", None),
        ("0001-01-01T00:00:00+23:59", None),
        (20270131, None),
        ({}, None),
    ],
)
def test_a_sunset_is_a_day(text: Any, day: date | None) -> None:
    assert sunset(text) == day


@pytest.mark.parametrize("what", ENDING)
@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"deprecated": True, "x-sunset": "soon"}, "x-sunset is the day from which it may be gone"),
        ({"deprecated": True, "x-sunset": None}, "x-sunset is the day from which it may be gone"),
        ({"x-sunset": "2027-01-31"}, "say `deprecated: true` beside it"),
        ({"deprecated": False, "x-sunset": "2027-01-31"}, "say `deprecated: true` beside it"),
    ],
)
def test_a_sunset_of_nothing_that_ends_is_refused(what: str, members: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        compile_contract(changed(said(*ENDING[what][0], **members)))
    assert [each.place[-1] for each in refused.value.mistakes] == ["x-sunset"]


def test_a_property_may_be_called_like_an_extension() -> None:
    assert compile_contract(changed(said(*BOX, **{"x-sunset": {"type": "string", "maxLength": 9}})))


def types(**statuses: int) -> Change:
    return said(*CREATE, **{PROBLEMS: {name.replace("_", "-"): status for name, status in statuses.items()}})


def test_a_type_of_problems_that_comes_or_goes_is_told() -> None:
    other = said(*DELETE, **{PROBLEMS: {"box-taken": 409}})

    assert found([types(box_taken=409)], [types(box_taken=409, shelf_full=409)]) == [
        "POST /boxes x-problems/shelf-full: now 409. Clients of before do not know it by name: tell them."
    ]
    assert found([types(box_taken=409, shelf_full=409), other], [types(shelf_full=409)]) == [
        "POST /boxes x-problems/box-taken: was 409. Clients that wait for it wait in vain: tell them."
    ]
    for after in (types(shelf_full=409), said(*CREATE, **{PROBLEMS: DROP})):
        assert found([types(box_taken=409, shelf_full=409)], [after])[0] == (
            "!POST /boxes x-problems/box-taken: was 409. Generated clients have a class of this name: keep it."
        )
    assert found([types(box_taken=409)], [types(box_taken=422)]) == [
        "!POST /boxes x-problems/box-taken: 409 → 422. Clients know it by this status: keep it, or call what is new "
        "otherwise."
    ]


def test_what_a_type_of_problems_means_is_told_on() -> None:
    taken = {"description": "Another has it.", "remedy": "Choose another."}
    before = [types(box_taken=409), said(**{PROBLEMS: {"box-taken": taken}})]
    words, shorter = taken | {"remedy": "Take another."}, {"description": taken["description"]}
    advice = "Clients are told no more what it means, and what to do about it: keep saying it."

    assert found(before, [said(PROBLEMS, **{"box-taken": words})]) == []
    assert found(before, [said(PROBLEMS, **{"box-taken": shorter})]) == [
        f'x-problems box-taken/remedy: was "Choose another.". {advice}'
    ]
    [gone] = found(before, [said(**{PROBLEMS: DROP})])
    assert gone.startswith('x-problems box-taken: was {"description":"Another has it.",')
    both_gone = found(before, [said(**{PROBLEMS: DROP}), said(*CREATE, **{PROBLEMS: DROP})])
    assert not any(advice in each for each in both_gone)


def test_types_of_problems_that_an_operation_begins_to_name_break_nothing() -> None:
    assert found([], [types(box_taken=409)]) == []
    assert found([types(box_taken=409)], [without(*CREATE)]) == [
        '!POST /boxes: was {"operationId":"create_box"}. Go on answering it.'
    ]
