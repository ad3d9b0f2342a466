"""What travels: exact numbers, what a newer API sends, what has not changed."""

import asyncio
import copy
import json
import pickle
from decimal import Decimal
from uuid import uuid4

from catalogue_api_client import RetryingClient, all_items, all_items_async, etag, models
from catalogue_api_client.api.inventory import get_inventory, update_inventory
from catalogue_api_client.api.products import create_product, get_product, list_products, update_product
from catalogue_api_client.api.users import create_user, create_users, get_user, list_users, update_user
from catalogue_api_client.models.user_status import UserStatus
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
        changes = models.ProductChanges(price=price)
        sent = refused(lambda: update_product.sync(uuid4(), client=client, body=changes))  # noqa: B023  called at once
        assert sent.detail == f'{{"price":{text}}}', sent.detail
        assert changes.price == Decimal(text)


def big_integers_are_sent_as_they_are(connect: Connect) -> None:
    body = models.InventoryChanges(quantity=2**80 + 1)
    product = create_product.sync(client=connect(), body=new_product("c"))

    sent = refused(lambda: update_inventory.sync(product.product_id, client=connect("echo"), body=body))

    assert sent.detail == f'{{"quantity":{2**80 + 1}}}'


def what_is_no_number_is_not_sent(connect: Connect) -> None:
    for price in (float("nan"), float("inf"), -float("inf"), Decimal("NaN"), Decimal("-Infinity")):
        body = models.NewProduct(name="Mug", price=price, category="c")
        error = raised(ValueError, lambda: create_product.sync(client=connect("echo"), body=body))  # noqa: B023
        assert "finite" in str(error)


def decimals_come_back_exact(connect: Connect) -> None:
    body = models.NewProduct(unique("Mug"), price=Decimal("19.99"), category=unique("c"))

    created = create_product.sync(client=connect(), body=body)
    changed = update_product.sync(
        created.product_id, client=connect(), body=models.ProductChanges(price=created.price + Decimal("0.01"))
    )

    assert isinstance(created.price, Decimal)
    assert created.price == Decimal("19.99") == created.price
    assert created.price == 19.99
    assert created.price != 19.98
    assert changed.price == Decimal("20")
    assert get_product.sync(created.product_id, client=connect()).price == Decimal("20")
    page = list_products.sync(client=connect(), category=body.category)
    assert [each.price for each in page.items] == [Decimal("20")]


def no_digit_is_lost(connect: Connect) -> None:
    created = create_product.sync(client=connect(), body=new_product("c"))

    read = get_product.sync(created.product_id, client=connect("digits"))

    assert (read.price, read.version) == (Decimal("0.12345678901234567890"), 9007199254740993)
    assert models.Product.from_dict(read.to_dict()) == read


def a_model_still_goes_through_json(connect: Connect) -> None:
    created = create_product.sync(client=connect(), body=new_product("c"))

    text = json.dumps(created.to_dict())

    assert '"price": 19.99' in text
    assert models.Product.from_dict(json.loads(text)) == created


def a_newer_api_is_understood(connect: Connect) -> None:
    body = new_user()
    user = create_user.sync(client=connect(), body=body)

    newer = get_user.sync(user.user_id, client=connect("newer"))
    product = create_product.sync(client=connect("newer"), body=new_product(unique("c")))
    batch = create_users.sync(client=connect("newer"), body=models.NewUsers(items=[new_user()]))
    page = list_users.sync(client=connect("newer"), email=body.email)

    assert newer.status == "suspended"
    assert newer.status.value == str(newer.status) == "suspended"
    assert newer.status not in (UserStatus.ACTIVE, UserStatus.INACTIVE)
    assert newer.to_dict() == user.to_dict() | {"status": "suspended"}
    assert pickle.loads(pickle.dumps(newer)) == copy.deepcopy(newer) == newer
    assert not product.description and "description" not in product.to_dict()
    assert not batch.results[0].problem and batch.results[0].status == 201
    assert page.items == [newer] and not page.next_token


def a_list_ends(connect: Connect) -> None:
    client, category = connect("newer"), unique("walk")
    for _ in range(3):
        create_product.sync(client=connect(), body=new_product(category))

    async def read(client: RetryingClient) -> list[models.Product]:
        return [each async for each in all_items_async(list_products.asyncio, client=client, category=category)]

    assert len(list(all_items(list_products.sync, client=client, category=category))) == 3
    assert len(asyncio.run(read(connect("newer")))) == 3
    walk = all_items(list_products.sync, client=connect("endless"), category=category)
    assert "does not end" in str(raised(RuntimeError, lambda: list(walk)))
    assert "does not end" in str(raised(RuntimeError, lambda: asyncio.run(read(connect("endless")))))


def what_has_not_changed_is_no_error(connect: Connect) -> None:
    client = connect()
    user = create_user.sync(client=client, body=new_user())
    product = create_product.sync(client=client, body=new_product("c"))
    tag = etag(user)

    async def read() -> models.User | None:
        async with connect() as client:
            return await get_user.asyncio(user.user_id, client=client, if_none_match=tag)

    assert get_user.sync(user.user_id, client=client, if_none_match=tag) is None
    assert get_product.sync(product.product_id, client=client, if_none_match="*") is None
    assert get_inventory.sync(product.product_id, client=client, if_none_match='"7", "1"') is None
    assert asyncio.run(read()) is None
    answer = get_user.sync_detailed(user.user_id, client=client, if_none_match=tag)
    assert (answer.status_code, answer.parsed, answer.headers["ETag"]) == (304, None, tag)
    changed = update_user.sync(user.user_id, client=client, body=models.UserChanges(name="Ada King"))
    assert get_user.sync(user.user_id, client=client, if_none_match=tag) == changed


def a_page_instead_of_json_says_where_to_look(connect: Connect) -> None:
    problem = refused(lambda: list_users.sync(client=connect("portal")))

    assert (problem.status, problem.detail) == (
        200,
        "The answer is not JSON, but text/html. Does base_url lead to this API?",
    )
