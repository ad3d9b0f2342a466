"""What holds for orders."""

from specbound.testing import caller

TEAPOT = {"article": "Teapot", "pieces": 2}


def test_a_placed_order_can_be_fetched(client):
    placed = client.post("/orders", json=TEAPOT)

    fetched = client.get(placed.headers["location"])

    assert placed.status_code == 201
    assert fetched.json() == placed.json()
    assert TEAPOT.items() <= fetched.json().items()


def test_orders_are_listed_newest_first_and_gifts_by_their_occasion(client):
    plain = client.post("/orders", json=TEAPOT).json()
    gift = client.post("/orders", json=TEAPOT | {"gift": "wedding"}).json()

    assert client.get("/orders").json()["items"] == [gift, plain]
    assert client.get("/orders", params={"gift": "wedding"}).json()["items"] == [gift]


def test_who_may_only_read_places_no_order(client):
    with caller("local-read") as reader:
        assert reader.post("/orders", json=TEAPOT).status_code == 403
        assert reader.get("/orders").json() == {"items": [], "count": 0}


def test_each_test_begins_with_empty_tables(client, dynamodb):
    tables = dynamodb.list_tables()["TableNames"]

    assert sorted(tables) == ["local-idempotency", "local-orders"]
    assert [dynamodb.scan(TableName=table)["Count"] for table in tables] == [0, 0]
