"""What holds for lists and their cursors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specbound.testing import caller

pytestmark = pytest.mark.slow


def create(client, number):
    body = {"name": f"User {number}", "email": f"user{number}@example.com"}
    return client.post("/users", json=body).json()


def pages(client, path="/users", **parameters):
    """Every page, from the first to the last."""
    while True:
        page = client.get(path, params=parameters).json()
        yield page["items"]
        if "nextToken" not in page:
            return
        parameters["nextToken"] = page["nextToken"]


@pytest.mark.parametrize("limit", [1, 3, 7, 10, 100])
def test_pages_of_any_size_make_up_the_whole_list_newest_first(client, limit):
    users = [create(client, number) for number in range(10)]

    walked = list(pages(client, limit=limit))

    assert [user for page in walked for user in page] == users[::-1]
    assert all(len(page) == limit for page in walked[:-1])
    assert len(walked) == -(-10 // limit)


def test_an_empty_list_is_one_empty_page(client):
    assert client.get("/users").json() == {"items": [], "count": 0}


def test_a_page_holds_twenty_items_unless_asked_otherwise(client):
    client.post("/users/batch", json={"items": [{"name": f"N {n}", "email": f"n{n}@example.com"} for n in range(21)]})

    page = client.get("/users").json()

    assert page["count"] == len(page["items"]) == 20
    assert "nextToken" in page


def test_a_filtered_list_is_paged_like_the_whole(client):
    users = [create(client, number) for number in range(6)]
    inactive = [client.put(f"/users/{user['userId']}", json={"status": "inactive"}).json() for user in users[::2]]

    walked = list(pages(client, limit=2, status="inactive"))

    assert [user for page in walked for user in page] == inactive[::-1]


def test_what_comes_and_goes_between_pages_neither_repeats_nor_hides_anything(client):
    users = [create(client, number) for number in range(9)]
    first = client.get("/users", params={"limit": 4}).json()

    create(client, 100)
    client.delete(f"/users/{first['items'][-1]['userId']}")  # the very item the cursor points at
    client.delete(f"/users/{users[3]['userId']}")
    rest = [user for page in pages(client, limit=2, nextToken=first["nextToken"]) for user in page]

    stayed = [user for user in users[4::-1] if user != users[3]]
    assert first["items"] == users[:4:-1]
    assert rest == stayed


@settings(max_examples=50, deadline=None)
@given(token=st.from_regex(r"[0-9a-f]{46}", fullmatch=True))
def test_every_token_that_the_contract_lets_through_is_a_position(token):
    with caller() as client:
        page = client.get("/users", params={"nextToken": token})

    assert page.status_code == 200


@pytest.mark.parametrize("token", ["", "x", "0" * 45, "0" * 47, "G" * 46])
def test_anything_else_is_refused_as_a_token(client, token):
    refused = client.get("/users", params={"nextToken": token})

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/nextToken"


def test_items_of_one_batch_are_listed_in_their_order(client):
    items = [{"name": f"P {number}", "price": 1, "category": "things"} for number in range(30)]
    created = client.post("/products/batch", json={"items": items}).json()["results"]

    listed = client.get("/products", params={"limit": 30}).json()["items"]

    assert listed == [each["product"] for each in reversed(created)]
