"""A contract of 5 MB: whatever is done with it takes a time that grows as it does."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from specbound.compiled import read
from specbound.compiler.compilation import compile_to
from specbound.compiler.document import Refused
from specbound.compiler.report import described

pytestmark = pytest.mark.slow

# Of a contract that is twice as long: twice the time, and a little; four times, if each part were held against each.
MOST_TIMES = 3
OPERATIONS = 2500
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


def write(file: Path, things: int) -> None:
    """A contract with two operations and a schema of each of so many things."""
    numbers = range(things)
    paths = "".join(PATH.replace("%d", str(number)) for number in numbers)
    # Each has the next as its part, but one of five: no longer chains than people write.
    schemas = "".join(
        SCHEMA.replace("%d", str(number), 1).replace("%d", str(number + 1 if number % 5 < 4 else things))
        for number in numbers
    )
    file.write_text(
        f"openapi: 3.0.3\ninfo: {{title: Many, version: '1'}}\npaths:\n{paths}components:\n  schemas:\n{schemas}"
        f"    Thing{things}: {{type: string, maxLength: 10}}\n"
    )


def seconds(do: Callable[[], object]) -> float:
    """How much of a processor it takes."""
    begun = time.process_time()
    do()
    return time.process_time() - begun


def test_a_contract_of_5_mb_takes_no_more_than_its_share(tmp_path):
    file, out = tmp_path / "openapi.yaml", tmp_path / "compiled"
    write(file, OPERATIONS // 2)
    half = seconds(lambda: compile_to(out, file))
    write(file, OPERATIONS)
    assert file.stat().st_size > LEAST_BYTES

    assert seconds(lambda: compile_to(out, file)) < MOST_TIMES * half
    assert sum("thing" in name for name in read(out)["operations"]) == 2 * OPERATIONS


def test_thousands_of_mistakes_take_no_more_than_their_share(tmp_path):
    file = tmp_path / "openapi.yaml"

    def mistakes(things: int) -> list[str]:
        write(file, things)
        file.write_text(file.read_text().replace("required: true", "requird: true"))
        with pytest.raises(Refused) as refused:
            compile_to(tmp_path / "compiled", file)
        return described(refused.value, file).splitlines()

    half = seconds(lambda: mistakes(OPERATIONS // 2))

    assert seconds(lambda: mistakes(OPERATIONS)) < MOST_TIMES * half
    assert len(mistakes(OPERATIONS)) == 2 * OPERATIONS
