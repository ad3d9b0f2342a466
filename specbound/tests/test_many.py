"""Many items at once: as many as were asked for, in whatever number of calls to the database."""

from uuid import uuid4

from handlers.service import products
from specbound.testing.wire import watched


def test_more_items_than_one_call_takes_are_found_in_their_order(client):
    created = client.post(
        "/products/batch",
        json={"items": [{"name": f"Lamp {number}", "price": 5, "category": "home"} for number in range(100)]},
    ).json()["results"]
    more = client.post("/products", json={"name": "Desk", "price": 5, "category": "home"}).json()
    keys = [more["productId"], *(each["product"]["productId"] for each in created), str(uuid4()), more["productId"]]

    with watched() as calls:
        found = products.find_many(keys)

    assert [each["productId"] for each in found] == [*keys[:101], keys[0]]
    assert [call.action for call in calls] == ["BatchGetItem"] * 2
