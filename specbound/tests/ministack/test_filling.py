"""A backfill that is killed again and again, beside writes of the version before and of the one that has the index."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from uuid import UUID, uuid4

import pytest

from specbound.compiler.document import ROOT
from specbound.local import embedded
from specbound.store.expressions import partition_values
from specbound.store.values import decode, encode
from tests.ministack import rows
from tests.subject import contract, table_name

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

ITEMS = int(os.environ.get("BACKFILL_ITEMS", "2000"))
# MiniStack goes through a whole index for each page: with a hundred thousand items a caller's pages take hours.
MOST_IN_PAGES = 10_000
TABLE, STOCK = table_name("products"), table_name("inventory")
UNKNOWN = "unknown"
CATEGORIES = ["mice", "keyboards", "screens"]
LISTS = {"listPartition", "categoryPartition", "position"}
TIME = "2026-01-31T09:30:00.000000Z"
PROGRESS = ROOT / "build" / "backfill" / f"{TABLE}.json"
PATIENCE_SECONDS = 60


@pytest.fixture
def backfill(aws):
    """Starts the command, as an operator does."""
    environment = os.environ | embedded.environment() | aws.environment
    command = [sys.executable, "-m", "specbound", "backfill", "products", "--rate", "1000000"]
    started = []

    def start():
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        started.append(process)
        return process

    PROGRESS.unlink(missing_ok=True)
    yield start
    for process in started:
        process.kill()
        process.communicate()


def old_item(number):
    """A product as a version of the function wrote it that had no index."""
    product = {"productId": str(UUID(int=number)), "name": f"Thing {number}", "price": 1, "category": "mice"}
    return product | {"version": 1, "createdAt": TIME, "updatedAt": TIME}


def write_old(database, numbers):
    def put(some):
        stocks = [{"productId": each["productId"], "quantity": 0, "version": 1, "updatedAt": TIME} for each in some]
        for table, items in ((TABLE, some), (STOCK, stocks)):
            puts = [{"PutRequest": {"Item": encode(each)}} for each in items]
            database.batch_write_item(RequestItems={table: puts})

    groups = [range(start, min(start + 25, numbers.stop)) for start in numbers[::25]]
    with ThreadPoolExecutor(4) as writers:
        list(writers.map(lambda group: put([old_item(number) for number in group]), groups))


@contextmanager
def meanwhile(write):
    """`write` is called over and over, with a source of chance; at the end it has been called at least once."""
    stop, chance = threading.Event(), Random(8)

    def run():
        write(chance)
        while not stop.wait(0.02):
            write(chance)

    with ThreadPoolExecutor(1) as writer:
        running = writer.submit(run)
        try:
            yield
        finally:
            stop.set()
        running.result()


def old_version(database, known):
    """Writes of the version before: it creates and changes without a thought of the index. `known` are its changes."""

    def write(chance):
        product_id, category = str(UUID(int=chance.randrange(ITEMS))), chance.choice(CATEGORIES)
        database.update_item(
            TableName=TABLE,
            Key={"productId": {"S": product_id}},
            UpdateExpression="SET category = :category, #version = #version + :one",
            ExpressionAttributeNames={"#version": "version"},
            ExpressionAttributeValues={":category": {"S": category}, ":one": {"N": "1"}},
        )
        known[product_id] = category
        number = chance.randrange(ITEMS, 2**64)
        write_old(database, range(number, number + 1))
        known[str(UUID(int=number))] = "mice"

    return write


def new_version(client, known):
    """Writes of the version that has the index, through the API. Nobody knows what MiniStack did if it was late."""

    def note(reply, product_id, category):
        if reply.status_code == 503:
            known[product_id] = UNKNOWN
        elif reply.is_success:
            known[product_id] = category
        else:
            assert reply.status_code == 404

    def write(chance):
        product_id, category = str(UUID(int=chance.randrange(ITEMS))), chance.choice(CATEGORIES)
        if chance.random() < 0.2:
            note(client.delete(f"/products/{product_id}"), product_id, None)
            return
        note(client.put(f"/products/{product_id}", json={"category": category}), product_id, category)
        new = {"name": f"Thing {uuid4()}", "price": 1, "category": category}
        created = client.post("/products", json=new)
        note(created, created.json().get("productId"), category)

    return write


def ended(process, by):
    """What the process says when it has done some more items, and is sent the signal."""
    before = done()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while done() <= before:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(by)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, said


def done():
    return sum(json.loads(PROGRESS.read_bytes())["outcomes"].values()) if PROGRESS.exists() else 0


def finished(process):
    said, shown = process.communicate(timeout=3600)
    assert process.returncode == 0, shown
    return said, shown


def listed(client, **group):
    """Each item of a list, with its category: page by page, and a page that MiniStack was late for once more."""
    found, token = [], {}
    while True:
        reply = client.get("/products", params={"limit": 100} | group | token)
        if reply.status_code == 503:
            continue
        page = reply.json()
        found += [(each["productId"], each["category"]) for each in page["items"]]
        if "nextToken" not in page:
            return found
        token = {"nextToken": page["nextToken"]}


def indexed(database, index, group=None):
    """Each item of an index, with its category, from every partition that a list is read from."""
    table = contract.tables.products
    name = table.indexes[index].partition
    found = []
    for value in partition_values(table, table.indexes[index], [] if group is None else [group]):
        pages = database.get_paginator("query").paginate(
            TableName=TABLE,
            IndexName=index,
            KeyConditionExpression="#partition = :value",
            ExpressionAttributeNames={"#partition": name},
            ExpressionAttributeValues={":value": {"S": value}},
        )
        found += [(each["productId"], each["category"]) for page in pages for each in map(decode, page["Items"])]
    return found


def test_after_a_backfill_killed_three_times_beside_writes_every_item_is_listed_once(client, database, backfill):
    write_old(database, range(ITEMS))
    known = {}

    with meanwhile(old_version(database, known)):
        killed = [ended(backfill(), by) for by in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL)]
        first, shown = finished(backfill())
    assert [status for status, _ in killed] == [-signal.SIGKILL, 130, -signal.SIGKILL]
    assert "Stopped. The same command goes on from here." in killed[1][1]
    assert "products: the pass that began " in shown
    with meanwhile(new_version(client, known)):
        second, _ = finished(backfill())

    stored = {each["productId"]: each for each in rows.read(database)["products"]}
    everything = sorted((each["productId"], each["category"]) for each in stored.values())
    by_category = {name: [each for each in everything if each[1] == name] for name in CATEGORIES}
    assert sorted(indexed(database, "newest")) == everything
    assert {name: sorted(indexed(database, "by_category", name)) for name in CATEGORIES} == by_category
    if ITEMS <= MOST_IN_PAGES:
        assert sorted(listed(client)) == everything
        assert {name: sorted(listed(client, category=name)) for name in CATEGORIES} == by_category
    assert len(everything) >= ITEMS / 2
    # Nobody's change was lost, and what nobody changed is as it was, but for its lists.
    certain = {key: category for key, category in known.items() if category != UNKNOWN}
    assert {key: stored[key]["category"] if key in stored else None for key in certain} == certain
    for number in range(ITEMS):
        old = old_item(number)
        if old["productId"] not in known:
            assert {name: value for name, value in stored[old["productId"]].items() if name not in LISTS} == old
    assert "filled" in first
    assert "right already" in second
    print(first, second)
