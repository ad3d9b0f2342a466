"""What holds when many call at once."""

from collections import Counter
from functools import partial
from itertools import chain

import pytest

from tests.ministack import rows
from tests.ministack.racing import race

pytestmark = [pytest.mark.in_process, pytest.mark.slow]


def statuses(replies):
    return Counter(reply.status_code for reply in replies)


def create_user(client, name, email):
    return client.post("/users", json={"name": name, "email": email})


def create_product(client, name="Trackball", quantity=0):
    new = {"name": name, "price": 45, "category": "mice", "initialQuantity": quantity}
    return client.post("/products", json=new).json()["productId"]


def test_of_200_callers_who_want_one_address_one_gets_it(client, database):
    callers = (partial(create_user, client, f"User {number}", "ada@example.com") for number in range(200))

    replies = race(callers)

    assert statuses(replies) == {201: 1, 409: 199}
    [winner] = [reply.json() for reply in replies if reply.status_code == 201]
    kept = rows.read(database)
    assert [user["userId"] for user in kept["users"]] == [winner["userId"]]
    assert [each["userId"] for each in kept["emails"]] == [winner["userId"]]


def test_of_200_callers_who_each_take_one_of_100_a_hundred_get_one(client, database):
    path = f"/inventory/{create_product(client, quantity=100)}"

    replies = race([partial(client.post, f"{path}/adjustments", json={"delta": -1})] * 200)

    assert statuses(replies) == {200: 100, 409: 100}
    assert client.get(path).json()["quantity"] == 0
    assert len(rows.read(database)["adjustments"]) == 100


def inventory(client):
    return f"/inventory/{create_product(client)}", "quantity", lambda quantity: quantity + 1


def price(client):
    return f"/products/{create_product(client)}", "price", lambda price: round(price + 0.01, 2)


def address(client):
    user = create_user(client, "Ada", "ada+1@example.com").json()
    return f"/users/{user['userId']}", "email", lambda email: f"ada+{int(email[4:-12]) + 1}@example.com"


def name(client):
    user = create_user(client, "Ada 1", "ada@example.com").json()
    return f"/users/{user['userId']}", "name", lambda name: f"Ada {int(name[4:]) + 1}"


@pytest.mark.parametrize("resource", [inventory, price, name, address])
def test_no_change_under_if_match_is_lost(client, resource):
    path, field, following = resource(client)
    first = client.get(path).json()[field]

    def change_twice():
        won = []
        while len(won) < 2:
            current = client.get(path)
            value = following(current.json()[field])
            reply = client.put(path, json={field: value}, headers={"if-match": current.headers["etag"]})
            assert reply.status_code in (200, 412)
            if reply.status_code == 200:
                won.append(reply.json()["version"])
        return won

    winners = race([change_twice] * 8)

    expected = first
    for _ in range(16):
        expected = following(expected)
    assert client.get(path).json()[field] == expected
    assert sorted(chain.from_iterable(winners)) == list(range(2, 18))


def test_users_who_exchange_and_leave_addresses_never_share_or_lose_one(client):
    emails = [f"user{number}@example.com" for number in range(6)]
    users = [create_user(client, "Somebody", email).json() for email in emails[:4]]
    moves = [
        partial(client.put, f"/users/{user['userId']}", json={"email": email}) for user in users for email in emails
    ]

    # That nobody shares or loses an address is checked after every test.
    replies = race(moves * 3)

    assert set(statuses(replies)) <= {200, 409}
    listed = client.get("/users").json()["items"]
    assert [user["userId"] for user in reversed(listed)] == [user["userId"] for user in users]
    for user in listed:
        assert client.get("/users", params={"email": user["email"]}).json()["items"] == [user]


def test_a_user_who_is_deleted_while_changing_address_leaves_no_address_behind(client, database):
    paths = [f"/users/{create_user(client, 'Ada', f'ada{n}@example.com').json()['userId']}" for n in range(8)]
    moves = [partial(client.put, path, json={"email": f"moved{n}@example.com"}) for n, path in enumerate(paths)]

    replies = race(
        chain.from_iterable(zip(moves, [partial(client.delete, path) for path in paths], moves, strict=True))
    )

    assert all(reply.status_code == 204 for reply in replies[1::3])
    assert {reply.status_code for reply in replies[0::3] + replies[2::3]} <= {200, 404}
    assert rows.read(database)["emails"] == []


def test_an_address_goes_to_one_of_those_who_create_and_move_for_it_when_it_is_freed(client, database):
    owner = create_user(client, "Owner", "wanted@example.com").json()["userId"]
    others = [create_user(client, "Other", f"other{n}@example.com").json()["userId"] for n in range(8)]
    moves = [partial(client.put, f"/users/{user_id}", json={"email": "wanted@example.com"}) for user_id in others]
    creations = [partial(create_user, client, "New", "Wanted@example.com")] * 8

    deleted, *replies = race([partial(client.delete, f"/users/{owner}"), *moves, *creations])

    assert deleted.status_code == 204
    assert sum(reply.status_code in (200, 201) for reply in replies) <= 1
    assert sum(each["email"] == "wanted@example.com" for each in rows.read(database)["emails"]) <= 1


def test_a_product_that_is_deleted_while_others_change_it_leaves_no_stock_behind(client, database):
    ids = [create_product(client, quantity=10) for _ in range(8)]
    calls = [
        call
        for product_id in ids
        for call in (
            partial(client.put, f"/products/{product_id}", json={"name": "Mouse"}),
            partial(client.post, f"/inventory/{product_id}/adjustments", json={"delta": -1}),
            partial(client.delete, f"/products/{product_id}"),
            partial(client.put, f"/inventory/{product_id}", json={"quantity": 7}),
        )
    ]

    replies = race(calls * 3)

    adjusted = [reply for reply in replies if reply.request.method == "POST" and reply.status_code == 200]
    left = rows.read(database)
    assert set(statuses(replies)) <= {200, 204, 404}
    assert statuses(replies)[204] == len(ids)
    # Whoever adjusts, and finds the product gone before the new stock can be read, is told that it is gone.
    assert len(adjusted) <= len(left["adjustments"]) <= len(ids) * 3
    assert left["products"] == left["inventory"] == []


@pytest.mark.parametrize(
    ("path", "body", "table"),
    [
        ("/users", {"name": "Ada", "email": "ada@example.com"}, "users"),
        ("/users/batch", {"items": [{"name": "Ada", "email": "ada@example.com"}]}, "users"),
        ("/products", {"name": "Mouse", "price": 1, "category": "mice"}, "products"),
        ("/products/batch", {"items": [{"name": "Mouse", "price": 1, "category": "mice"}]}, "products"),
        ("/inventory/{productId}/adjustments", {"delta": -1}, "adjustments"),
    ],
)
def test_of_50_callers_with_one_key_each_is_given_the_one_answer_or_told_to_wait(client, database, path, body, table):
    path = path.replace("{productId}", create_product(client, quantity=50)) if "{" in path else path
    send = partial(client.post, path, json=body, headers={"idempotency-key": "one"})

    replies = race([send] * 50)

    answer = send()
    answers = {reply.content for reply in replies if reply.is_success}
    waits = [reply.json()["type"] for reply in replies if not reply.is_success]
    assert answers == {answer.content}
    assert set(waits) <= {"urn:problem-type:still-running"}
    assert len(rows.read(database)[table]) == 1


@pytest.mark.parametrize("filters", [{}, {"category": "mice"}])
def test_pages_show_all_that_stays_once_newest_first_while_others_insert_and_delete(client, filters):
    new = [{"name": f"Mouse {number}", "price": 1, "category": "mice"} for number in range(60)]
    created = client.post("/products/batch", json={"items": new}).json()["results"]
    ids = [each["product"]["productId"] for each in created]
    staying, leaving = ids[0::2], ids[1::2]

    def walk():
        page = client.get("/products", params={"limit": 4, **filters}).json()
        seen = page["items"]
        while "nextToken" in page:
            page = client.get("/products", params={"limit": 4, "nextToken": page["nextToken"], **filters}).json()
            seen += page["items"]
        return seen

    deletions = [partial(client.delete, f"/products/{product_id}") for product_id in leaving]
    walks = race([walk] * 4 + deletions + [partial(create_product, client)] * 20)[:4]

    for seen in walks:
        found = [each["productId"] for each in seen]
        assert len(found) == len(set(found))
        assert [product_id for product_id in found if product_id in staying] == staying[::-1]
        assert seen == sorted(seen, key=lambda each: each["createdAt"], reverse=True)
