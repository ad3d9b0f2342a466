"""What holds for stock."""

import pytest

from specbound.testing.wire import before

NOWHERE = "2c5ea4c0-4067-4fe4-8b0a-6d3c1a9f0e11"


@pytest.fixture
def product_id(client):
    product = {"name": "Trackball", "price": 45, "category": "mice", "initialQuantity": 10}
    return client.post("/products", json=product).json()["productId"]


def test_stock_can_be_set(client, product_id):
    changed = client.put(f"/inventory/{product_id}", json={"quantity": 3})

    assert changed.json()["quantity"] == 3
    assert client.get(f"/inventory/{product_id}").json() == changed.json()


@pytest.mark.parametrize(("delta", "quantity"), [(5, 15), (-10, 0)])
def test_an_adjustment_adds_to_the_stock_or_takes_from_it(client, product_id, delta, quantity):
    adjusted = client.post(f"/inventory/{product_id}/adjustments", json={"delta": delta, "reason": "Counted"})

    assert adjusted.status_code == 200
    assert adjusted.json()["quantity"] == quantity
    assert adjusted.headers["etag"] == '"2"'


def test_who_adjusted_the_stock_and_why_is_listed_newest_first(client, product_id):
    path = f"/inventory/{product_id}/adjustments"
    for delta in (5, -2, -1):
        client.post(path, json={"delta": delta, "reason": f"Counted {delta}"})
    client.post(path, json={"delta": -1000})

    listed = client.get(path).json()["items"]

    assert [each["delta"] for each in listed] == [-1, -2, 5]
    assert listed[0]["reason"] == "Counted -1"
    assert all(each["productId"] == product_id and each["subject"] for each in listed)
    assert client.get(path, params={"limit": 2}).json()["items"] == listed[:2]


def test_adjustments_outlive_their_product_and_of_no_product_there_are_none(client, product_id):
    path = f"/inventory/{product_id}/adjustments"
    untouched = client.get(path)
    client.post(path, json={"delta": 1})
    client.delete(f"/products/{product_id}")

    kept = client.get(path).json()["items"]

    assert untouched.json() == {"items": [], "count": 0}
    assert [each["delta"] for each in kept] == [1]
    assert client.get(f"/inventory/{NOWHERE}/adjustments").status_code == 404


@pytest.mark.in_process
@pytest.mark.parametrize("key", [{}, {"idempotency-key": "one"}])
@pytest.mark.parametrize("action", ["TransactWriteItems", "GetItem"])
def test_of_adjustments_at_once_each_is_told_what_it_led_to(client, product_id, action, key):
    path, others = f"/inventory/{product_id}/adjustments", []

    with before(action, lambda: others.append(client.post(path, json={"delta": -1}))):
        adjusted = client.post(path, json={"delta": -1}, headers=key)

    told = [(reply.json()["quantity"], reply.headers["etag"]) for reply in (adjusted, *others)]
    assert sorted(told) == [(8, '"3"'), (9, '"2"')]
    assert client.get(f"/inventory/{product_id}").json()["quantity"] == 8


@pytest.mark.in_process
def test_an_adjustment_after_which_the_product_was_deleted_says_so(client, product_id):
    with before("GetItem", lambda: client.delete(f"/products/{product_id}")):
        adjusted = client.post(f"/inventory/{product_id}/adjustments", json={"delta": -1})

    assert adjusted.status_code == 404
    assert "was adjusted, and then" in adjusted.json()["detail"]


@pytest.mark.in_process
@pytest.mark.parametrize("key", [{}, {"idempotency-key": "one"}])
def test_an_adjustment_is_answered_though_the_product_is_deleted_before_the_end(client, product_id, key):
    action, number = ("TransactWriteItems", 2) if key else ("UpdateItem", 1)
    path = f"/inventory/{product_id}/adjustments"

    with before(action, lambda: client.delete(f"/products/{product_id}"), number):
        adjusted = client.post(path, json={"delta": -1}, headers=key)

    assert adjusted.json()["quantity"] == 9
    if key:
        assert client.post(path, json={"delta": -1}, headers=key).json() == adjusted.json()


@pytest.mark.parametrize("delta", [-11, 1_000_000_000])
def test_stock_never_leaves_what_the_contract_allows(client, product_id, delta):
    refused = client.post(f"/inventory/{product_id}/adjustments", json={"delta": delta})

    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("There are 10 in stock;")
    assert client.get(f"/inventory/{product_id}").json()["quantity"] == 10


@pytest.mark.parametrize(("quantity", "delta", "beyond"), [(999_999_990, 10, 1), (10, -10, -1)])
def test_stock_goes_to_the_very_bounds_and_not_one_beyond(client, product_id, quantity, delta, beyond):
    path = f"/inventory/{product_id}"
    client.put(path, json={"quantity": quantity})

    reached = client.post(f"{path}/adjustments", json={"delta": delta})
    refused = client.post(f"{path}/adjustments", json={"delta": beyond})

    assert (reached.status_code, reached.json()["quantity"]) == (200, quantity + delta)
    assert refused.status_code == 409
    assert client.get(path).json()["quantity"] == quantity + delta


def test_an_adjustment_by_nothing_is_refused(client, product_id):
    refused = client.post(f"/inventory/{product_id}/adjustments", json={"delta": 0})

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/delta"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/inventory/{NOWHERE}", None),
        ("PUT", f"/inventory/{NOWHERE}", {"quantity": 1}),
        ("POST", f"/inventory/{NOWHERE}/adjustments", {"delta": 1}),
    ],
)
def test_a_product_that_does_not_exist_has_no_inventory(client, method, path, body):
    missing = client.request(method, path, json=body)

    assert missing.status_code == 404
    assert client.get("/inventory", params={"productId": NOWHERE}).json()["items"] == []


def test_stock_is_looked_up_in_the_order_asked_for_and_leaves_out_what_does_not_exist(client, product_id):
    other = client.post("/products", json={"name": "Mouse", "price": 1, "category": "mice"}).json()["productId"]

    found = client.get("/inventory", params={"productId": [other, NOWHERE, product_id]}).json()

    assert [each["productId"] for each in found["items"]] == [other, product_id]
    assert found["count"] == 2


@pytest.mark.parametrize("ids", [[], [NOWHERE, NOWHERE], ["x"]])
def test_stock_is_looked_up_by_one_to_a_hundred_different_ids(client, ids):
    refused = client.get("/inventory", params={"productId": ids})

    assert refused.status_code == 400
