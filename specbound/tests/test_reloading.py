"""`specbound run` goes on with what is changed, with its data; a mistake is told, and what was before serves on."""

import re
import subprocess
import sys
import time

import httpx
import pytest

from specbound.compiler.document import ROOT

pytestmark = pytest.mark.slow

SPECBOUND = [sys.executable, "-m", "specbound"]
WAIT_SECONDS = 60
PAGE = "schema: { $ref: '#/components/schemas/OrderPage' }"
HEADERS = {"authorization": "Bearer local"}


class Running:
    """A new service that runs in a folder, whose files are changed under it."""

    def __init__(self, folder):
        self.folder, self._log = folder, folder.with_suffix(".log")
        subprocess.run([*SPECBOUND, "new", "orders", "--into", folder], cwd=ROOT, check=True, capture_output=True)
        with self._log.open("wb") as output:
            command = [*SPECBOUND, "run", "--port", "0", "--empty"]
            self.process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        [url] = re.findall(r"answers on +(\S+)", self.said("Ctrl-C"))
        self.client = httpx.Client(base_url=url, headers=HEADERS, timeout=WAIT_SECONDS)

    def change(self, name, *changes):
        """What it says from then on, up to a sentence about it."""
        before = len(self._log.read_text())
        file = self.folder / name
        text = file.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
        self.said("changed", before)
        return self._log.read_text()[before:]

    def said(self, words, since=0):
        deadline = time.monotonic() + WAIT_SECONDS
        while words not in self._log.read_text()[since:]:
            assert time.monotonic() < deadline, self._log.read_text()
            assert self.process.poll() is None, self._log.read_text()
            time.sleep(0.05)
        return self._log.read_text()

    def fields(self, path):
        return self.client.get(path).raise_for_status().json()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("reloading") / "orders")
    yield running
    running.process.terminate()
    running.process.wait(WAIT_SECONDS)


@pytest.fixture
def order(running):
    return running.client.post("/orders", json={"article": "A tea pot", "pieces": 1}).raise_for_status().json()


def test_a_changed_function_answers_with_the_data_that_is_there(running, order):
    running.change("handlers/orders.py", ('"status": "open"', '"status": "shipped"'))

    new = running.client.post("/orders", json={"article": "A cup", "pieces": 2}).json()

    assert new["status"] == "shipped"
    assert running.fields(f"/orders/{order['orderId']}") == order


def test_a_changed_contract_is_served_and_shown(running, order):
    running.change("openapi.yaml", ("summary: List orders, newest first", "summary: All orders that there are"))

    assert running.fields("/openapi.json")["paths"]["/orders"]["get"]["summary"] == "All orders that there are"
    assert running.fields(f"/orders/{order['orderId']}") == order


def test_a_mistake_in_the_contract_is_told_with_its_line_while_what_was_before_serves_on(running, order):
    told = running.change("openapi.yaml", (PAGE, "schema: { $ref: '#/no' }"))

    assert "the API serves on as it was" in told
    assert re.search(r"openapi.yaml:[1-9]\d*: ", running.said("openapi.yaml:", 0))
    assert running.fields(f"/orders/{order['orderId']}") == order
    running.change("openapi.yaml", ("schema: { $ref: '#/no' }", PAGE))
    assert running.fields("/orders")["count"] >= 1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("def get_order(", "def get_orders(", "orders.get_orders: no operation of the contract has this name"),
        ("def get_order(", "def get_order(:", "handlers/orders.py:"),
        ("from handlers.service import orders", "from handlers.service import order", "can't be imported"),
        ("def _new(", "nobody\ndef _new(", "NameError: name 'nobody' is not defined"),
    ],
)
def test_a_mistake_in_a_function_is_told_while_what_was_before_serves_on(running, order, old, new, told):
    since = len(running.said("Ctrl-C"))
    running.change("handlers/orders.py", (old, new))

    assert "serves on as it was" in running.said(told, since)[since:]
    assert running.fields(f"/orders/{order['orderId']}") == order
    assert "serves it now" in running.change("handlers/orders.py", (new, old))


def test_every_mistake_is_told_at_once_that_of_the_contract_and_those_of_its_functions(running, order):
    since = len(running.said("Ctrl-C"))
    changes = [
        ("openapi.yaml", PAGE, "schema: { $ref: '#/no' }"),
        ("handlers/orders.py", "def get_order(", "def get_order(:"),
        ("handlers/service.py", "orders = Resource(", "orders = = Resource("),
    ]
    texts = {name: (running.folder / name).read_text(encoding="utf-8") for name, *_ in changes}
    for name, old, new in changes:
        (running.folder / name).write_text(texts[name].replace(old, new), encoding="utf-8")

    running.said("serves on as it was", since)
    # It may be looked at between two of the changes.
    told = running.said("handlers/service.py:", since)[since:]
    assert re.search(
        "^openapi.yaml:[0-9]+: .*\n(.*\n)*^handlers/orders.py:[0-9]+: .*\n^handlers/service.py:", told, re.MULTILINE
    )
    assert running.fields(f"/orders/{order['orderId']}") == order
    since = len(running.said("Ctrl-C"))
    for name, text in texts.items():
        (running.folder / name).write_text(text, encoding="utf-8")
    running.said("serves it now", since)


def test_what_the_linter_says_is_told_with_the_change(running):
    since = len(running.said("Ctrl-C"))
    told = running.change("openapi.yaml", ("example: { status: shipped }", "example: { status: gone }"))

    assert "serves it now" in told
    assert re.search("^openapi.yaml:[0-9]+: .*example", running.said("serves it now", since)[since:], re.MULTILINE)


def test_an_operation_without_a_function_answers_its_example_and_says_so(running, order):
    file = running.folder / "handlers/orders.py"
    function = re.search(r"def create_order.*?\n\n\n", file.read_text(encoding="utf-8"), re.DOTALL)[0]
    since = len(running.said("Ctrl-C"))
    running.change("handlers/orders.py", (function, ""))

    running.said("No function yet, so the example is answered: create_order.", since)
    reply = running.client.post("/orders", json={"article": "A cup", "pieces": 1}, headers={"idempotency-key": "k"})
    assert (reply.status_code, reply.headers["x-example"]) == (201, "there is no function yet")
    assert set(reply.json()) == set(order)
    refused = running.client.post("/orders", json={})
    assert (refused.status_code, "x-example" in refused.headers) == (400, False)
    assert "x-example" not in running.client.get("/orders").headers
    running.change("handlers/orders.py", ("def get_order", f"{function}def get_order"))


def test_a_new_index_lists_what_is_there_already(running, order):
    by_article = "by_article: { hash_key: articlePartition, range_key: position, projection: ALL, groups_by: article }"

    told = running.change(
        "openapi.yaml",
        ("    global_secondary_indexes:\n", f"    global_secondary_indexes:\n      {by_article}\n"),
        ("statusPartition: S", "statusPartition: S, articlePartition: S"),
    )

    assert "filled" in told
    assert "serves it now" in told
    assert running.fields(f"/orders/{order['orderId']}") == order
