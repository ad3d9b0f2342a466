"""What is at `/` and `/favicon.ico` of the local server, where the contract has no such paths."""

import json

import pytest

from specbound.local import door

ROUTES = {"GET /notes": "list_notes", "POST /notes": "create_note", "GET /v1/docs": "get_docs"}


def answer(path, accept="*/*", method="GET", routes=ROUTES):
    headers = [(b"accept", accept.encode())]
    return door.response({"type": "http", "method": method, "path": path, "headers": headers}, routes)


def test_a_browser_is_led_to_the_docs_page():
    led = answer("/", "text/html,application/xhtml+xml;q=0.9")

    assert (led.status_code, led.headers["location"]) == (307, "/v1/docs")


@pytest.mark.parametrize(("accept", "routes"), [("*/*", ROUTES), ("text/html", {"GET /notes": "list_notes"})])
def test_whoever_else_is_told_what_there_is(accept, routes):
    told = json.loads(answer("/", accept, routes=routes).body)

    assert told == {"operations": {name: route for route, name in routes.items()}}


def test_there_is_an_icon():
    assert answer("/favicon.ico").media_type == "image/svg+xml"


@pytest.mark.parametrize(
    ("path", "method", "routes"),
    [("/notes", "GET", ROUTES), ("/", "POST", ROUTES), ("/", "GET", {"GET /": "get_home"}), ("/none", "GET", ROUTES)],
)
def test_everything_else_is_the_contracts(path, method, routes):
    assert answer(path, method=method, routes=routes) is None
