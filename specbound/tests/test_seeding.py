"""Seed data: what seed.json has is created once, by the API's own operations, locally and where it is deployed."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from specbound.failures import Failed
from specbound.operating import seeding
from specbound.operating.seeding import Created

HERE = Path(__file__).parent
SEED: dict[str, list[Any]] = {
    "/books": [{"title": "Emma", "genre": "novel"}, {"title": "Odes"}],
    "/books/{books[1].bookId}/notes": [{"text": "Read it aloud."}],
}
NOTES = """
  /books/{id}/notes:
    parameters: [{ name: id, in: path, required: true, schema: { type: string, format: uuid } }]
    post:
      operationId: addNote
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
      responses:
        '201': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
        default: { $ref: '#/components/responses/Failure' }
  /books/{id}/notes/{text}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string, format: uuid } }
      - { name: text, in: path, required: true, schema: { type: string, maxLength: 99 } }
    get:
      responses:
        '200': { description: It., content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
        default: { $ref: '#/components/responses/Failure' }
components:
"""
NOTE = """
  schemas:
    Note:
      type: object
      required: [bookId, text]
      properties:
        bookId: { type: string, format: uuid, readOnly: true }
        text: { type: string, minLength: 1, maxLength: 99 }
"""
TABLE = """
  notes:
    item: '#/components/schemas/Note'
    hash_key: bookId
    range_key: text
    attributes: { bookId: S, text: S }
    actions: [GetItem, PutItem]
"""


@pytest.fixture
def service(tmp_path: Path) -> Path:
    text = (HERE / "contracts" / "shelf.yaml").read_text()
    text = text.replace("components:\n", NOTES, 1).replace("\n  schemas:\n", NOTE, 1)
    (tmp_path / "openapi.yaml").write_text(text + TABLE)
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "router.py").write_text(
        "from pathlib import Path\nfrom specbound import Api, Contract\n"
        "lambda_handler = Api(Contract.load(Path(__file__).parent / 'compiled'), [])\n"
    )
    (tmp_path / "seed.json").write_text(json.dumps(SEED))
    return tmp_path


@pytest.fixture
def served(service: Path) -> Iterator[str]:
    """The address of the service, empty."""
    command = [sys.executable, "-m", "specbound", "run", "--port", "0", "--empty", "--anonymous"]
    with subprocess.Popen(command, cwd=service, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield next(line.split()[-1] for line in process.stdout if "answers on" in line)
        process.terminate()


def seed(service: Path, url: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "specbound", "seed", url]
    return subprocess.run(command, cwd=service, capture_output=True, text=True, check=False, env={**os.environ})


def titles(url: str) -> list[str]:
    return [each["title"] for each in httpx.get(f"{url}/v2/books").json()["items"]]


def test_it_is_created_once_however_often_it_is_asked_for(service: Path, served: str) -> None:
    first = seed(service, served)
    second = seed(service, served)
    [record] = (service / "build" / "seed").iterdir()
    record.unlink()
    third = seed(service, served)

    assert (first.returncode, first.stdout.partition(".")[0]) == (0, "3 created, 0 there already"), first.stderr
    assert second.stdout.startswith("0 created, 3 there already. build/seed/http-127.0.0.1-")
    # The keys are known to the API for a day.
    assert third.returncode == 0, third.stderr
    assert titles(served) == ["Odes", "Emma"]


def test_what_is_added_is_created_and_a_command_that_was_ended_goes_on(service: Path, served: str) -> None:
    whole = json.loads((service / "seed.json").read_text())
    whole["/books"].append({"title": 5})
    (service / "seed.json").write_text(json.dumps(whole))

    failed = seed(service, served)
    whole["/books"][2] = {"title": "Ulysses"}
    (service / "seed.json").write_text(json.dumps(whole))
    done = seed(service, served)

    assert failed.returncode == 1
    assert re.fullmatch("/books 2 was not created: 400 .*\n", failed.stderr)
    assert done.stdout.startswith("2 created, 2 there already.")
    assert titles(served) == ["Ulysses", "Odes", "Emma"]


def test_make_run_begins_with_it(service: Path) -> None:
    command = [sys.executable, "-m", "specbound", "run", "--port", "0", "--anonymous"]
    with subprocess.Popen(command, cwd=service, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = next(line.split()[-1] for line in process.stdout if "answers on" in line)
        found = titles(url)
        process.terminate()

    assert found == ["Odes", "Emma"]


WRONG = [
    ("[]", "has lists of bodies by the paths where they are created"),
    ('{"/books": {}}', "has lists of bodies"),
    ("{", "is no JSON"),
]


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "seed.json").write_text(text)

    with pytest.raises(Failed, match=why):
        seeding.things(tmp_path / "seed.json")


def test_a_line_that_was_not_written_to_its_end_is_passed_over(tmp_path: Path) -> None:
    created, thing = Created(tmp_path / "record"), seeding.Thing("/books", 0, {})
    created.add(thing, {"id": 1})
    with (tmp_path / "record").open("a") as file:
        file.write('{"digest": "a')

    assert Created(tmp_path / "record").answer(thing) == {"id": 1}
