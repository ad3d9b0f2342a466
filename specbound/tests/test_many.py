"""Many items at once: as many as were asked for, in whatever number of calls to the database."""

from uuid import RFC_4122, UUID, uuid4

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


def test_what_is_created_has_ids_of_version_4_and_each_another(client):
    given = {"items": [{"name": f"Lamp {number}", "price": 5, "category": "home"} for number in range(100)]}

    results = client.post("/products/batch", json=given).json()["results"]

    texts = [each["product"]["productId"] for each in results]
    ids = [UUID(each) for each in texts]
    assert {(each.version, each.variant) for each in ids} == {(4, RFC_4122)}
    assert [str(each) for each in ids] == texts
    assert len(set(ids)) == len(ids)
    # Each of the free digits is one of all sixteen.
    assert all(len({text[place] for text in texts}) > 8 for place in range(36) if place not in (8, 13, 14, 18, 19, 23))
