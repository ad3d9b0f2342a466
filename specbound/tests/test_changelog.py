"""`specbound check` as release notes and in a pipeline: all changes, levels, what version is due, and annotations."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from specbound.compiler.document import Document, load
from specbound.evolution import clients, versions
from specbound.evolution.accepted import Accepted
from specbound.evolution.changes import Change, changes
from specbound.evolution.check import run
from specbound.failures import Failed
from tests.changed import said, without
from tests.edits import CREATE, EDITS, LIST, NEW, SCHEMAS, TABLE, at, both

CONTRACT = Path(__file__).parent / "contracts" / "evolving.yaml"
WORDS = said(*LIST, summary="Look at 100% of them, and more: all")
ADDED = said("paths", **{"/pings": {"get": {"operationId": "ping", "responses": {"204": {"description": "None"}}}}})


def changed(*edits: Any) -> Document:
    contract = load(CONTRACT)
    both(*edits)(contract)
    return contract


def written(folder: Path, *edits: Any, version: str | None = None) -> Path:
    """A later contract, with what is needed for it to compile."""
    contract = changed(*edits)
    contract["info"]["version"] = version or contract["info"]["version"]
    later = folder / "later.yaml"
    later.write_text(json.dumps(contract, indent=1), encoding="utf-8")
    return later


def as_json(later: Path, capsys: pytest.CaptureFixture[str], **options: Any) -> Any:
    run(str(CONTRACT), later, changelog=True, form="json", **options)
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", EDITS)
def test_whatever_changes_is_in_the_changelog(name: str) -> None:
    earlier, later = load(CONTRACT), changed(EDITS[name][0])

    assert changes(earlier, later)
    assert changes(later, later) == []


def test_what_is_found_to_break_is_not_told_again_as_harmless() -> None:
    edits = (said(*NEW, "name", maxLength=3), said(*LIST, "parameters", "3", "schema", maxItems=1))
    gone = (without(*CREATE, "responses", "409"), without("paths", "/shapes"), without("paths", "/boxes/{boxId}"))
    for each in (*edits, *gone):
        earlier, later = load(CONTRACT), changed(each)
        found = clients.compare(earlier, later)

        assert found
        assert changes(earlier, later, found) == [], str(found)


def test_a_changelog_tells_what_breaks_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = written(tmp_path, without("paths", "/shapes"), version="2.0.0")

    told = [each for each in as_json(later, capsys)["changes"] if "/shapes" in each["place"]]

    assert {each["about"] for each in told} == {"clients"}


def test_a_changelog_has_what_breaks_first_and_words_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = written(tmp_path, WORDS, ADDED, without("paths", "/shapes"))

    assert run(str(CONTRACT), later, changelog=True) == 1

    told = capsys.readouterr().out
    headings = [line for line in told.splitlines() if line.startswith("## ")]
    assert headings == ["## Breaks clients", "## Version", "## New", "## Documentation"]
    assert "- **error**: `POST /shapes`: `was " in told
    assert '- `GET /pings`: `now {"operationId":"ping"}` (later.yaml:' in told


def test_a_changelog_of_json_has_levels_lines_and_the_operations_of_a_component(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = written(tmp_path, said(*SCHEMAS, "Box", "properties", heft={"type": "number", "maximum": 5}))

    [one] = [each for each in as_json(later, capsys)["changes"] if each["about"] == "contract"]

    line = later.read_text(encoding="utf-8").splitlines().index('     "heft": {') + 1
    assert (one["level"], one["kind"], one["file"], one["line"]) == ("info", "added", "later.yaml", line)
    assert one["place"] == "schemas Box/properties/heft"
    assert "GET /boxes/{boxId}" in one["operations"]


@pytest.mark.parametrize(
    ("edits", "version", "due"),
    [
        ((), "1.2.0", None),
        ((WORDS,), "1.2.0", "1.2.1"),
        ((WORDS,), "1.2.1", None),
        ((ADDED, WORDS), "1.2.1", "1.3.0"),
        ((ADDED,), "1.3.0", None),
        ((ADDED,), "1.3.0-rc.1", None),
        ((without("paths", "/shapes"), ADDED), "1.3.0", "2.0.0"),
        ((without("paths", "/shapes"),), "2.0.0", None),
        ((without("paths", "/shapes"),), "2024-01-01", None),
    ],
)
def test_the_version_that_is_due_is_told(
    edits: tuple[Any, ...], version: str, due: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert as_json(written(tmp_path, *edits, version=version), capsys)["due"] == due


def test_a_warning_fails_only_if_that_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = written(tmp_path, ADDED)

    assert [run(str(CONTRACT), later), run(str(CONTRACT), later, fail_on="warning")] == [0, 1]
    assert 'info version: "1.2.0". By what has changed a minor version is due, 1.3.0.' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "after", "weight", "due"),
    [
        ("0.3.1", "0.3.1", "major", "0.4.0"),
        ("0.3.1", "0.3.1", "minor", "0.3.2"),
        ("0.3.1", "1.0.0", "major", None),
        ("1.4", "1.4", "minor", "1.5.0"),
        ("2.0.0-rc.1", "2.0.0-rc.2", "major", None),
        ("2.1.0", "2.0.9", "patch", "2.1.1"),
        ("2024-01-01", "2024-02-01", "major", None),
        ("1.0.0+build.5", "1.0.0+build.6", None, None),
    ],
)
def test_versions_are_those_of_semantic_versioning(
    before: str, after: str, weight: str | None, due: str | None
) -> None:
    assert versions.due(before, after, weight) == due


@pytest.mark.parametrize(
    ("before", "after", "may"), [("0.3.1", "0.4.0", True), ("1.9.0", "1.10.0", False), ("v1", "v2", False)]
)
def test_before_its_first_version_a_minor_number_may_break(before: str, after: str, may: bool) -> None:
    assert versions.may_break(before, after) is may


def test_on_github_errors_and_warnings_are_shown_at_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a, b"
    folder.mkdir()
    later = written(folder, said(*NEW, "name", pattern="^100%$"))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    run(str(CONTRACT), later)
    assert "::" not in capsys.readouterr().out

    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    run(str(CONTRACT), later)

    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("::error")]
    assert len(lines) == 1
    assert lines[0].startswith("::error file=a%2C b/later.yaml,line=")
    assert ",title=clients%3A " in lines[0]
    assert "%25$" in lines[0]
    assert "%$" not in lines[0].replace("%25$", "")


def test_an_entry_of_what_is_accepted_ends_on_its_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = written(tmp_path, without("paths", "/shapes"))
    assert run(str(CONTRACT), later) == 1
    [line] = [each for each in capsys.readouterr().out.splitlines() if "POST /shapes: was" in each]
    finding = line.partition(": ")[2].partition(". ")[0]
    for until, status in (("2999-12-31", 0), ("2001-01-01", 1)):
        entry = f"[[accepted]]\nfinding = '{finding}'\nuntil = {until}\nreason = 'Nobody calls it.'\n"
        (tmp_path / "accepted.toml").write_text(entry, encoding="utf-8")

        assert run(str(CONTRACT), later) == status
        assert (f"accepted.toml: this was accepted until {until}: " in capsys.readouterr().out) == bool(status)


def test_the_last_day_of_what_is_accepted_is_one() -> None:
    entry = Accepted("POST /shapes: gone", "Nobody calls it.", until=date(2027, 1, 31))

    assert [entry.is_over(date(2027, 1, 31)), entry.is_over(date(2027, 2, 1))] == [False, True]


def test_what_is_accepted_is_due_no_major_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = written(tmp_path, without("paths", "/shapes"))
    told = as_json(later, capsys)
    found = [f"{each['place']}: {each['what']}" for each in told["changes"] if each["about"] == "clients"]
    entries = [f"[[accepted]]\nfinding = '{each}'\nuntil = 2999-01-01\nreason = 'Nobody calls it.'\n" for each in found]
    (tmp_path / "accepted.toml").write_text("".join(entries), encoding="utf-8")

    assert (told["due"], as_json(later, capsys)["due"]) == ("2.0.0", "1.3.0")


def test_what_is_accepted_is_so_in_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = written(tmp_path, said(*TABLE, partitions=1), version="2.0.0")
    found = [each for each in as_json(later, capsys)["changes"] if each["about"] == "data"]
    entries = [
        f"[[accepted]]\nfinding = '{each['place']}: {each['what']}'\nuntil = 2999-01-01\nreason = 'Empty.'\n"
        for each in found
    ]
    (tmp_path / "accepted.toml").write_text("".join(entries), encoding="utf-8")

    said_of_it = as_json(later, capsys)

    assert found
    assert not said_of_it["fails"]
    taken = [each for each in said_of_it["changes"] if "accepted" in each]
    assert [each["accepted"] for each in taken] == [{"reason": "Empty.", "until": "2999-01-01"}] * len(found)
    assert {each["level"] for each in taken} == {"info"}
    run(str(CONTRACT), later, changelog=True)
    assert "Accepted until 2999-01-01: Empty." in capsys.readouterr().out


@pytest.mark.parametrize("until", ["'2999-01-01'", "2999-01-01T00:00:00Z", "20990101"])
def test_an_end_that_is_no_day_is_refused(until: str, tmp_path: Path) -> None:
    entry = f"[[accepted]]\nfinding = 'x'\nuntil = {until}\nreason = 'y'\n"
    (tmp_path / "accepted.toml").write_text(entry, encoding="utf-8")

    with pytest.raises(Failed, match=r"^accepted\.toml.* until = 2027-01-31"):
        run(str(CONTRACT), written(tmp_path))


def test_a_renamed_path_parameter_is_one_change() -> None:
    text = json.dumps(load(CONTRACT))
    later = json.loads(text.replace("/boxes/{boxId}", "/boxes/{id}"))

    assert Change(("paths", "/boxes/{id}"), "/boxes/{boxId}", "/boxes/{id}") in changes(json.loads(text), later)


def test_a_cause_is_one_finding() -> None:
    both_ways = changed(said(*SCHEMAS, "Box", "properties", "name", type="integer"))
    alone = [each for each in clients.compare(load(CONTRACT), both_ways) if "/type" in each.place]
    assert len(alone) == len({each.steps for each in alone})

    only_of_shapes = copy.deepcopy(load(CONTRACT))
    names = set(at(only_of_shapes, SCHEMAS))
    without("paths", "/shapes")(only_of_shapes)
    text = json.dumps(only_of_shapes["paths"])
    for name in names:
        if f'schemas/{name}"' not in text + json.dumps(at(only_of_shapes, SCHEMAS)) + json.dumps(
            only_of_shapes.get("x-dynamodb")
        ):
            without(*SCHEMAS, name)(only_of_shapes)
    assert set(at(only_of_shapes, SCHEMAS)) < names
    assert [str(each).partition(": ")[0] for each in clients.compare(load(CONTRACT), only_of_shapes)] == [
        "POST /shapes"
    ]


def test_what_is_the_same_in_many_places_is_told_once_with_the_names_of_parameters() -> None:
    earlier = load(CONTRACT)
    earlier["components"]["headers"] = {"Total": {"schema": {"type": "integer"}}}
    earlier["components"]["parameters"]["Team"] = {"name": "team", "in": "query", "schema": {"type": "string"}}
    later = copy.deepcopy(earlier)
    for steps in (LIST, CREATE):
        at(later, steps).setdefault("parameters", []).append({"$ref": "#/components/parameters/Team"})
        [reply] = [reply for status, reply in at(later, steps)["responses"].items() if status < "300"]
        reply.setdefault("headers", {})["Total"] = {"$ref": "#/components/headers/Total"}

    found = changes(earlier, later)

    assert [(each.place, each.places) for each in found] == [
        ("GET /boxes parameters/Team", 2),
        ("GET /boxes responses/200/headers/Total", 2),
    ]
