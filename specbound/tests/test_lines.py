"""The line of each request that the local server writes: a row in a terminal, JSON for whatever else reads it."""

import io
import json
import re

import boto3
import pytest

from specbound.local.calls import Calls
from specbound.local.gateway import Gateway
from specbound.local.in_process import InProcess
from specbound.local.lines import Lines
from specbound.local.listening import wrapped
from specbound.testing.callers import caller
from tests.subject import lambda_handler

pytestmark = pytest.mark.in_process

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
COLOUR = re.compile("\033\\[[0-9;]*m")
NOBODY = "/users/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def written(client, monkeypatch):
    """Has requests answered by an API whose lines go to `out`, and returns what was written there."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    before = lambda_handler.journal
    # The same for every journal of a process.
    handler = before.logger.registered_handler
    formatter = handler.formatter

    def write(out, *requests, shows=True):
        lines = Lines(Calls(), shows=shows, out=out)
        app = Gateway(lambda_handler)
        app.tell(lines)
        with wrapped(lines.calls.heard), caller() as sender:
            sender._transport = InProcess(app)
            for method, path, body in requests:
                sender.request(method, path, json=body)
        return out.getvalue().splitlines()

    yield write
    lambda_handler.journal = before
    handler.setFormatter(formatter)


def test_a_row_has_the_operation_its_status_and_what_it_took(written):
    rows = written(Terminal(), ("POST", "/users", ADA), ("GET", NOBODY, None), ("GET", "/nowhere", None))

    plain = [COLOUR.sub("", row).split() for row in rows]
    assert [row[1] for row in plain] == ["201", "404", "404"]
    # A transaction of two items with two indexes; a consistent read; nothing.
    assert [row[3:] for row in plain] == [
        ["-", "6", "create_user", "POST", "/users"],
        ["1", "-", "get_user", "GET", NOBODY],
        ["-", "-", "-", "GET", "/nowhere"],
    ]
    assert all(float(row[2]) >= 0 for row in plain)


def test_rows_are_aligned_below_their_head_and_coloured_by_status(written):
    out = Terminal()
    rows = written(out, ("POST", "/users", ADA), ("POST", "/users", {}))
    head = COLOUR.sub("", Lines(Calls(), out=out).head())

    assert [re.search("\033\\[(3.)m(...)", row).groups() for row in rows] == [("32", "201"), ("33", "400")]
    plain = [COLOUR.sub("", row) for row in rows]
    assert {row.index("create_user") for row in plain} == {head.index("request")}
    assert {len(row) for row in plain} == {len(plain[0])}


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_whoever_wants_no_colours_gets_none(written, monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)

    [row] = written(Terminal(), ("GET", "/users", None))

    assert "\033" not in row
    assert "list_users" in row


def test_a_path_does_nothing_to_the_terminal(written):
    [row] = written(Terminal(), ("GET", "/users/%1B%5B2J", None))

    assert "\033[2J" not in row
    assert "/users/?[2J" in row


def test_a_program_reads_a_line_of_json_for_each_request(written):
    created, refused = map(json.loads, written(io.StringIO(), ("POST", "/users", ADA), ("POST", "/users", ADA)))

    assert (created["operation"], created["status"]) == ("create_user", 201)
    assert (created["method"], created["path"], created["writeUnits"]) == ("POST", "/users", 6)
    assert created["requestId"]
    assert created["latencyMs"] >= 0
    assert refused["status"] == 409


def test_who_wants_no_lines_gets_none(written):
    assert written(Terminal(), ("GET", "/users", None), shows=False) == []
    assert Lines(Calls(), shows=False, out=Terminal()).head() == ""


def test_a_terminal_shows_a_traceback_as_python_writes_it_below_the_operations_name(written, caplog):
    boto3.client("dynamodb").delete_table(TableName="local-users")

    written(Terminal(), ("GET", NOBODY, None))

    [failure] = [record for record in caplog.records if record.message == "failed"]
    logged = lambda_handler.journal.logger.registered_handler.format(failure)
    assert re.match("ERROR failed in get_user  requestId=.+\nTraceback [(]most recent call last[)]:\n  File ", logged)
    assert logged.splitlines()[-1].startswith("specbound.store.attempts.DatabaseError: GetItem: ResourceNotFound")
