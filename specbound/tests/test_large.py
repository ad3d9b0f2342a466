"""A contract of 5 MB: whatever is done with it takes a time that grows as it does."""

import time
from pathlib import Path

import pytest

from specbound.compiler.compilation import compile_to
from specbound.compiler.document import Refused
from specbound.compiler.report import described

pytestmark = pytest.mark.slow

LONGEST_SECONDS = 20
LEAST_BYTES = 5_000_000
MEMBER = """        member%d:
          type: string
          maxLength: 100
          description: What it says to whoever reads of it and nothing else.
"""
MEMBERS = "".join(MEMBER.replace("%d", str(number)) for number in range(10))
BODY = "content: {application/json: {schema: {$ref: '#/components/schemas/Thing%d'}}}"
PATH = f"""  /things%d/{{id}}:
    parameters:
      - {{name: id, in: path, required: true, schema: {{type: string, maxLength: 10}}}}
    get:
      operationId: get_thing%d
      security: []
      responses:
        '200': {{description: It., {BODY}}}
    put:
      operationId: put_thing%d
      security: []
      requestBody: {{x-max-bytes: 1000, {BODY}}}
      responses:
        '200': {{description: It., {BODY}}}
"""  # fmt: skip
SCHEMA = f"""    Thing%d:
      type: object
      additionalProperties: false
      properties:
        part: {{$ref: '#/components/schemas/Thing%d'}}
{MEMBERS}"""


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    numbers = range(2500)
    paths = "".join(PATH.replace("%d", str(number)) for number in numbers)
    # Each has the next as its part, but one of five: no longer chains than people write.
    schemas = "".join(
        SCHEMA.replace("%d", str(number), 1).replace("%d", str(number + 1 if number % 5 < 4 else 2500))
        for number in numbers
    )
    file = tmp_path / "openapi.yaml"
    file.write_text(
        f"openapi: 3.0.3\ninfo: {{title: Many, version: '1'}}\npaths:\n{paths}components:\n  schemas:\n{schemas}"
        "    Thing2500: {type: string, maxLength: 10}\n"
    )
    assert file.stat().st_size > LEAST_BYTES
    return file


def test_a_contract_of_5_mb_is_compiled_in_20_seconds(contract, tmp_path):
    begun = time.process_time()

    compile_to(tmp_path / "compiled", contract)

    assert time.process_time() - begun < LONGEST_SECONDS


def test_thousands_of_mistakes_are_named_in_three_times_that(contract, tmp_path):
    contract.write_text(contract.read_text().replace("required: true", "requird: true"))
    begun = time.process_time()

    with pytest.raises(Refused) as refused:
        compile_to(tmp_path / "compiled", contract)
    lines = described(refused.value, contract).splitlines()

    assert len(lines) == 2 * 2500
    assert time.process_time() - begun < 3 * LONGEST_SECONDS
