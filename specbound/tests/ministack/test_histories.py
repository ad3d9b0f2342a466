"""Every write takes effect at most once, whoever comes between, or ends as a stated unknown.

Many callers write to the same things while replies of DynamoDB's are lost, so that the SDK sends calls again after
others have written. What they were told is then held against what the tables hold.
"""

from collections import Counter
from dataclasses import dataclass

import pytest

from tests.ministack import rows
from tests.ministack.history import play, seed, steps_of

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

EACH = 8
MOST_TRIES = 60


def create_product(client):
    new = {"name": "Trackball", "price": 45, "category": "mice", "initialQuantity": 1000, "description": "start"}
    return client.post("/products", json=new).json()["productId"]


def create_user(client, name="Ada"):
    return client.post("/users", json={"name": name, "email": f"{name}@example.com"}).json()["userId"]


@dataclass(frozen=True)
class Log:
    """A text of a resource to which callers add their marks, each of which should be there once in the end."""

    path: str
    field: str

    def change(self, text, mark):
        """The body that adds a mark; a user changes address with every mark."""
        return {self.field: f"{text} {mark}"} | ({"email": f"{mark}@example.com"} if self.field == "name" else {})


@pytest.fixture(params=["description of a product", "name and address of a user"])
def log(request, client):
    if "product" in request.param:
        return Log(f"/products/{create_product(client)}", "description")
    return Log(f"/users/{create_user(client, 'start')}", "name")


def test_under_if_match_two_who_add_to_a_text_end_with_every_addition_once(client, log):
    def add_all(caller):
        for number in range(EACH):
            yield from add(caller, log, f"{caller.name}-{number}")

    histories = play(client, add_all, callers=2, seed=seed())

    marks = client.get(log.path).json()[log.field].split()[1:]
    assert Counter(marks) == {f"{name}-{number}": 1 for name in histories for number in range(EACH)}
    assert client.get(log.path).json()["version"] == 1 + 2 * EACH


def add(caller, log, mark):
    """Read, and write at that version, until it is done or, where that is not said, is seen to be done."""
    for _ in range(MOST_TRIES):
        current = caller.client.get(log.path)
        text = current.json()[log.field]
        step = caller.send(mark, "PUT", log.path, log.change(text, mark), if_match=current.headers["etag"])
        yield step
        if step.outcome == "done":
            return
        assert step.reply.status_code in (412, 503)
        if step.outcome == "unknown" and mark in caller.client.get(log.path).json()[log.field].split():
            return
    raise AssertionError(f"{mark} was never added")


def test_under_if_match_two_who_raise_a_number_never_raise_it_more_often_than_they_know(client):
    path = f"/inventory/{create_product(client)}"

    def raise_all(caller):
        for number in range(EACH):
            for _ in range(MOST_TRIES):
                current = caller.client.get(path)
                body = {"quantity": current.json()["quantity"] + 1}
                step = caller.send(str(number), "PUT", path, body, if_match=current.headers["etag"])
                yield step
                if step.outcome != "not done":
                    break

    outcomes = Counter(step.outcome for step in steps_of(play(client, raise_all, callers=2, seed=seed())))

    raised = client.get(path).json()["quantity"] - 1000
    assert outcomes["done"] <= raised <= outcomes["done"] + outcomes["unknown"]
    assert outcomes["done"] + outcomes["unknown"] == 2 * EACH


@pytest.mark.parametrize("kind", ["products", "users", "addresses"])
def test_no_write_is_done_twice_and_none_that_was_acknowledged_is_undone_by_an_older_one(client, kind):
    path = f"/products/{create_product(client)}" if kind == "products" else f"/users/{create_user(client)}"
    seen = []

    def write_all(caller):
        for number in range(EACH):
            label = f"{caller.name}-{number}"
            body = {"name": label} | ({"email": f"{label}@example.com"} if kind == "addresses" else {})
            step = caller.send(label, "PUT", path, body)
            yield step
            now = caller.client.get(path).json()
            seen.append(now)
            # Nobody reads what is older than a write of their own that was acknowledged.
            assert step.outcome != "done" or now["version"] >= step.reply.json()["version"]

    steps = list(steps_of(play(client, write_all, callers=4, seed=seed())))

    final = client.get(path).json()
    outcomes = Counter(step.outcome for step in steps)
    assert {step.reply.status_code for step in steps} <= {200, 409, 503}
    assert outcomes["done"] <= final["version"] - 1 <= outcomes["done"] + outcomes["unknown"]
    told = [step.reply.json() for step in steps if step.outcome == "done"]
    check_each_version_is_one_write([*seen, *told, final], not_done={s.label for s in steps if s.outcome == "not done"})
    assert all(reply["name"] == step.label for step in steps if step.outcome == "done" for reply in [step.reply.json()])


def check_each_version_is_one_write(items, not_done):
    """Each version has one content, each content was written once, and what is said not to be done never shows."""
    contents = {(item["version"], item["name"]) for item in items if item["version"] > 1}
    assert len({version for version, _ in contents}) == len(contents)
    assert len({name for _, name in contents}) == len(contents)
    assert not_done.isdisjoint(name for _, name in contents)


def test_an_adjustment_is_done_once_at_most_and_is_told_the_stock_that_it_left(client, database):
    product_id = create_product(client)
    path = f"/inventory/{product_id}"
    deltas = {}

    def adjust_all(caller):
        for number in range(EACH):
            label = f"{caller.name}-{number}"
            deltas[label] = caller.random.choice([-3, -2, -1, 1, 2, 3])
            body = {"delta": deltas[label], "reason": label}
            yield caller.send(label, "POST", f"{path}/adjustments", body, **caller.key(label))

    steps = list(steps_of(play(client, adjust_all, callers=6, seed=seed())))

    kept = Counter(each["reason"] for each in rows.read(database)["adjustments"])
    stock = client.get(path).json()
    check_outcomes(steps, kept)
    assert stock["quantity"] == 1000 + sum(deltas[label] for label in kept)
    assert stock["version"] == 1 + len(kept)
    told = {step.reply.json()["version"]: step for step in steps if step.outcome == "done"}
    assert len(told) == sum(step.outcome == "done" for step in steps)
    assert told_wrongly(told, deltas) == []


def told_wrongly(told, deltas):
    """Of two adjustments that came one right after the other, the second was told what it made of the first's stock."""
    quantities = {1: 1000} | {version: step.reply.json()["quantity"] for version, step in told.items()}
    return [
        (told[version].label, quantities[version])
        for version in told
        if version - 1 in quantities and quantities[version] != quantities[version - 1] + deltas[told[version].label]
    ]


def check_outcomes(steps, counts):
    """What was told to be done was done once, what was told not to be done was not, and nothing was done twice."""
    assert {
        step.label: counts[step.label] for step in steps if step.outcome == "done" and counts[step.label] != 1
    } == {}
    assert [step.label for step in steps if step.outcome == "not done" and counts[step.label]] == []
    assert [label for label, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(("table", "key"), [("users", "userId"), ("products", "productId")])
def test_who_creates_and_deletes_is_told_what_became_of_it(client, database, table, key):
    ids = {}

    def create_all(caller):
        for number in range(EACH):
            label = f"{caller.name}-{number}"
            body = {"name": label, "email": f"{label}@example.com"}
            if table == "products":
                body = {"name": label, "price": 1, "category": "mice"}
            step = caller.send(label, "POST", f"/{table}", body, **caller.key(label))
            # Nobody else wants this address.
            assert step.reply.status_code == 201 or step.outcome == "unknown" or step.reply.status_code == 503
            if step.outcome == "done":
                ids[label] = step.reply.json()[key]
            yield step

    def delete_all(caller):
        for label in [each for each in ids if each.startswith(f"{caller.name}-")]:
            tag = {"if_match": '"1"'} if caller.random.random() < 0.5 else {}
            step = caller.send(label, "DELETE", f"/{table}/{ids[label]}", **tag)
            # Nobody else deletes or changes it.
            assert step.reply.status_code in (204, 503)
            yield step

    number = seed()
    created = list(steps_of(play(client, create_all, callers=4, seed=number)))
    before = Counter(each["name"] for each in rows.read(database)[table])
    deleted = list(steps_of(play(client, delete_all, callers=4, seed=number)))
    after = Counter(each["name"] for each in rows.read(database)[table])

    check_outcomes(created, before)
    check_outcomes(deleted, before - after)
