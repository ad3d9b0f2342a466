"""What check-data finds of what is stored: every item that the contract here would not show, and nothing else."""

import json
import random
from uuid import UUID

import pytest

from specbound.compiler.document import ROOT
from specbound.failures import Failed
from specbound.operating import check_data
from specbound.store.values import encode
from tests.subject import table_name

# It writes files, so it does not run beside itself; and it takes a table away.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]

COUNT = 3000
TIME = "2026-01-31T09:30:00.000000Z"
SECRET = "ada.lovelace@example.com"
# What is the matter with each of five, and what is said of it.
MISFITS = {
    "name: is required": {"name": None},
    "name: must have at most 100 characters": {"name": SECRET * 100},
    "price: must be a number": {"price": SECRET},
    "price: must be at least 0.01": {"price": -1},
    "category: must be a string": {"category": [SECRET]},
    "version: must be a whole number": {"version": SECRET},
    "version: is required": {"version": None},
    "createdAt: is required": {"createdAt": None},
    "updatedAt: must be as described: UTC, RFC 3339, to the microsecond.": {"updatedAt": "2026-01-31T09:30:00Z"},
    "productId: must be a UUID, such as 7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d": {"productId": "no-uuid-"},
}
# What other versions leave, and this one shows all the same.
FITTING = [
    {},
    {"nickname": SECRET},
    {"~3": "token"},
    {"description": "A mouse."},
    {"description": 5},
    {"position": "x"},
]


def product(number, changes):
    item = {"productId": str(UUID(int=number)), "name": "Mouse", "price": 1, "category": "mice"}
    item |= {"version": 1, "createdAt": TIME, "updatedAt": TIME, **changes}
    return {name: value for name, value in item.items() if value is not None}


def user(number, email):
    item = {"userId": str(UUID(int=number)), "name": "Ada Lovelace", "email": email, "status": "active"}
    return item | {"version": 1, "createdAt": TIME, "updatedAt": TIME}


@pytest.fixture
def planted(dynamodb):
    """The keys of fifty items that do not fit, somewhere among three thousand that do."""
    misfits = [each for each in MISFITS.values() for _ in range(5)]
    items = [product(number, FITTING[number % len(FITTING)]) for number in range(COUNT)]
    for number, changes in enumerate(misfits, COUNT):
        items.append(product(number, changes))
        if "productId" in changes:
            items[-1]["productId"] += str(number)
    random.Random(4).shuffle(items)
    for start in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": encode(each)}} for each in items[start : start + 25]]
        dynamodb.batch_write_item(RequestItems={table_name("products"): puts})
    fitting = {str(UUID(int=number)) for number in range(COUNT)}
    return {item["productId"] for item in items} - fitting


def test_it_finds_every_misfit_and_nothing_else(planted, capsys):
    status = check_data.run(["products"], rate=1_000_000)

    said = capsys.readouterr().out
    file = ROOT / "build" / "check-data" / f"{table_name('products')}.jsonl"
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert status == 1
    assert len(found) == len(planted) == 50
    assert {each["key"] for each in found} == planted
    heading, *counts, sample = said.splitlines()
    assert heading == f"products ({table_name('products')}): 3,000 fit, 50 do not fit"
    assert sorted(line.strip() for line in counts) == sorted(f"5  {reason}" for reason in MISFITS)
    assert sample.startswith("  such as ")
    assert sample.endswith(f"; all of them are in build/check-data/{table_name('products')}.jsonl")
    assert len(set(sample.split("; all")[0].removeprefix("  such as ").split(", ")) & planted) == 5
    assert SECRET not in said + file.read_text(encoding="utf-8")


def test_it_writes_nothing(planted, dynamodb):
    def stored():
        pages = dynamodb.get_paginator("scan").paginate(TableName=table_name("products"))
        return sorted((item for page in pages for item in page["Items"]), key=lambda item: item["productId"]["S"])

    before = stored()

    check_data.run(rate=1_000_000)

    assert stored() == before


def test_what_is_to_be_unique_and_is_there_twice_is_named(client, dynamodb, capsys):
    emails = [*(f"user{number}@example.com" for number in range(60)), "User7@example.com", "USER8@example.com"]
    for start in range(0, len(emails), 25):
        users = [user(start + number, email) for number, email in enumerate(emails[start : start + 25])]
        puts = [{"PutRequest": {"Item": encode(each)}} for each in users]
        dynamodb.batch_write_item(RequestItems={table_name("users"): puts})

    status = check_data.run(["users"], rate=1_000_000)

    said = capsys.readouterr().out
    file = ROOT / "build" / "check-data" / f"{table_name('users')}.jsonl"
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    pairs = {frozenset([each["key"], *each["beside"]]) for each in found}
    assert status == 1
    assert pairs == {frozenset(str(UUID(int=each)) for each in pair) for pair in ((7, 60), (8, 61))}
    assert "60 fit, 2 have what another has" in said
    assert "2  email: another item has the same" in said
    assert "example.com" not in said + file.read_text(encoding="utf-8")


def test_where_all_is_well_it_says_so(client, capsys):
    client.post("/products", json={"name": "Mouse", "price": 1, "category": "mice"})

    status = check_data.run(rate=1_000_000)

    assert status == 0
    tables = {name: table_name(name) for name in ("users", "products", "inventory")}
    outcomes = {"users": "no items", "products": "1 fit", "inventory": "1 fit"}
    assert capsys.readouterr().out.splitlines() == [
        f"{name} ({tables[name]}): {outcome}" for name, outcome in outcomes.items()
    ]
    left = {file.suffix for file in (ROOT / "build" / "check-data").iterdir()}
    assert left == {".jsonl"}


def test_a_table_whose_items_the_contract_does_not_describe_is_refused(client):
    with pytest.raises(Failed, match="emails is no table of the contract that has an `item` in x-dynamodb; such are: "):
        check_data.run(["emails"])


def test_what_aws_refuses_is_said(client, dynamodb):
    dynamodb.delete_table(TableName=table_name("products"))

    with pytest.raises(Failed, match=r"AWS refused: .*ResourceNotFoundException.* The same command goes on from here"):
        check_data.run(["products"])
