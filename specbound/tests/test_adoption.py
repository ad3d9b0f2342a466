"""`specbound new NAME --from CONTRACT`: what is made of a document that others wrote."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specbound.adoption import Adopted
from specbound.adoption.tables import mapped
from specbound.adoption.text import with_extensions
from specbound.cli import main
from specbound.compiler.bundle import bundled
from specbound.compiler.source import parse
from specbound.failures import Failed

# Written as teams write: an error shape and a key of its own, a report that is no resource, a child, no word of tables.
FARM = """\
openapi: 3.0.3
info: { title: Farm, version: 1.0.0 }   # of the north
servers: [{ url: https://farm.example/api }]
security: [{ farmKey: [] }]
paths:
  /fields:
    post:
      operationId: createField
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Field' } } }
      responses: { '201': { $ref: '#/components/responses/Field' }, default: { $ref: '#/components/responses/Oops' } }
  /fields/{fieldId}:
    parameters: [{ name: fieldId, in: path, required: true, schema: { type: string, format: uuid } }]
    get:
      operationId: readField
      responses: { '200': { $ref: '#/components/responses/Field' }, default: { $ref: '#/components/responses/Oops' } }
    delete:
      operationId: sellField
      responses: { '204': { description: Sold. }, default: { $ref: '#/components/responses/Oops' } }
  /fields/{fieldId}/crops:
    parameters: [{ name: fieldId, in: path, required: true, schema: { type: string, format: uuid } }]
    post:
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Crop' } } }
      responses: { '201': { $ref: '#/components/responses/Crop' }, default: { $ref: '#/components/responses/Oops' } }
  /fields/{fieldId}/crops/{name}:
    parameters:
      - { name: fieldId, in: path, required: true, schema: { type: string, format: uuid } }
      - { name: name, in: path, required: true, schema: { type: string, maxLength: 20 } }
    get:
      responses: { '200': { $ref: '#/components/responses/Crop' }, default: { $ref: '#/components/responses/Oops' } }
  /harvest:
    get:
      operationId: sumUpHarvest
      parameters: [{ name: year, in: query, required: true, schema: { type: integer, minimum: 1, maximum: 3000 } }]
      responses:
        '200': { description: All., content: { application/json: { schema: { type: object } } } }
        default: { $ref: '#/components/responses/Oops' }
components:
  securitySchemes:
    farmKey: { type: apiKey, in: header, name: X-Farm-Key }
  responses:
    Field: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Field' } } } }
    Crop: { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Crop' } } } }
    Oops:
      description: No.
      content:
        application/json:
          schema: { type: object, required: [reason], properties: { reason: { type: string }, code: { type: string } } }
  schemas:
    Field:
      type: object
      required: [id, hectares]
      properties:
        id: { type: string, format: uuid, readOnly: true }
        hectares: { type: number, minimum: 0, maximum: 1000 }
    Crop:
      type: object
      required: [name, fieldId]
      properties:
        name: { type: string, maxLength: 20 }
        fieldId: { type: string, format: uuid, readOnly: true }
"""


@pytest.fixture
def farm(tmp_path: Path) -> Path:
    file = tmp_path / "farm.yaml"
    file.write_text(FARM)
    return file


def test_tables_are_made_of_the_paths_of_resources_and_of_what_is_below_them(farm: Path) -> None:
    document = bundled(farm).document

    found = mapped(document, document["components"]["schemas"])

    assert found.tables == {
        "fields": {
            "item": "#/components/schemas/Field",
            "hash_key": "id",
            "attributes": {"id": "S"},
            "actions": ["DeleteItem", "GetItem", "PutItem"],
        },
        "crops": {
            "item": "#/components/schemas/Crop",
            "hash_key": "fieldId",
            "range_key": "name",
            "attributes": {"fieldId": "S", "name": "S"},
            "actions": ["GetItem", "PutItem"],
        },
    }
    assert [name for name, each in found.operations.items() if not each.compiled] == ["sum_up_harvest"]


def test_the_contract_stays_as_it_is_and_has_at_its_end_what_is_added(farm: Path) -> None:
    adopted = Adopted(farm)

    assert adopted.contract.startswith(FARM)
    added = parse(adopted.contract)
    assert added["x-unfinished"] == ["sumUpHarvest"]
    assert added["x-dynamodb"].keys() == {"fields", "crops"}


def test_the_service_that_is_written_runs_and_passes_its_tests(farm: Path, capsys: pytest.CaptureFixture[str]) -> None:
    service = farm.parent / "farm"

    assert main(["new", "farm", "--from", str(farm), "--into", str(service)]) == 0
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider"],
        cwd=service, capture_output=True, text=True, check=False,
    )  # fmt: skip

    said = capsys.readouterr().out
    assert "6 operations: 5 served by the engine, 1 answer 501 until written." in said
    line = FARM[: FARM.index("operationId: sumUpHarvest")].count("\n") + 1
    assert f"farm.yaml:{line}: a function sum_up_harvest, for no item of a table is at its path" in said
    assert "who is let in by farmKey handlers/authentication.py says: at first who has what is in FARM_KEY" in said
    assert tests.returncode == 0, tests.stdout
    assert f"{6 + 2 + 1 + 1 + 6} passed" in tests.stdout
    assert "APART: dict[str, tuple[str, ...]] = {}" in (service / "tests" / "test_contract.py").read_text()
    assert "run fuzz: export FARM_KEY ?= local" in (service / "Makefile").read_text()


@pytest.mark.slow
def test_a_judge_who_reads_an_operation_otherwise_is_named_and_the_tests_pass(
    farm: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """openapi-core takes no decimal number for a float."""
    service = farm.parent / "farm"
    farm.write_text(FARM.replace("hectares: { type: number,", "hectares: { type: number, format: float,"))

    assert main(["new", "farm", "--from", str(farm), "--into", str(service)]) == 0
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/test_contract.py", "-k", "openapi_core"],
        cwd=service, capture_output=True, text=True, check=False,
    )  # fmt: skip

    line = FARM[: FARM.index("operationId: createField")].count("\n") + 1
    said = f"farm.yaml:{line}: openapi-core can't read it, or not so: specbound referee says how"
    assert said in capsys.readouterr().out
    assert tests.returncode == 0, tests.stdout
    assert '"create_field": ("openapi-core",),' in (service / "tests" / "test_contract.py").read_text()


def test_a_document_with_mistakes_is_refused_with_all_of_them_and_nothing_is_written(
    farm: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    farm.write_text(FARM.replace("type: number", "type: numbers").replace("'#/components/responses/Crop'", "'#/crop'"))

    assert main(["new", "farm", "--from", str(farm), "--into", str(farm.parent / "farm")]) == 1
    told = capsys.readouterr().err
    assert [told.count(each) for each in ("farm.yaml:", "numbers", "#/crop")] == [told.count("\n") - 1, 1, 2]
    assert told.endswith("Nothing was written: mend these, and try again.\n")
    assert not (farm.parent / "farm").exists()


def test_a_part_in_whose_place_the_contract_would_be_is_said(farm: Path) -> None:
    (farm.parent / "openapi.yaml").write_text("{ type: string }")
    farm.write_text(FARM.replace("schema: { type: object } } } }", "schema: { $ref: openapi.yaml } } } }"))

    with pytest.raises(Failed, match=r"openapi\.yaml is a part of farm\.yaml"):
        Adopted(farm)


def test_a_document_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="no such file"):
        Adopted(tmp_path / "nothing.yaml")


def test_a_document_that_has_tables_and_says_what_is_unfinished_keeps_them(tmp_path: Path) -> None:
    shelf = (Path(__file__).parent / "contracts" / "shelf.yaml").read_text()
    (tmp_path / "shelf.yaml").write_text(f"{shelf}x-unfinished: [addBook]\n")

    adopted = Adopted(tmp_path / "shelf.yaml")

    assert adopted.contract == f"{shelf}x-unfinished: [addBook]\n"


def test_the_parts_of_a_document_come_with_it(tmp_path: Path) -> None:
    (tmp_path / "api" / "schemas").mkdir(parents=True)
    whole: Any = parse(FARM)
    (tmp_path / "api" / "schemas" / "crop.json").write_text(json.dumps(whole["components"]["schemas"].pop("Crop")))
    text = json.dumps(whole).replace("#/components/schemas/Crop", "schemas/crop.json")
    (tmp_path / "api" / "farm.json").write_text(text)
    service = tmp_path / "farm"

    assert main(["new", "farm", "--from", str(tmp_path / "api" / "farm.json"), "--into", str(service)]) == 0

    assert (service / "schemas" / "crop.json").exists()
    assert parse((service / "openapi.yaml").read_text())["x-dynamodb"].keys() == {"fields"}


TEXTS = [
    "a: 1\nb: {}\n",
    "a: 1 # one\nb: {}",
    "---\na: 1\nb: {}\n...\n",
    '{"a": 1, "b": {}}',
    "{a: 1,\n b: {}\n}\n\n",
    "  a: 1\n  b: {}\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_whatever_a_document_is_written_like_it_says_the_same_afterwards(text: str) -> None:
    added: Any = {"x-dynamodb": {"no": {"attributes": {"1e3": "S"}}}, "x-unfinished": ["yes", "ä"]}

    made, is_as_it_was = with_extensions(text, added)

    assert parse(made) == {"a": 1, "b": {}} | added
    assert is_as_it_was == (not text.startswith(" "))
