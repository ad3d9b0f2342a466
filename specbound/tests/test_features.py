"""The page of OpenAPI's features is true: of an example of each row the compiler says what the row says."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from specbound.compiler.artefact import artefact
from specbound.compiler.bundle import bundled
from specbound.compiler.document import Document, Refused
from specbound.compiler.entries import BY_GATEWAY, DOCUMENTATION, KEPT
from specbound.compiler.explanation import entries
from specbound.compiler.report import described
from specbound.compiler.schemas import REQUEST, Schemas
from specbound.compiler.source import parse

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "openapi.md"
REFUSED = "refused"
EXAMPLES = parse((HERE / "features.yaml").read_text(encoding="utf-8"))
ROWS = re.findall(r"^\| (?!in the contract)([^|]+) \| ([^|]+) \|.*\|$", PAGE.read_text(), re.MULTILINE)
VERSIONS = {"3.0": "3.0.3", "3.1": "3.1.0"}
SHORT = {
    "post": ["paths", "/boxes", "post"], "get": ["paths", "/boxes/{id}", "get"],
    "Box": ["components", "schemas", "Box"],
}  # fmt: skip
BOX = {"$ref": "#/components/schemas/Box"}


def cases() -> list[Any]:
    """Each row in each version that it is about."""
    found = []
    for row, fate in ROWS:
        example = EXAMPLES["rows"].get(row, {})
        marked = re.search(r"\((3\.[01])\)$", row)
        own = marked[1] if marked else example.get("version")
        found += [
            pytest.param(row, fate, version, id=f"{row} in {version}") for version in VERSIONS if own in (None, version)
        ]
    return found


def test_each_row_of_the_page_has_its_example_and_no_two_are_alike() -> None:
    rows = [row for row, _ in ROWS]

    assert rows == [*EXAMPLES["rows"]]
    assert len(rows) == len(set(rows)) > 150
    assert {fate for _, fate in ROWS} == {KEPT, BY_GATEWAY, DOCUMENTATION, REFUSED}


@pytest.mark.parametrize(("row", "fate", "version"), cases())
def test_what_is_done_with_a_feature_is_what_the_page_says(row: str, fate: str, version: str, tmp_path: Path) -> None:
    example = EXAMPLES["rows"][row]
    for number, each in enumerate(variants(example)):
        folder = tmp_path / str(number)
        folder.mkdir()
        check(each, fate, VERSIONS[version], folder)


def check(example: Document, fate: str, version: str, folder: Path) -> None:
    document = copy.deepcopy(EXAMPLES["base"]) | {"openapi": version}
    for place, value in (example.get("beside", {}) | example["use"]).items():
        if value is not None:
            put(document, steps(place), copy.deepcopy(value))
    contract = folder / "openapi.yaml"
    contract.write_text(json.dumps(document), encoding="utf-8")
    for name, content in example.get("files", {}).items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    judged = [steps(each) for each in example.get("judged", example["use"])]
    if fate == REFUSED:
        with pytest.raises(Refused) as refused:
            artefact(bundled(contract))
        assert all(is_about(each.place[1:], judged) or each.written for each in refused.value.mistakes)
        assert re.match(r"openapi\.yaml:[0-9]+: .{20}", described(refused.value, contract))
        return
    bundle = bundled(contract)
    artefact(bundle)
    assert {" ".join(each): what_becomes_of(bundle.document, each) for each in judged} == {
        " ".join(each): fate for each in judged
    }
    validator = Schemas(bundle.document).validator(BOX, "Box", REQUEST)
    assert [each for each in example.get("admits", []) if not validator.is_valid(each)] == []
    assert [each for each in example.get("refuses", []) if validator.is_valid(each)] == []


def what_becomes_of(document: Document, place: tuple[str, ...]) -> str:
    """By the innermost part around it that something is said of."""
    around = [each for each in entries(document) if place[: len(each.place)] == each.place]
    longest = max(len(each.place) for each in around)
    [how] = {each.how for each in around if len(each.place) == longest}
    return how


def is_about(mistake: tuple[str, ...], judged: list[tuple[str, ...]]) -> bool:
    """Whether the place of a mistake is in, or around, a part that is used."""
    return any(mistake[: len(each)] == each[: len(mistake)] for each in judged)


def variants(example: Document) -> list[Document]:
    """The example, or one for each of its formats."""
    if "formats" not in example:
        return [example]
    kind = example.get("type", "string")
    floats = {"float": "number", "double": "number"}
    return [
        {"use": {"Box format": name}, "beside": {"Box type": floats.get(name, kind)}} for name in example["formats"]
    ]


def steps(place: str) -> tuple[str, ...]:
    first, *rest = place.split(" ")
    return (*SHORT.get(first, [first]), *rest)


def put(document: Any, place: tuple[str, ...], value: Any) -> None:
    *way, last = place
    target = document
    for step in way:
        target = target[int(step)] if isinstance(target, list) else target.setdefault(step, {})
    if isinstance(target, list):
        target[int(last)] = value
    else:
        target[last] = value
