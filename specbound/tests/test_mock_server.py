"""What somebody sees who writes a front end against `specbound mock`, over HTTP."""

import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from specbound.compiler.document import load
from specbound.local.background import served
from specbound.testing.referee import Referee

pytestmark = [pytest.mark.slow, pytest.mark.in_process]

CONTRACTS = Path(__file__).parent / "contracts"
ORDER = {"title": "Coffee", "pieces": 3}


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("mock") / "log"


@pytest.fixture(scope="module")
def url(log):
    with served(log, str(CONTRACTS / "mocked.yaml"), command="mock") as where:
        yield where


@pytest.fixture
def mock(url):
    with httpx.Client(base_url=f"{url}/v1", headers={"authorization": "Bearer anything"}, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def referee():
    return Referee(load(CONTRACTS / "mocked.yaml"))


def check(referee, reply):
    request = reply.request
    assert referee.objections_to_reply(
        request.method, request.url.path, reply.status_code, dict(reply.headers), reply.content
    ) == []  # fmt: skip


def place_of(created):
    """Where something new is, below the base path of the API."""
    assert created.headers["location"].startswith("/v1/")
    return created.headers["location"].removeprefix("/v1")


def test_it_says_what_it_keeps_and_what_it_answers_the_same(url, log):
    said = log.read_text()

    assert re.search(r"Kept while it runs +/v1/orders, each by its orderId: list, create, get, put, remove\n", said)
    assert "/v1/orders/{orderId}/notes, each by its noteId: list, create, remove" in said
    assert "Answered the same      1 operation: by examples" in said


def test_the_first_thing_is_that_of_the_example(mock, referee):
    reply = mock.get("/orders/7")

    assert reply.json() == {
        "orderId": 7, "title": "Tea", "pieces": 2, "state": "open", "placedAt": "2026-01-31T09:30:00Z",
    }  # fmt: skip
    assert reply.headers["etag"] == '"1"'
    check(referee, reply)


def test_what_is_created_can_be_found_listed_changed_and_removed(mock, referee):
    created = mock.post("/orders", json=ORDER)
    place = place_of(created)
    order = created.json()

    assert created.status_code == 201
    check(referee, created)
    assert order | ORDER == order and order["orderId"] != 7
    assert {*order} == {"orderId", "title", "pieces", "placedAt"}
    assert mock.get(place).json() == order
    listed = mock.get("/orders")
    check(referee, listed)
    assert order in listed.json()["orders"] and listed.json()["total"] == len(listed.json()["orders"])

    changed = mock.put(place, json={"title": "Coffee", "pieces": 4}, headers={"if-match": '"1"'})
    check(referee, changed)
    assert changed.json() == order | {"pieces": 4} and changed.headers["etag"] == '"2"'
    assert mock.put(place, json=ORDER, headers={"if-match": '"1"'}).status_code == 412

    assert mock.delete(place).status_code == 204
    assert mock.get(place).status_code == 404 and mock.delete(place).status_code == 404


def test_what_is_sent_again_under_its_key_is_done_once(mock):
    key = {"idempotency-key": "a-key"}
    first = mock.post("/orders", json=ORDER, headers=key)
    total = mock.get("/orders").json()["total"]

    again = mock.post("/orders", json=ORDER, headers=key)
    other = mock.post("/orders", json=ORDER | {"pieces": 9}, headers=key)
    failed = mock.post("/orders", json=ORDER, headers=key | {"prefer": "code=409"})

    assert first.status_code == 201
    assert (again.json(), again.headers["location"]) == (first.json(), first.headers["location"])
    assert (other.status_code, failed.status_code) == (422, 409)
    assert mock.get("/orders").json()["total"] == total


def test_a_list_has_the_part_and_the_filters_that_are_asked_for(mock):
    for state in ("sent", "closed", "closed"):
        mock.post("/orders", json=ORDER | {"state": state})

    closed = mock.get("/orders", params={"state": "closed"}).json()
    first = mock.get("/orders", params={"limit": 1}).json()["orders"]
    second = mock.get("/orders", params={"limit": 1, "offset": 1}).json()["orders"]

    assert {each["state"] for each in closed["orders"]} == {"closed"} and closed["total"] >= 2
    assert mock.get("/orders", params={"state": "closed", "limit": 1}).json()["total"] == closed["total"]
    assert [*first, *second] == mock.get("/orders").json()["orders"][:2]


def test_things_below_others_are_kept_with_these_and_go_with_them(mock, referee):
    orders = [place_of(mock.post("/orders", json=ORDER)) for _ in range(2)]
    before = mock.get(f"{orders[1]}/notes").json()

    note = mock.post(f"{orders[0]}/notes", json={"note": {"text": "Ring twice."}})

    check(referee, note)
    assert note.json()["note"]["text"] == "Ring twice."
    assert str(note.json()["note"]["orderId"]) == orders[0].rpartition("/")[2]
    assert note.json()["note"] in mock.get(f"{orders[0]}/notes").json()
    assert mock.get(f"{orders[1]}/notes").json() == before
    mock.delete(orders[0])
    assert mock.get(f"{orders[0]}/notes").status_code == 404


def test_a_thing_with_the_key_of_one_that_is_gone_has_nothing_of_it(mock):
    gone = place_of(mock.post("/orders", json=ORDER))
    note = mock.post(f"{gone}/notes", json={"note": {"text": "Ring twice."}}).json()["note"]
    mock.delete(gone)

    assert place_of(mock.post("/orders", json=ORDER)) == gone
    assert note not in mock.get(f"{gone}/notes").json()


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("POST", "/orders", {"json": {"title": ""}}, 400),
        ("POST", "/orders", {"content": b"<order/>", "headers": {"content-type": "application/xml"}}, 415),
        ("GET", "/orders?limit=0", {}, 400),
        ("GET", "/orders", {"headers": {"authorization": ""}}, 401),
        ("POST", "/orders", {"json": ORDER, "headers": {"authorization": "Bearer local-read"}}, 403),
        ("PATCH", "/orders", {}, 405),
        ("GET", "/nowhere", {}, 404),
        ("GET", "/motto", {"headers": {"accept": "video/mp4"}}, 406),
        ("HEAD", "/orders", {}, 200),
    ],
)
def test_a_request_is_refused_as_the_service_would_refuse_it(mock, method, path, options, status):
    assert mock.request(method, path, **options).status_code == status


def test_each_media_type_can_be_had(mock, referee):
    assert mock.get("/motto", headers={"accept": "text/plain"}).text == "Contracts first."
    made = mock.get("/motto", headers={"accept": "application/json"})
    assert re.fullmatch("[A-Z]{3}-[0-9]{4}", made.json()["motto"])
    assert mock.get("/motto", headers={"accept": "image/png"}).content.startswith(b"\x89PNG")


def test_an_error_comes_on_demand_as_the_contract_tells_it(mock, referee):
    taken = mock.post("/orders", json=ORDER, headers={"prefer": "code=409"})
    closed = mock.post("/orders", json=ORDER, headers={"prefer": "code=423"})
    other = mock.post("/orders", json=ORDER, headers={"prefer": "code=503"})

    assert taken.status_code == 409 and taken.headers["preference-applied"] == "code=409"
    assert taken.json()["type"] == "urn:problem-type:out-of-stock"
    check(referee, taken)
    check(referee, closed)
    assert closed.json() == {"until": "until"}
    assert other.status_code == 503 and other.json()["title"] == "Service Unavailable"
    assert int(other.headers["retry-after"]) >= 0


def test_an_example_comes_by_its_name_and_one_that_breaks_the_contract_does_not(mock):
    def asked(prefer):
        return mock.post("/orders", json=ORDER, headers={"prefer": prefer})

    assert asked('code=422, example="too few"').json() == {"error": "One, at least."}
    assert asked('example="too many"').status_code == 422
    assert asked("code=422").json() == {"error": "There are only three."}
    assert asked("example=wrong, code=422").json().keys() == {"error"}


def test_data_is_made_on_demand_and_is_the_same_for_the_same_request(mock, referee):
    made = [mock.get(f"/orders/{number}", headers={"prefer": "dynamic=true"}) for number in (7, 7, 8)]

    check(referee, made[0])
    assert made[0].headers["preference-applied"] == "dynamic=true"
    assert made[0].json() == made[1].json() != made[2].json()
    assert made[0].json()["orderId"] == 7 and made[0].json()["title"] != "Tea"


def test_what_can_not_be_done_is_ignored_and_told_or_refused_if_that_is_asked_for(mock, log):
    ignored = mock.get("/orders/7", headers={"prefer": "code=418"})
    refused = mock.get("/orders/7", headers={"prefer": "code=418, handling=strict"})

    assert ignored.status_code == 200 and "preference-applied" not in ignored.headers
    assert "GET /v1/orders/7: Prefer: code=418 is not declared: 200" in log.read_text()
    assert refused.status_code == 400 and refused.json()["errors"][0]["pointer"] == "/prefer"


def test_a_reply_is_late_on_demand(mock):
    start = time.monotonic()
    reply = mock.get("/orders/7", headers={"prefer": "delay=300ms"})

    assert time.monotonic() - start >= 0.3
    assert reply.headers["preference-applied"] == "delay=300ms"


def test_a_page_of_any_origin_may_call_and_ask(url):
    asks = {"origin": "http://localhost:5173", "access-control-request-method": "POST"}
    preflight = httpx.options(f"{url}/v1/orders", headers=asks)
    reply = httpx.get(f"{url}/v1/motto", headers={"origin": "http://localhost:5173"})

    assert preflight.status_code == 204
    assert {"prefer", "authorization", "content-type"} <= {
        *preflight.headers["access-control-allow-headers"].split(", ")
    }
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "preference-applied" in reply.headers["access-control-expose-headers"]


def test_a_browser_is_led_to_the_docs_page(url):
    page = httpx.get(url, headers={"accept": "text/html"}, follow_redirects=True)

    assert page.url.path == "/docs" and "<title>Shop" in page.text


def test_the_engine_serves_tables_of_which_it_can_serve_all(tmp_path):
    log = tmp_path / "log"
    with (
        served(log, str(CONTRACTS / "shelf.yaml"), "--latency", "50ms", command="mock") as where,
        httpx.Client(base_url=f"{where}/v2", timeout=60) as mock,
    ):
        created = mock.post("/books", json={"title": "Emma", "genre": "novel"})
        start = time.monotonic()
        found = mock.get(created.headers["location"].removeprefix("/v2"))

        assert "Served by the engine   books" in log.read_text()
        assert time.monotonic() - start >= 0.05
        assert created.status_code == 201, created.text
        assert found.json() == created.json()
        assert created.json() in mock.get("/books").json()["items"]


def test_a_table_of_which_functions_write_is_kept_by_the_mock(tmp_path):
    log = tmp_path / "log"
    contract = Path(__file__).parents[2] / "openapi.yaml"
    with (
        served(log, str(contract), command="mock") as where,
        httpx.Client(base_url=where, headers={"authorization": "Bearer x"}, timeout=60) as mock,
    ):
        first = mock.get("/users").json()["items"]
        created = mock.post("/users", json={"name": "Bo Li", "email": "bo@example.com"})

        assert mock.get(created.headers["location"]).json() == created.json()
        assert mock.get("/users").json()["items"] == [*first, created.json()]
        assert len(first) == 1 and "ERROR" not in log.read_text()


@pytest.mark.parametrize("command", [["mock"], ["proxy", "http://127.0.0.1:1"]])
def test_a_contract_that_is_not_there_is_told_in_a_line(command, tmp_path):
    options = [sys.executable, "-m", "specbound", *command, str(tmp_path / "nowhere.yaml")]
    done = subprocess.run(options, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("nowhere.yaml: there is no such file.") and done.stderr.count("\n") == 1


def test_nothing_is_kept_where_nothing_shall_be(tmp_path):
    with (
        served(tmp_path / "log", str(CONTRACTS / "mocked.yaml"), "--stateless", command="mock") as where,
        httpx.Client(base_url=f"{where}/v1", headers={"authorization": "Bearer x"}, timeout=60) as mock,
    ):
        assert mock.delete("/orders/7").status_code == 204
        assert mock.get("/orders/7").json()["title"] == "Tea"
        assert mock.get("/orders/8").status_code == 200
