"""Clients of a contract that keeps no house rule: base paths, any operationId or none, and ranges of statuses."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specbound.clients import python_client, typescript_client
from specbound.compiler.document import load

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

NOTES = Path(__file__).parents[1] / "notes"
SCRIPT = """
import sys
from notes_client import Client, NotFound

with Client(sys.argv[1], token="local") as client:
    note = client.notes.post(text="Buy tea.")
    assert client.notes.get_by_id(note.note_id).text == "Buy tea."
    assert client.notes.import_(note.note_id, text="Buy milk.").to_dict() == {"text": "Buy milk."}
    assert client.notes.list() == []
    assert client.notes.list(limit=0) is None
    try:
        client.notes.get_by_id("none")
    except NotFound as error:
        assert error.status == 404
    else:
        sys.exit("There is no such note.")
"""


@pytest.fixture(scope="module")
def notes_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    ignored = shutil.ignore_patterns("compiled", "__pycache__")
    service = shutil.copytree(NOTES, tmp_path_factory.mktemp("notes") / "notes", ignore=ignored)
    command = [sys.executable, "-m", "specbound", "run", "--port", "0"]
    environment = {"PATH": os.environ["PATH"]}
    with subprocess.Popen(command, cwd=service, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield next(line.split()[-1] for line in process.stdout if "answers on" in line)
        process.terminate()


def test_the_python_client_calls_each_operation_where_it_is(notes_url: str, tmp_path: Path) -> None:
    python_client.build(load(NOTES / "openapi.yaml"), tmp_path)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "python")}

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, notes_url], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_typescript_client_has_the_paths_as_they_are_called(node: str, tmp_path: Path) -> None:
    typescript_client.build(load(NOTES / "openapi.yaml"), tmp_path)

    types = (tmp_path / "typescript" / "src" / "schema.ts").read_text(encoding="utf-8")
    operations = (tmp_path / "typescript" / "src" / "operations.ts").read_text(encoding="utf-8")
    assert all(f'"{path}": {{' in types for path in ("/v1/notes", "/v1/notes/{noteId}", "/admin/notes/{noteId}"))
    assert '"POST /v1/notes"' in operations
