"""The survey tells which documents compile, why others do not, and where one is not kept."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from specbound.compiler.compilation import compile_to
from specbound.compiler.document import declarations
from specbound.compiler.source import parse
from specbound.survey.trial import Result, Trial

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

THINGS = """
openapi: 3.0.3
info: {title: Things, version: "1"}
paths:
  /things:
    get:
      operationId: list_things
      security: []
      parameters:
        - {name: size, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 5}}
      responses:
        "200": {description: Fine., content: {application/json: {schema: {type: object}}}}
        "400": {$ref: "#/components/responses/Problem"}
        "500": {$ref: "#/components/responses/Problem"}
components:
  responses:
    Problem: {description: No., content: {application/problem+json: {schema: {type: object}}}}
"""


def survey(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specbound", "survey", str(folder), "--requests", "10", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_documents_that_compile_are_tried_and_of_others_the_reason_is_told(tmp_path):
    (tmp_path / "things.yaml").write_text(THINGS)
    (tmp_path / "older.yaml").write_text(THINGS.replace("openapi: 3.0.3", "swagger: '2.0'"))

    done = survey(tmp_path, "--least", "50")

    assert done.returncode == 0, done.stderr
    assert "older.yaml" in done.stdout and "older.yaml:1: " in done.stdout
    assert "1 of 2 documents compile (50 %)." in done.stdout
    said = dict(line.rstrip(".").split(": ", 1) for line in done.stdout.splitlines()[-3:])
    for title in ("Valid requests accepted", "Invalid requests refused", "Replies as declared"):
        good, _, everything = said[title].partition(" of ")
        assert good == everything and int(good) > 0, done.stdout
    assert survey(tmp_path, "--least", "60").returncode == 1


SIZE = "{type: integer, minimum: 1, maximum: 5}"
TIGHT = "{application/problem+json: {schema: {type: array}}}"
LOOSE = "{application/problem+json: {schema: {type: object}}}"


@pytest.mark.parametrize(
    ("ours", "kept", "said", "broken"),
    [
        ("maximum: 5", "maximum: 1", "maximum: 5", "valid refused"),
        (SIZE, "{type: string}", SIZE, "invalid accepted"),
        (LOOSE, LOOSE, TIGHT, "undeclared"),
    ],
)
def test_a_contract_that_is_not_kept_is_noticed(tmp_path, ours, kept, said, broken):
    assert ours in THINGS
    (tmp_path / "kept.yaml").write_text(THINGS.replace(ours, kept))
    compile_to(tmp_path / "compiled", tmp_path / "kept.yaml")
    document = parse(THINGS.replace(ours, said))
    (tmp_path / "compiled" / "openapi.json").write_text(json.dumps(document))
    result = Result("things")
    trial = Trial(document, tmp_path / "compiled", result)

    for each in declarations(document):
        trial.try_operation(each, 20)

    assert result.counts[broken] > 0, result
    assert result.told
