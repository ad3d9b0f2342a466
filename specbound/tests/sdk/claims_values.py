"""What travels: exact numbers, what a newer API sends, what has not changed."""

import asyncio
import copy
import json
import pickle
from decimal import Decimal
from uuid import uuid4

from catalogue_api_client import AsyncClient, UserStatus, etag, models
from claiming import Connect, new_product, new_user, raised, refused, unique


def decimals_are_sent_as_they_are_written(connect: Connect) -> None:
    client = connect("echo")
    as_written: dict[str, Decimal | float] = {
        "19.99": Decimal("19.99"),
        "19.990": Decimal("19.990"),
        "0.10": Decimal("0.10"),
        "0.12345678901234567890123456789": Decimal("0.12345678901234567890123456789"),
        "1E+2": Decimal("1E+2"),
        "1E-30": Decimal("1E-30"),
        "1E+400": Decimal("1E+400"),
        "-1E+400": Decimal("-1E+400"),
        "1E-400": Decimal("1E-400"),
        "99999999999999999999": 99999999999999999999,
        "0.1": 0.1,
        "0.3": Decimal("0.1") + Decimal("0.2"),
        "5": 5,
    }

    for text, price in as_written.items():
        for given in (price, models.ProductChanges(price=price).price):
            sent = refused(lambda: client.products.update(uuid4(), price=given))  # noqa: B023  called at once
            assert sent.detail == f'{{"price":{text}}}', sent.detail


def big_integers_are_sent_as_they_are(connect: Connect) -> None:
    product = connect().products.create(**new_product("c"))

    sent = refused(lambda: connect("echo").inventory.update(product.product_id, quantity=2**80 + 1))

    assert sent.detail == f'{{"quantity":{2**80 + 1}}}'


def what_is_no_number_is_not_sent(connect: Connect) -> None:
    for price in (float("nan"), float("inf"), -float("inf"), Decimal("NaN"), Decimal("-Infinity")):
        create = connect("echo").products.create
        error = raised(ValueError, lambda: create(name="Mug", price=price, category="c"))  # noqa: B023  called at once
        assert "finite" in str(error)


def decimals_come_back_exact(connect: Connect) -> None:
    category = unique("c")

    created = connect().products.create(name=unique("Mug"), price=Decimal("19.99"), category=category)
    changed = connect().products.update(created.product_id, price=created.price + Decimal("0.01"))

    assert isinstance(created.price, Decimal)
    assert created.price == Decimal("19.99") == created.price
    assert created.price == 19.99
    assert created.price != 19.98
    assert changed.price == Decimal("20")
    assert connect().products.get(created.product_id).price == Decimal("20")
    page = connect().products.list(category=category).first()
    assert [each.price for each in page.items] == [Decimal("20")]


def no_digit_is_lost(connect: Connect) -> None:
    created = connect().products.create(**new_product("c"))

    read = connect("digits").products.get(created.product_id)

    assert (read.price, read.version) == (Decimal("0.12345678901234567890"), 9007199254740993)
    assert models.Product.from_dict(read.to_dict()) == read


def a_model_still_goes_through_json(connect: Connect) -> None:
    created = connect().products.create(**new_product("c"))

    text = json.dumps(created.to_dict())

    assert '"price": 19.99' in text
    assert models.Product.from_dict(json.loads(text)) == created


def a_newer_api_is_understood(connect: Connect) -> None:
    body = new_user()
    user = connect().users.create(**body)

    newer = connect("newer").users.get(user.user_id)
    product = connect("newer").products.create(**new_product(unique("c")))
    batch = connect("newer").users.create_many(items=[new_user()])
    page = connect("newer").users.list(email=body["email"]).first()

    assert newer.status == "suspended"
    assert newer.status.value == str(newer.status) == "suspended"
    assert newer.status not in (UserStatus.ACTIVE, UserStatus.INACTIVE)
    assert newer["nickname"] == "Ada"
    assert {name: newer.to_dict()[name] for name in user.to_dict()} == user.to_dict() | {"status": "suspended"}
    assert newer.to_dict()["nickname"] == "Ada"
    assert pickle.loads(pickle.dumps(newer)) == copy.deepcopy(newer) == newer
    assert not product.description and "description" not in product.to_dict()
    assert not batch.results[0].problem and batch.results[0].status == 201
    assert page.items == [newer] and not page.next_token


def a_list_ends(connect: Connect) -> None:
    client, category = connect("newer"), unique("walk")
    for _ in range(3):
        connect().products.create(**new_product(category))

    async def read(client: AsyncClient) -> list[models.Product]:
        return [each async for each in client.products.list(category=category)]

    assert len(list(client.products.list(category=category))) == 3
    assert len(asyncio.run(read(connect.asynchronous("newer")))) == 3
    walk = connect("endless").products.list(category=category)
    assert "does not end" in str(raised(RuntimeError, lambda: list(walk)))
    assert "does not end" in str(raised(RuntimeError, lambda: asyncio.run(read(connect.asynchronous("endless")))))


def what_has_not_changed_is_no_error(connect: Connect) -> None:
    client = connect()
    user = client.users.create(**new_user())
    product = client.products.create(**new_product("c"))
    tag = etag(user)

    async def read() -> models.User | None:
        async with connect.asynchronous() as client:
            return await client.users.get(user.user_id, if_none_match=tag)

    assert client.users.get(user.user_id, if_none_match=tag) is None
    assert client.products.get(product.product_id, if_none_match="*") is None
    assert client.inventory.get(product.product_id, if_none_match='"7", "1"') is None
    assert asyncio.run(read()) is None
    answer = client.raw(client.users.get, user.user_id, if_none_match=tag)
    assert (answer.status, answer.headers["ETag"], answer.content) == (304, tag, b"")
    changed = client.users.update(user.user_id, name="Ada King")
    assert client.users.get(user.user_id, if_none_match=tag) == changed


def a_page_instead_of_json_says_where_to_look(connect: Connect) -> None:
    problem = refused(lambda: connect("portal").users.list().first())

    assert (problem.status, problem.detail) == (
        200,
        "The answer is not JSON, but text/html. Does base_url lead to this API?",
    )
