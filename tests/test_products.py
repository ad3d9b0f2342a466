"""What holds for products."""

import pytest

KEYBOARD = {"name": "Mechanical keyboard", "price": 89.9, "category": "keyboards"}


@pytest.mark.parametrize("price", ["19.99", "0.01", "999999.99", "0.1", "20", "1234.5"])
def test_a_price_comes_out_as_it_went_in_digit_for_digit(client, price):
    body = f'{{"name": "Mouse", "category": "mice", "price": {price}}}'

    created = client.post("/products", content=body, headers={"content-type": "application/json"})

    assert f'"price":{price},' in created.text
    assert f'"price":{price},' in client.get(created.headers["location"]).text


@pytest.mark.parametrize(("price", "spelling"), [("19.990", "19.99"), ("20.0", "20"), ("1e2", "100"), ("1.5E+1", "15")])
def test_a_price_is_spelled_alike_in_every_representation_of_one_version(client, price, spelling):
    body = f'{{"name": "Mouse", "category": "mice", "price": {price}}}'
    headers = {"content-type": "application/json"}

    created = client.post("/products", content=body, headers=headers)
    changed = client.put(created.headers["location"], content=body, headers=headers)

    for reply in (created, changed, client.get(created.headers["location"])):
        assert f'"price":{spelling},' in reply.text


@pytest.mark.parametrize("price", ["0", "-1", "19.999", "1000000", "19.990000000000000001", "1e400", '"19.99"'])
def test_a_price_is_positive_with_at_most_two_decimals(client, price):
    body = f'{{"name": "Mouse", "category": "mice", "price": {price}}}'

    refused = client.post("/products", content=body, headers={"content-type": "application/json"})

    assert refused.status_code == 400
    assert client.get("/products").json()["count"] == 0


def test_a_description_is_kept_and_may_be_left_out(client):
    described = client.post("/products", json=KEYBOARD | {"description": "Clicks."})
    bare = client.post("/products", json=KEYBOARD)

    assert described.json()["description"] == "Clicks."
    assert client.get(described.headers["location"]).json() == described.json()
    assert "description" not in bare.json()


def test_a_product_is_created_with_its_inventory(client):
    product = client.post("/products", json=KEYBOARD | {"initialQuantity": 7}).json()

    inventory = client.get(f"/inventory/{product['productId']}").json()

    assert inventory["quantity"] == 7
    assert "initialQuantity" not in product


def test_a_product_without_an_initial_quantity_has_none_in_stock(client):
    product = client.post("/products", json=KEYBOARD).json()

    assert client.get(f"/inventory/{product['productId']}").json()["quantity"] == 0


def test_a_deleted_product_takes_its_inventory_along(client):
    product = client.post("/products", json=KEYBOARD).json()

    deleted = client.delete(f"/products/{product['productId']}")

    assert deleted.status_code == 204
    assert client.get(f"/products/{product['productId']}").status_code == 404
    assert client.get(f"/inventory/{product['productId']}").status_code == 404


def test_a_product_that_changes_its_category_is_listed_under_the_new_one(client):
    product = client.post("/products", json=KEYBOARD).json()

    changed = client.put(f"/products/{product['productId']}", json={"category": "used-keyboards"}).json()

    assert client.get("/products", params={"category": "used-keyboards"}).json()["items"] == [changed]
    assert client.get("/products", params={"category": "keyboards"}).json()["items"] == []


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"name": "No one"}), ("DELETE", None)])
def test_a_product_that_does_not_exist_is_not_found(client, method, body):
    missing = client.request(method, "/products/2c5ea4c0-4067-4fe4-8b0a-6d3c1a9f0e11", json=body)

    assert missing.status_code == 404


def test_a_batch_creates_products_and_their_inventory(client):
    items = [KEYBOARD | {"initialQuantity": number} for number in range(60)]

    reply = client.post("/products/batch", json={"items": items}).json()

    ids = [each["product"]["productId"] for each in reply["results"]]
    stock = client.get("/inventory", params={"productId": ids}).json()
    assert reply["created"] == 60
    assert [each["quantity"] for each in stock["items"]] == list(range(60))
