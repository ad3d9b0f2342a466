"""Contracts in several files: bundled into one document, each mistake told with the file that it is in."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from specbound.compiled import read
from specbound.compiler.answers import complete
from specbound.compiler.bundle import bundled
from specbound.compiler.compilation import compile_to
from specbound.compiler.document import Refused, load
from specbound.compiler.report import described
from specbound.compiler.translation import compile_contract
from specbound.evolution import check

MAIN = """
openapi: 3.0.3
info: {$ref: info.yaml}
paths:
  /boxes: {$ref: paths/boxes.yaml}
  /boxes/{boxId}:
    parameters: [{$ref: './paths/parameters.json#/BoxId'}]
    get:
      operationId: get_box
      security: []
      responses:
        '200': {$ref: '#/paths/~1boxes/post/responses/200'}
        '404': {$ref: 'paths/replies.yaml#/not%20found'}
components:
  schemas:
    Box: {$ref: schemas/Box.yaml}
    Colour: {type: string, enum: [red, green]}
    Odd name/x: {type: string, maxLength: 3}
x-dynamodb:
  boxes: {item: schemas/Box.yaml, hash_key: boxId, attributes: {boxId: S}, actions: [GetItem]}
"""
PARTS = {
    "info.yaml": "title: Boxes\nversion: '1'\n",
    "paths/boxes.yaml": """
post:
  operationId: create_box
  security: []
  requestBody:
    x-max-bytes: 1000
    content: {application/json: {schema: {$ref: ../schemas/Box.yaml}}}
  responses:
    '200':
      description: The box.
      content: {application/json: {schema: {$ref: '../openapi.yaml#/components/schemas/Box'}}}
""",
    "paths/parameters.json": """{
\t"BoxId": {
\t\t"name": "boxId", "in": "path", "required": true,
\t\t"schema": {"$ref": "../schemas/Box.yaml#/properties/boxId"}
\t}
}""",
    "paths/replies.yaml": "not found: {description: There is none.}\n",
    "schemas/Box.yaml": """
type: object
additionalProperties: false
required: [boxId]
properties:
  boxId: {type: string, maxLength: 10}
  colour: {$ref: colours.yaml#/Colour}
  contractColour: {$ref: ../openapi.yaml#/components/schemas/Colour}
  odd: {$ref: '../openapi.yaml#/components/schemas/Odd%20name~1x'}
""",
    "schemas/colours.yaml": "Colour: {type: string, enum: [blue]}\n",
}  # fmt: skip


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    return written(tmp_path / "service")


def written(folder: Path, **changed: str) -> Path:
    for name, text in {"openapi.yaml": MAIN, **PARTS, **changed}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "openapi.yaml"


def mistakes(contract: Path) -> list[str]:
    bundle = bundled(contract)
    with pytest.raises(Refused) as refused:
        compile_contract(bundle.document, bundle.mistakes)
    return described(refused.value, contract).splitlines()


def references(value: Any) -> set[str]:
    return set(yaml_references(json.dumps(value)))


def yaml_references(text: str) -> list[str]:
    return [part.split('"')[0] for part in text.split('"$ref": "')[1:]]


def test_the_bundle_is_one_valid_document_whose_references_are_all_to_its_components(contract):
    document = load(contract)

    validate(document)
    assert all(each.startswith("#/components/") for each in references(document))
    assert document["info"] == {"title": "Boxes", "version": "1"}
    assert document["paths"]["/boxes"]["post"]["operationId"] == "create_box"


def test_a_part_is_the_component_that_refers_to_it_and_names_never_clash(contract):
    schemas = load(contract)["components"]["schemas"]

    assert schemas["Box"]["properties"]["colour"] == {"$ref": "#/components/schemas/Colour_2"}
    assert schemas["Box"]["properties"]["contractColour"] == {"$ref": "#/components/schemas/Colour"}
    assert schemas["Box"]["properties"]["odd"] == {"$ref": "#/components/schemas/Odd_name_x"}
    assert (schemas["Colour"]["enum"], schemas["Colour_2"]["enum"]) == (["red", "green"], ["blue"])
    assert schemas.keys() == {"Box", "Colour", "Colour_2", "Odd_name_x", "Box_boxId"}


def test_what_is_compiled_and_published_is_the_bundle(contract, tmp_path):
    compile_to(tmp_path / "compiled", contract)

    compiled = read(tmp_path / "compiled")
    assert json.loads((tmp_path / "compiled" / "openapi.json").read_text()) == complete(load(contract)).document
    assert compiled["places"] == {"create_box": "paths/boxes.yaml:3", "get_box": "openapi.yaml:9"}
    assert set(compiled["parts"]) == set(PARTS)


@pytest.mark.parametrize("name", ["openapi.yaml", *PARTS])
def test_the_artefact_knows_each_file_by_its_digest(name, contract):
    before = bundled(contract)

    file = contract.parent / name
    file.write_text(file.read_text() + "\n")

    after = bundled(contract)
    assert before.document == after.document
    assert (before.source, before.parts) != (after.source, after.parts)


def test_a_mistake_is_told_with_the_file_and_the_line_that_it_is_on(contract):
    box, boxes = contract.parent / "schemas" / "Box.yaml", contract.parent / "paths" / "boxes.yaml"
    box.write_text(box.read_text().replace("type: object", "tipe: object"))
    boxes.write_text(boxes.read_text().replace("operationId", "operationID"))
    colours = contract.parent / "schemas" / "colours.yaml"
    colours.write_text("Colour:\n  type: string\n  enum: blue\n")

    found = mistakes(contract)

    assert [each.partition(": ")[0] for each in found] == [
        "paths/boxes.yaml:3", "schemas/Box.yaml:2", "schemas/colours.yaml:3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("paths/none.yaml", "$ref paths/none.yaml: paths/none.yaml can't be read: No such file or directory."),
        ("paths/boxes.yaml#/none", "$ref paths/boxes.yaml#/none leads nowhere: paths/boxes.yaml has no none there."),
        ("paths", "$ref paths: paths can't be read: Is a directory."),
        ("https://example.com/a.yaml", "$ref https://example.com/a.yaml: what is elsewhere is never fetched. Copy it"),
        ("//example.com/boxes.yaml", "$ref //example.com/boxes.yaml: what is elsewhere is never fetched."),
        ("file:///etc/hosts", "$ref file:///etc/hosts: what is elsewhere is never fetched."),
        ("../boxes.yaml", "$ref ../boxes.yaml leads out of service. Copy it beside the contract."),
        ("paths/%2e%2e/../../boxes.yaml", "$ref paths/%2e%2e/../../boxes.yaml leads out of service."),
        ("/etc/hosts", "$ref /etc/hosts leads out of service."),
        ("outside.yaml", "outside.yaml leads out of service. Copy it beside the contract."),
        ("#/paths/~1boxes", "$ref #/paths/~1boxes leads back to itself."),
        ("#/openapi", "$ref #/openapi: here one of the pathItems must stand."),
    ],
)
def test_a_reference_that_is_not_followed_says_why(reference, message, contract):
    (contract.parent.parent / "boxes.yaml").write_text(PARTS["paths/boxes.yaml"])
    (contract.parent / "outside.yaml").symlink_to(contract.parent.parent / "boxes.yaml")
    contract.write_text(MAIN.replace("$ref: paths/boxes.yaml", f"$ref: '{reference}'"))

    found = mistakes(contract)
    assert any(each.startswith(f"openapi.yaml:5: {message}") for each in found), found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\na: 2\n", "paths/boxes.yaml:2: it cannot be read: line 2: a is named twice."),
        (b"a: 1\nb: \xe4\n", "paths/boxes.yaml:2: it can't be read: it is not UTF-8."),
        (b"a: [1\n", "paths/boxes.yaml:2: it cannot be read: line 2: expected ',' or ']', but got"),
    ],
)
def test_a_part_that_can_not_be_read_is_named_with_its_own_line(content, message, contract):
    (contract.parent / "paths" / "boxes.yaml").write_bytes(content)

    assert any(each.startswith(message) for each in mistakes(contract)), mistakes(contract)


def test_every_mistake_is_named_at_once_beside_references_that_lead_nowhere(contract):
    boxes = contract.parent / "paths" / "boxes.yaml"
    boxes.write_text(
        boxes.read_text()
        .replace("../openapi.yaml#/components/schemas/Box", "none.yaml")
        .replace("x-max-bytes: ", "x-max-bytes: -")
    )

    found = mistakes(contract)

    assert "paths/boxes.yaml:11: $ref none.yaml: paths/none.yaml can't be read: No such file or directory." in found
    assert any("POST /boxes: x-max-bytes is how large" in each for each in found)


def test_files_may_refer_to_each_other_in_a_circle(contract):
    colours = contract.parent / "schemas" / "colours.yaml"
    colours.write_text("Colour: {type: object, properties: {of: {$ref: Box.yaml}}}\n")

    schemas = load(contract)["components"]["schemas"]

    assert schemas["Colour_2"]["properties"]["of"] == {"$ref": "#/components/schemas/Box"}


def test_references_that_only_lead_to_each_other_are_named(contract):
    (contract.parent / "schemas" / "colours.yaml").write_text("Colour: {$ref: '#/Hue'}\nHue: {$ref: '#/Colour'}\n")

    assert any("is described by nothing but itself" in each for each in mistakes(contract))


def test_a_row_of_schemas_that_is_too_long_to_follow_is_named(contract):
    rows = "".join(f"    Row{number}: {{$ref: '#/components/schemas/Row{number + 1}'}}\n" for number in range(3000))
    contract.write_text(MAIN.replace("    Colour:", rows + "    Row3000: {type: string}\n    Colour:"))

    [found] = mistakes(contract)

    assert "more than 100 components refer to each other in a row, from one to the next" in found


def test_a_component_of_another_kind_is_none_that_may_stand_there(contract):
    contract.write_text(MAIN.replace("'#/paths/~1boxes/post/responses/200'", "'#/components/schemas/Colour'"))

    assert "openapi.yaml:12: $ref #/components/schemas/Colour: here one of the responses must stand." in mistakes(
        contract
    )


def test_what_a_value_says_is_never_a_reference(contract):
    box = contract.parent / "schemas" / "Box.yaml"
    box.write_text(box.read_text() + "example: {boxId: a, $ref: none.yaml}\nx-note: {$ref: none.yaml}\n")

    schema = load(contract)["components"]["schemas"]["Box"]

    assert schema["example"] == {"boxId": "a", "$ref": "none.yaml"}
    assert schema["x-note"] == {"$ref": "none.yaml"}


def test_an_operation_may_stand_beside_the_reference_of_its_path_but_not_twice(contract):
    operation = "{operationId: more, security: [], responses: {'204': {description: Done.}}}"
    beside = f"/boxes:\n    $ref: paths/boxes.yaml\n    METHOD: {operation}"

    contract.write_text(MAIN.replace("/boxes: {$ref: paths/boxes.yaml}", beside.replace("METHOD", "get")))
    assert load(contract)["paths"]["/boxes"].keys() == {"post", "get"}

    contract.write_text(MAIN.replace("/boxes: {$ref: paths/boxes.yaml}", beside.replace("METHOD", "post")))
    assert any("post stands beside it, too. Take one away." in each for each in mistakes(contract))


def test_a_discriminator_s_mapping_follows_its_schemas(contract):
    box = contract.parent / "schemas" / "Box.yaml"
    box.write_text(
        box.read_text() + "discriminator: {propertyName: x, mapping: {a: colours.yaml#/Colour, b: Colour}}\n"
    )

    mapping = load(contract)["components"]["schemas"]["Box"]["discriminator"]["mapping"]

    assert mapping == {"a": "#/components/schemas/Colour_2", "b": "Colour"}


def test_a_contract_in_parts_is_compared_with_what_was_committed_of_all_of_them(contract, capsys):
    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=contract.parent, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "First")
    boxes = contract.parent / "paths" / "boxes.yaml"
    boxes.write_text(boxes.read_text().replace("x-max-bytes: 1000", "x-max-bytes: 999"))

    status = check.run("HEAD", contract)

    assert status == 1
    assert "- paths/boxes.yaml:6: POST /boxes requestBody/x-max-bytes" in capsys.readouterr().out


def test_the_command_names_the_part_that_is_mistaken(contract):
    (contract.parent / "schemas" / "colours.yaml").write_text("Colour:\n  type: colour\n")

    ended = subprocess.run(
        [sys.executable, "-m", "specbound", "compile"], cwd=contract.parent, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("schemas/colours.yaml:2: components schemas Colour_2 type: 'colour' is not one of")


def test_a_part_that_has_changed_is_compiled_anew(contract):
    (contract.parent / "handlers").mkdir()
    (contract.parent / "handlers" / "router.py").touch()
    command = [sys.executable, "-c", "from specbound.compiler import current; current.run_if_changed()"]
    artefact = contract.parent / "handlers" / "compiled" / "contract.json"
    subprocess.run(command, cwd=contract.parent, check=True)
    before = artefact.read_bytes()

    boxes = contract.parent / "paths" / "boxes.yaml"
    boxes.write_text(boxes.read_text().replace("1000", "999"))
    subprocess.run(command, cwd=contract.parent, check=True)

    assert b'"max_bytes":1000' in before
    assert b'"max_bytes":999' in artefact.read_bytes()
