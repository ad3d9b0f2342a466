"""What somebody sees who starts the API with `make run`."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from specbound.compiler.document import ROOT
from specbound.local import server as server_of_the_api
from tests.terminal import shown

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "specbound", "run", "--port"]


# Tests are quiet.
USUAL = {name: each for name, each in os.environ.items() if name != "LOG_LEVEL"}


@pytest.fixture
def server():
    process = subprocess.Popen(
        [*COMMAND, "0"], cwd=ROOT, env=USUAL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    yield process
    process.kill()
    process.communicate()


def read_until(process, end):
    text = ""
    while end not in text:
        line = process.stdout.readline()
        assert line, text
        text += line
    return text


def test_the_line_that_it_prints_works_when_pasted(server):
    welcome = read_until(server, "Ctrl-C")

    [line] = re.findall("curl .*", welcome)
    answered = subprocess.check_output(shlex.split(line), text=True)

    assert '"Ada Lovelace"' in answered


def test_a_program_that_reads_on_gets_a_line_of_json_for_each_request(server):
    welcome = read_until(server, "Ctrl-C")
    [url] = re.findall("answers on +(.*)\n", welcome)

    httpx.get(f"{url}/users", headers={"authorization": "Bearer local"})

    line = json.loads(read_until(server, "list_users").splitlines()[-1])
    assert (line["operation"], line["status"], line["readUnits"]) == ("list_users", 200, 2)


def test_a_terminal_shows_a_coloured_row_for_each_request_below_their_head():
    with shown("run", "--port", "0") as screen:
        screen.read_until("request")
        [url] = re.findall(r"answers on +(\S+)", screen.text())
        httpx.get(f"{url}/users", headers={"authorization": "Bearer local"})
        row = screen.read_until("list_users")

    assert re.search("\033\\[32m200 .* 2 +- .*list_users.*GET +/users", row)


def test_it_listens_on_this_machine_alone(server):
    welcome = read_until(server, "Ctrl-C")

    [port] = re.findall("answers on +http://127[.]0[.]0[.]1:([0-9]+)\n", welcome)
    listening = (line.split()[1:4] for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
    assert [local for local, _, state in listening if state == "0A" and local.endswith(f":{int(port):04X}")] == [
        f"0100007F:{int(port):04X}"
    ]


@pytest.mark.parametrize(
    ("routes", "said", "unsaid"),
    [
        (
            {
                "GET /v1/docs": "get_docs",
                "GET /v1/health": "get_health",
                "GET /v1/notes/{id}": "get",
                "GET /v1/notes": "all",
            },
            ["http://a/v1/docs", "curl -s http://a/v1/notes -H"],
            ["The contract"],
        ),
        (
            {"GET /openapi.json": "get_contract", "POST /notes": "note"},
            ["http://a/openapi.json"],
            ["Docs page", "curl"],
        ),
    ],
)
def test_it_says_what_the_api_has_and_where(routes, said, unsaid):
    welcome = server_of_the_api.welcome("http://a", routes)

    assert all(each in welcome for each in said)
    assert not any(each in welcome for each in unsaid)


def test_it_stops_cleanly_on_ctrl_c(server):
    read_until(server, "Ctrl-C")

    server.send_signal(signal.SIGINT)

    assert server.wait(10) == 0
    assert server.stdout.read().strip() == "Stopped."


def test_it_says_so_when_its_port_is_taken(server):
    [port] = re.findall(r"answers on .*:(\d+)", read_until(server, "Ctrl-C"))

    second = subprocess.run([*COMMAND, port], cwd=ROOT, capture_output=True, text=True, check=False)

    assert second.returncode == 1
    assert second.stderr.startswith(f"Port {port} can't be used (Address already in use).")
