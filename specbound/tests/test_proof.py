"""The proof: parts are run once for the same code, and the page says what each found."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from specbound.failures import Failed
from specbound.proof import records
from specbound.proof.page import page
from specbound.proof.parts import Part, code, parts
from specbound.proof.records import Record, Table

PART = """
[sums]
title = "Sums"
claim = "One and one are two."
command = "python sums.py"
"""
SUMS = """
from specbound.proof.records import Table, record
print("Summing.")
table = Table(("sum", "is"), [("1 + 1", "a | b")], "Of two")
record("sums", {"sums": 1234, "checks": 2}, FAILURES, "python sums.py 7", tables=[table])
"""
SUMS_PART = Part("sums", "Sums", "One and one are two.", "python sums.py")
OTHER_PART = Part("other", "Other things", "Others are, too.", "true")


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A folder under git with one part, which finds nothing wrong."""
    (tmp_path / "proof.toml").write_text(PART.replace("python", sys.executable), encoding="utf-8")
    (tmp_path / ".gitignore").write_text("build/\n", encoding="utf-8")
    write(tmp_path, [])
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def write(service: Path, failures: list[str]) -> None:
    (service / "sums.py").write_text(SUMS.replace("FAILURES", repr(failures)), encoding="utf-8")


def prove(service: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specbound", "proof", *options]
    return subprocess.run(command, cwd=service, capture_output=True, text=True, check=False)


def conformance(service: Path) -> str:
    return (service / "docs" / "conformance.md").read_text(encoding="utf-8")


def test_the_page_says_what_a_part_found_and_how_to_find_it_again(service: Path) -> None:
    done = prove(service)

    assert done.returncode == 0, done.stderr
    assert "Summing." in done.stdout
    assert "| [Sums](#sums) | 1,234 sums, 2 checks | 0 |" in conformance(service)
    assert "One and one are two.\n\n    python sums.py 7\n" in conformance(service)
    assert "### Of two\n\n| sum | is |\n| --- | --- |\n| 1 + 1 | a \\| b |\n" in conformance(service)


def test_a_part_is_run_again_where_its_code_has_changed_and_not_for_a_document(service: Path) -> None:
    prove(service)
    same = prove(service)
    (service / "README.md").write_text("A document.", encoding="utf-8")
    documented = prove(service)
    again = prove(service, "--again")
    (service / "other.py").write_text("", encoding="utf-8")
    changed = prove(service)

    assert ["Summing." in each.stdout for each in (same, documented, again, changed)] == [False, False, True, True]
    assert same.returncode == 0


def test_a_part_that_failed_is_told_and_run_again(service: Path) -> None:
    write(service, ["1 + 1 = 3"])

    first, second = prove(service), prove(service)

    assert (first.returncode, second.returncode) == (1, 1)
    assert "Summing." in second.stdout
    assert "Failed: sums. docs/conformance.md says what." in second.stderr
    assert "| [Sums](#sums) | 1,234 sums, 2 checks | 1 |" in conformance(service)
    assert "Failure 1:\n\n    1 + 1 = 3\n" in conformance(service)


@pytest.mark.parametrize(("status", "said"), [(0, "0, and recorded nothing"), (3, "3, and recorded nothing")])
def test_a_command_that_records_nothing_has_failed(service: Path, status: int, said: str) -> None:
    (service / "sums.py").write_text(f"raise SystemExit({status})", encoding="utf-8")

    done = prove(service)

    assert done.returncode == 1
    assert f"It ended with status {said}." in conformance(service)


def test_a_command_that_fails_after_it_has_recorded_has_failed(service: Path) -> None:
    with (service / "sums.py").open("a", encoding="utf-8") as file:
        file.write("raise SystemExit(3)\n")

    done = prove(service)

    assert done.returncode == 1
    assert "It ended with status 3." in conformance(service)


def test_a_part_that_is_run_by_hand_records_nothing(service: Path) -> None:
    subprocess.run([sys.executable, "sums.py"], cwd=service, check=True, capture_output=True)

    assert not (service / "build").exists()


def test_the_page_alone_is_written_of_what_is_recorded(service: Path) -> None:
    prove(service)
    written = conformance(service)
    (service / "docs" / "conformance.md").unlink()

    done = prove(service, "--page-only")

    assert "Summing." not in done.stdout
    assert conformance(service) == written


def test_of_a_part_without_a_record_the_page_stays_as_it_was() -> None:
    own = Record("other", {"things": 3}, [], "true", code="")
    earlier = page([SUMS_PART, OTHER_PART], {"sums": Record("sums", {"sums": 1}, [], "python sums.py"), "other": own})

    later = page([SUMS_PART, OTHER_PART], {"other": own}, earlier)
    fewer = page([OTHER_PART], {}, earlier)

    assert later == earlier
    assert "Sums" not in fewer
    assert "| [Other things](#other-things) | 3 things | 0 |" in fewer
    assert "| Sums | not run yet | |" in page([SUMS_PART], {})


@pytest.mark.parametrize(
    "text",
    ["[sums", "sums = 1", PART + 'more = "1"', PART.replace('"Sums"', "1"), PART.replace('"Sums"', '" "'), "[sums]"],
)
def test_a_list_of_parts_that_is_none_is_said_in_a_line(service: Path, text: str) -> None:
    (service / "proof.toml").write_text(text, encoding="utf-8")

    done = prove(service)

    assert done.returncode == 1
    assert done.stderr.startswith("proof.toml")
    assert len(done.stderr.splitlines()) == 1


def test_a_part_that_is_not_there_is_said_with_those_that_are(service: Path) -> None:
    assert prove(service, "products").stderr == "No part is called products: there are sums.\n"
    (service / "proof.toml").unlink()
    assert "There is no proof.toml here" in prove(service).stderr


def test_a_record_that_is_none_is_said(tmp_path: Path) -> None:
    for text in ("{", "[]", "{}", json.dumps({"part": "sums", "tables": [1]})):
        (tmp_path / "sums.json").write_text(text, encoding="utf-8")
        with pytest.raises(Failed, match=r"sums.json is no record of a proof: remove it"):
            records.read(tmp_path, "sums")


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = Record("sums", {"sums": 1, "share": 0.5, "time": "3 s"}, ["a"], "true", [Table(["a"], [["b"]], "c")])

    records.write(tmp_path, found)

    assert records.read(tmp_path, "sums") == found


def test_code_that_git_does_not_know_is_never_the_same(tmp_path: Path) -> None:
    assert code(tmp_path) == ""


def test_the_parts_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "proof.toml"
    file.write_text(PART.replace("sums", "z") + PART.replace("sums", "a"), encoding="utf-8")

    assert [each.name for each in parts(file)] == ["z", "a"]
