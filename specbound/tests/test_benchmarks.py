"""The benchmark runs, its report says what was measured, and the README quotes it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.report import Result, as_markdown, as_picture, cell, rows, table

REPOSITORY = Path(__file__).parents[2]
SLOW, FAST = {"POST": [0.002, 0.004, 0.003], "cold start": [0.3]}, {"POST": [0.001, 0.001, 0.001], "cold start": [0.1]}
RESULT = Result(
    "people",
    {"ours": FAST, "people": SLOW},
    {},
    {"ours": {"POST": True, "GET": True}, "people": {"POST": True, "GET": False}},
)


def test_a_number_is_a_ratio_within_a_round_with_what_the_middle_half_spreads_over() -> None:
    assert cell(FAST["POST"], SLOW["POST"]) == "0.33 (0.25 to 0.50)"
    assert cell(FAST["cold start"], SLOW["cold start"]) == "0.33"


def test_the_worst_row_is_the_first_and_the_base_says_what_one_is() -> None:
    assert rows(RESULT.whole, ["POST"]) == ["people", "ours"]
    assert table(RESULT, ["POST", "cold start"]) == [
        ["", "right", "POST", "cold start"],
        ["people", "1 of 2", "1 = 3000 µs", "1 = 300 ms"],
        ["ours", "2 of 2", "0.33 (0.25 to 0.50)", "0.33"],
    ]


def test_the_picture_has_a_bar_for_each_stack_and_request() -> None:
    assert as_picture(RESULT, ["POST", "cold start"]).count("<rect x=") == 4


def tables(document: Path) -> list[list[dict[str, str]]]:
    """The tables of a document, a dict of each row by the names of its columns."""
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", document.read_text(encoding="utf-8"), re.MULTILINE):
        head, _, *body = ([each.strip() for each in line.strip("|\n").split("|")] for line in block.splitlines())
        found.append([dict(zip(head, row, strict=True)) for row in body])
    return found


def test_the_readme_quotes_the_page() -> None:
    page = tables(REPOSITORY / "docs" / "performance.md")[0]
    whole = [each for each in page if not each[""].startswith("bare")]
    [quoted] = [each for each in tables(REPOSITORY / "README.md") if "right" in each[0]]

    assert [each[""] for each in quoted] == [each[""] for each in whole]
    assert quoted == [{name: row[name] for name in quoted[0]} for row in whole]


@pytest.mark.slow
def test_the_benchmark_runs_and_says_what_every_stack_took_and_answers(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks", "--rounds", "1", "--calls", "1", "--page", page]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "specbound")}

    subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, capture_output=True)
    whole, stubbed = tables(page)

    assert {"bare: nothing is checked", "FastAPI, Mangum", "ours"} <= {each[""] for each in whole}
    assert [row["right"] for row in whole if row[""] == "ours"] == [
        whole[0]["right"].split(" ")[-1] + " of " + whole[0]["right"].split(" ")[-1]
    ]
    assert all(set(row.values()) and "" not in row.values() for row in whole + stubbed)
    assert (REPOSITORY / "build" / "bench" / "requests.svg").read_text().startswith("<svg")
    assert as_markdown([["", "a"], ["b", "c"]]) == "| | a |\n|---|---|\n| b | c |"
