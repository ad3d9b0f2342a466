"""What holds for notes, and of each reply besides what the contract promises of it."""

import httpx
import pytest

from handlers.service import contract
from specbound.local.in_process import InProcess
from specbound.testing.callers import ORIGIN, app

NOTE = {"text": "Buy tea."}


@pytest.fixture
def note(client):
    return client.post("/v1/notes", json=NOTE)


def test_a_location_leads_below_the_base_path_of_the_server(client, note):
    assert note.status_code == 201
    assert note.headers["location"] == f"/v1/notes/{note.json()['noteId']}"
    assert client.get(note.headers["location"]).json() == note.json()


@pytest.mark.parametrize("path", ["/notes", "/v2/notes", "/v1/v1/notes", "/admin/notes"])
def test_nothing_answers_elsewhere(client, path):
    assert client.get(path).status_code == 404


def test_an_operation_answers_below_the_path_of_its_own_server(client, note):
    path = f"/notes/{note.json()['noteId']}"

    assert client.put(f"/admin{path}", json=NOTE).json() == NOTE
    assert client.put(f"/v1{path}", json=NOTE).status_code == 405
    assert client.get(f"/admin{path}").status_code == 405


def test_what_says_nothing_of_security_is_public(client):
    with httpx.Client(transport=InProcess(app()), base_url=ORIGIN) as nobody:
        assert nobody.get("/v1/notes").status_code == 200


def test_a_reply_is_promised_by_its_range_or_by_the_default(client):
    assert client.get("/v1/notes").json() == []
    assert client.get("/v1/notes?limit=0").status_code == 204
    assert client.get("/v1/notes/none").json()["title"] == "Not Found"
    assert client.post("/v1/notes", json={}).json()["title"] == "Bad Request"


def test_a_request_under_a_key_is_done_once_and_its_record_kept_in_a_table_that_nobody_declared(client, dynamodb):
    first, second = (client.post("/v1/notes", json=NOTE, headers={"idempotency-key": "1"}) for _ in range(2))

    assert (second.json(), second.headers["location"]) == (first.json(), first.headers["location"])
    assert dynamodb.scan(TableName="local-notes")["Count"] == 1
    assert dynamodb.scan(TableName=contract.settings.tables["idempotency"])["Count"] == 1


def test_a_body_may_have_a_mebibyte_where_nobody_says_how_much(client):
    around = len('{"text": ""}')

    assert client.post("/v1/notes", content=b'{"text": "%b"}' % (b"a" * (2**20 - around + 1))).status_code == 413
    assert client.put("/admin/notes/none", content=b'{"text": "%b"}' % (b"a" * (2**20 - around))).status_code == 404
