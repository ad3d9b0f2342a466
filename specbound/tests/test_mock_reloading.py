"""`specbound mock` goes on with a contract that is changed, with what was created; a mistake is told."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from specbound.local.background import served
from tests.editions import copied

pytestmark = [pytest.mark.slow, pytest.mark.in_process]

CONTRACTS = Path(__file__).parent / "contracts"
WAIT_SECONDS = 60
HEADERS = {"authorization": "Bearer anything"}


class Changing:
    """A mock of a contract that is changed under it."""

    def __init__(self, url: str, contract: Path, log: Path) -> None:
        self.client = httpx.Client(base_url=url, headers=HEADERS, timeout=WAIT_SECONDS)
        self._contract, self._log = contract, log

    def change(self, old: str, new: str, part: str = "") -> str:
        """What the mock says of a change of its contract, or of a part of it."""
        file = self._contract.parent / part if part else self._contract
        since, text = len(self._log.read_text()), file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
        deadline = time.monotonic() + WAIT_SECONDS
        while not re.search(r"changed(:|, and the mock).*\n(.+\n)*", said := self._log.read_text()[since:]):
            assert time.monotonic() < deadline, said
            time.sleep(0.05)
        return said


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changing]:
    folder = tmp_path_factory.mktemp("orders")
    contract = Path(shutil.copy(CONTRACTS / "mocked.yaml", folder))
    with served(folder / "log", str(contract), command="mock") as url:
        yield Changing(f"{url}/v1", contract, folder / "log")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changing]:
    folder = tmp_path_factory.mktemp("books")
    contract = copied(folder) / "openapi.yaml"
    with served(folder / "log", str(contract), command="mock") as url:
        yield Changing(url, contract, folder / "log")


def test_what_was_created_has_what_the_contract_asks_for_since(orders: Changing) -> None:
    made = orders.client.post("/orders", json={"title": "Coffee", "pieces": 3}).raise_for_status()

    said = orders.change("\n        state: {", "\n        urgent: { type: boolean, example: true }\n        state: {")
    said += orders.change("required: [orderId, title,", "required: [urgent, orderId, title,")

    assert said.count("changed: the mock serves it now, with the data that it has.") == 2
    shown = orders.client.get(f"/orders/{made.json()['orderId']}").json()
    assert shown == made.json() | {"urgent": True}


def test_a_mistake_is_told_with_its_line_while_what_was_before_serves_on(orders: Changing) -> None:
    made = orders.client.post("/orders", json={"title": "Tea", "pieces": 1}).raise_for_status().json()

    told = orders.change("openapi: 3", "openapi: [3")

    assert "and the mock serves on as it was:" in told
    assert re.search(r"mocked.yaml:\d+: ", told)
    assert orders.client.get(f"/orders/{made['orderId']}").json() == made
    assert "serves it now" in orders.change("openapi: [3", "openapi: 3")
    assert orders.client.get(f"/orders/{made['orderId']}").json() == made


def test_what_the_engine_serves_stays_and_a_part_is_watched_too(books: Changing) -> None:
    latest = books.client.post("/v2/books", json={"title": "Emma", "author": "Jane Austen"}).raise_for_status().json()
    earlier = books.client.post("/v1/books", json={"name": "Odes"}).raise_for_status()

    said = books.change("maxLength: 100 }", "maxLength: 90 }", part="v1/openapi.yaml")

    assert "v1/openapi.yaml changed: the mock serves it now" in said
    assert books.client.get(f"/v2/books/{latest['bookId']}").json() == latest
    assert books.client.get(f"/v1/books/{earlier.json()['bookId']}").json() == earlier.json()
    assert books.client.post("/v1/books", json={"name": "x" * 91}).status_code == 400


def test_a_version_that_ends_says_so_as_the_engine_does(books: Changing) -> None:
    headers = books.client.get("/v1/books").headers

    assert headers["deprecation"] == "@1769817600"
    assert headers["sunset"] == "Sun, 31 Jan 2027 00:00:00 GMT"
