"""What a new version is asked before callers meet it, and when it is taken for worse than the one before."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from specbound.compiled import read
from specbound.deploy.smoke import Callers, Question, Unfit, questions
from specbound.deploy.watch import Count, complaint, is_worse


def test_it_is_asked_what_needs_no_parameter_and_changes_nothing() -> None:
    asked = {each.path: each.scopes for each in questions(read())}

    # Not /inventory, which needs products to look for, nor the docs page, which can be switched off.
    assert asked == {
        "/users": ("users/read",),
        "/products": ("products/read",),
        "/health": None,
        "/openapi.json": None,
    }


@contextmanager
def api(*statuses: int) -> Iterator[tuple[str, list[str]]]:
    """Where an API answers with these, one after the other and the last for ever; and which paths it was asked for."""
    left, paths = list(statuses), list[str]()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()


HEALTH, DATA, CONTRACT = Question("/health", None), Question("/users", ("users/read",)), Question("/openapi.json", None)


@pytest.mark.parametrize(("share", "times"), [(0.5, 10), (0.1, 66), (0.01, 688)])
def test_the_smaller_its_share_the_more_often_the_api_is_called_until_it_has_answered(share: float, times: int) -> None:
    with api(200) as (url, paths):
        assert Callers(url, [HEALTH, DATA, CONTRACT]).call_until_reached(share, lambda: None) == times
        assert (paths.count("/health"), paths.count("/openapi.json"), len(paths)) == (times / 2, times / 2, times)


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_a_caller_who_is_answered_otherwise_than_asked_says_so(status: int) -> None:
    with api(200, status) as (url, _), pytest.raises(Unfit, match=f"the API answered GET /health with {status}"):
        Callers(url, [HEALTH]).call_until_reached(0.5, lambda: None)


def test_a_caller_who_is_throttled_or_finds_nothing_public_says_nothing_against_a_version() -> None:
    with api(429, 200) as (url, _):
        Callers(url, [HEALTH]).call()
    with api(404) as (url, paths):
        Callers(url, [DATA]).call()
        assert paths == ["/"]
    with api(502) as (url, _), pytest.raises(Unfit, match="the API answered GET / with 502"):
        Callers(url, [DATA]).call()


def test_an_api_that_is_not_there_is_no_answer() -> None:
    with api(200) as (url, _):
        pass
    with pytest.raises(Unfit, match="the API did not answer GET /health"):
        Callers(url, [HEALTH]).call()


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        (Count(10, 3), Count(90, 0)),
        (Count(3, 3), Count(30, 0)),
        # Lambda's count is late.
        (Count(0, 3), Count(27, 0)),
        (Count(50, 10), Count(50, 0)),
        (Count(1_000, 30), Count(9_000, 90)),
        (Count(100_000, 1_000), Count(900_000, 4_500)),
    ],
)
def test_a_version_that_has_more_faults_than_its_share_is_worse(newer: Count, older: Count) -> None:
    assert is_worse(newer, older)
    assert complaint([], 8, newer, older)


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        (Count(0, 0), Count(0, 0)),
        (Count(100, 0), Count(900, 50)),
        (Count(10, 2), Count(90, 0)),
        (Count(9, 5), Count(9, 2)),
        (Count(10, 10), Count(90, 90)),
        (Count(1_000, 12), Count(9_000, 90)),
    ],
)
def test_a_version_that_has_its_share_of_the_faults_or_a_few_is_not(newer: Count, older: Count) -> None:
    assert not is_worse(newer, older)
    assert complaint([], 8, newer, older) is None


def test_of_versions_that_are_no_worse_few_are_taken_for_it() -> None:
    chance = random.Random(1)

    def count(requests: int) -> Count:
        return Count(requests, sum(chance.random() < 0.02 for _ in range(requests)))

    assert sum(is_worse(count(200), count(1800)) for _ in range(500)) <= 15


def test_an_alarm_is_a_complaint_whatever_was_answered() -> None:
    assert complaint(["api-gateway", "api-slow"], 8, Count(5, 0), Count(5, 0)) == (
        "api-gateway and api-slow raised an alarm"
    )
