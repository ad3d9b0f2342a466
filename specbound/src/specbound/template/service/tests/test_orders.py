"""Orders, as a caller sees them."""

TEAPOT = {"article": "Teapot", "pieces": 2}


def test_an_order_that_was_created_can_be_fetched_and_listed(client):
    created = client.post("/orders", json=TEAPOT)

    assert created.status_code == 201
    assert created.json().items() >= {**TEAPOT, "status": "open", "version": 1}.items()
    assert client.get(created.headers["location"]).json() == created.json()
    assert client.get("/orders").json() == {"items": [created.json()], "count": 1}


def test_orders_can_be_listed_by_status(client):
    shipped = client.post("/orders", json=TEAPOT).headers["location"]
    client.post("/orders", json=TEAPOT)

    order = client.put(shipped, json={"status": "shipped"}).json()

    assert client.get("/orders", params={"status": "shipped"}).json()["items"] == [order]


def test_an_order_that_somebody_else_has_changed_is_not_overwritten(client):
    created = client.post("/orders", json=TEAPOT)
    place, seen = created.headers["location"], {"if-match": created.headers["etag"]}
    client.put(place, json={"pieces": 3})

    late = client.put(place, json={"pieces": 4}, headers=seen)

    assert late.status_code == 412
    assert client.get(place).json()["pieces"] == 3


def test_an_order_is_created_once_however_often_it_is_sent(client):
    first = client.post("/orders", json=TEAPOT, headers={"idempotency-key": "1"})
    second = client.post("/orders", json=TEAPOT, headers={"idempotency-key": "1"})

    assert second.json() == first.json()
    assert client.get("/orders").json()["count"] == 1


def test_an_order_that_was_deleted_is_gone(client):
    place = client.post("/orders", json=TEAPOT).headers["location"]

    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == 404


def test_what_is_wrong_with_a_request_is_said(client):
    refused = client.post("/orders", json={"article": "Teapot", "pieces": 0})

    assert refused.status_code == 400
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/pieces"]
