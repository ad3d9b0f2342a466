"""`specbound fuzz`: green where a service keeps its contract, and red where it does not, or where nobody was let in."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from specbound import template

pytestmark = pytest.mark.slow

FEW = ("--examples", "10", "--seed", "7")
CONTRACT = """
openapi: 3.0.3
info: { title: Mottoes, version: 1.0.0 }
security: [{ token: [mottoes/read] }]
paths:
  /mottoes/{number}:
    get:
      operationId: get_motto
      parameters:
        - { name: number, in: path, required: true, schema: { type: integer, minimum: 1, maximum: 9 } }
      responses:
        '200':
          description: One motto.
          content:
            application/json:
              schema:
                type: object
                additionalProperties: false
                required: [motto]
                properties: { motto: { type: string, maxLength: 100 } }
components:
  securitySchemes:
    token: { type: oauth2, flows: { clientCredentials: { tokenUrl: /token, scopes: { mottoes/read: Read. } } } }
"""
MOTTO = '''"""Mottoes."""

import time
from http import HTTPStatus

from specbound import Request, Response


def get_motto(request: Request) -> Response:
    return Response(HTTPStatus.OK, {"motto": "Contracts first."})
'''
ROUTER = '''"""The entry point."""

from pathlib import Path

from handlers import mottoes
from specbound import Api, Contract

lambda_handler = Api(Contract.load(Path(__file__).parent / "compiled"), [mottoes])
'''


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A small service that keeps its contract, with the configuration that each new one has."""
    folder = tmp_path / "mottoes"
    (folder / "handlers").mkdir(parents=True)
    (folder / "openapi.yaml").write_text(CONTRACT, encoding="utf-8")
    (folder / "handlers" / "router.py").write_text(ROUTER, encoding="utf-8")
    shutil.copy(template.SERVICE / "schemathesis.toml", folder)
    plant(folder, "", "")
    return folder


def plant(folder: Path, right: str, wrong: str) -> None:
    assert right in MOTTO
    (folder / "handlers" / "mottoes.py").write_text(MOTTO.replace(right, wrong, 1), encoding="utf-8")


def fuzz(service: Path, *options: str, token: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {name: each for name, each in os.environ.items() if name != "API_TOKEN"}
    environment |= {"API_TOKEN": token} if token else {}
    return subprocess.run(
        [sys.executable, "-m", "specbound", "fuzz", *options],
        cwd=service, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_a_service_that_keeps_its_contract_is_green_and_its_reports_are_written(service: Path) -> None:
    done = fuzz(service, *FEW)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Seed: 7\b", done.stdout)
    reports = service / "build" / "fuzz"
    found = json.loads((reports / "report.json").read_text(encoding="utf-8"))
    assert found["seed"] == 7
    assert {name: each["status"] for name, each in found["phases"].items()} == {
        "examples": "skip",  # it has none,
        "coverage": "success",
        "fuzzing": "success",
        "stateful": "skip",  # and no links
    }
    assert found["operations"]["tested"] == 1
    assert "<html" in (reports / "html" / "index.html").read_text(encoding="utf-8")
    assert ElementTree.parse(reports / "junit.xml").getroot().get("failures") == "0"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('{"motto": "Contracts first."}', '{"motto": "Contracts first.", "author": "Ada"}'),
        ("HTTPStatus.OK", "HTTPStatus.ACCEPTED"),
        ('"Contracts first."', '"Contracts first." * (100 if request.parameters["number"] == 9 else 1)'),
    ],
    ids=["an undeclared member", "an undeclared status", "a reply that is too long, to one request of nine"],
)
def test_a_service_with_a_fault_is_red_and_it_is_said_how_to_see_it_again(
    service: Path, right: str, wrong: str
) -> None:
    plant(service, right, wrong)

    done = fuzz(service, *FEW)

    assert done.returncode == 1
    assert "curl" in done.stdout
    assert "GET /mottoes/{number}" in done.stdout
    assert "To send the same again: specbound fuzz --examples 10 --seed 7" in done.stderr
    assert ElementTree.parse(service / "build" / "fuzz" / "junit.xml").find(".//failure") is not None
    assert "Breach" in (service / "build" / "fuzz" / "server.log").read_text(encoding="utf-8")


def test_a_run_whose_time_is_too_short_for_all_of_it_is_red(service: Path) -> None:
    plant(service, "    return", "    time.sleep(2)\n    return")

    done = fuzz(service, "--seconds", "1")

    assert done.returncode == 1
    assert "There was no time for " in done.stderr


def test_a_run_that_nobody_was_let_into_is_red(service: Path) -> None:
    done = fuzz(service, *FEW, token="nobody")

    assert done.returncode == 1
    assert "Almost nobody was let into GET /mottoes/{number}" in done.stderr


def test_who_names_an_api_is_told_that_it_needs_a_token(service: Path) -> None:
    done = fuzz(service, "http://127.0.0.1:9")

    assert done.returncode == 1
    assert done.stderr == ("schemathesis.toml sends a token: API_TOKEN=… specbound fuzz http://127.0.0.1:9\n")


def test_a_service_that_keeps_its_contract_is_green_in_process_and_what_is_done_is_not_done_again(
    service: Path,
) -> None:
    # What is done is of one code, as git knows it.
    subprocess.run(["git", "init", "-q"], cwd=service, check=True)
    (service / ".gitignore").write_text("build\nhandlers/compiled\n__pycache__\n.hypothesis\n", encoding="utf-8")

    first = fuzz(service, "--cases", "20", "--seed", "7", "--jobs", "1")
    seeds = service / "build" / "fuzz" / "seeds.jsonl"
    kept = [json.loads(line) for line in seeds.read_text(encoding="utf-8").splitlines()]
    # Whoever does it again finds another number.
    kept[0]["found"]["cases"] = 54_321
    seeds.write_text("".join(f"{json.dumps(each)}\n" for each in kept), encoding="utf-8")
    second = fuzz(service, "--cases", "20", "--seed", "7", "--jobs", "1")

    assert first.returncode == 0, first.stdout + first.stderr
    assert re.fullmatch(r"\d+ cases, \d seeds, 1 operations\n", first.stdout)
    assert second.stdout == "54,321 cases, 1 seeds, 1 operations\n"
    assert [json.loads(line) for line in seeds.read_text(encoding="utf-8").splitlines()] == kept
    assert kept[0]["seed"] == 7


def test_a_service_with_a_fault_is_red_in_process_and_its_seed_is_said(service: Path) -> None:
    plant(service, "HTTPStatus.OK", "HTTPStatus.ACCEPTED")

    done = fuzz(service, "--cases", "1", "--seed", "17", "--jobs", "1")

    assert done.returncode == 1
    assert "seed 17: " in done.stderr
    assert "curl" in done.stderr
    assert "One again: specbound fuzz --cases 1 --seed 17" in done.stderr


def test_a_service_that_nobody_was_let_into_is_red_in_process(service: Path) -> None:
    (service / "openapi.yaml").write_text(
        CONTRACT.partition("    token: {")[0].replace("token: [mottoes/read]", "key: []")
        + "    key: { type: apiKey, in: header, name: x-key }\n",
        encoding="utf-8",
    )
    router = ROUTER.replace("[mottoes]", '[mottoes], authenticate={"key": lambda credential: None}')
    (service / "handlers" / "router.py").write_text(router, encoding="utf-8")

    done = fuzz(service, "--cases", "1", "--jobs", "1")

    assert done.returncode == 1
    assert "Nobody was let into GET /mottoes/{number}." in done.stderr


def test_cases_are_not_sent_to_a_url(service: Path) -> None:
    done = fuzz(service, "http://127.0.0.1:9", "--cases", "5", token="local")

    assert done.returncode == 1
    assert done.stderr.startswith("--cases are tried in this process")


def test_a_service_without_a_configuration_is_told_so(service: Path) -> None:
    (service / "schemathesis.toml").unlink()

    assert "There is no schemathesis.toml here" in fuzz(service).stderr


def test_a_service_that_does_not_start_is_told_with_the_reason(service: Path) -> None:
    plant(service, "get_motto", "another")

    assert "operation get_motto has no function" in fuzz(service).stderr
