"""What the Python client does for its user: operations, lists, errors and ETags."""

import asyncio
from decimal import Decimal

from catalogue_api_client import Client, all_items, all_items_async, etag, models
from catalogue_api_client.api.inventory import adjust_inventory, get_inventory, list_inventory, update_inventory
from catalogue_api_client.api.meta import get_contract, get_docs, get_health
from catalogue_api_client.api.products import (
    create_product,
    create_products,
    delete_product,
    get_product,
    list_products,
    update_product,
)
from catalogue_api_client.api.users import create_user, create_users, delete_user, get_user, list_users, update_user
from claiming import Connect, base_url, new_product, new_user, refused, unique


def every_operation_answers_with_its_type(connect: Connect) -> None:
    client = connect()
    user = create_user.sync(client=client, body=new_user())
    batch = create_users.sync(client=client, body=models.NewUsers(items=[new_user(), new_user()]))
    product = create_product.sync(client=client, body=new_product(unique("c"), initial_quantity=5))
    products = create_products.sync(client=client, body=models.NewProducts(items=[new_product(unique("c"))]))
    adjusted = adjust_inventory.sync(product.product_id, client=client, body=models.Adjustment(delta=-2))
    stock = update_inventory.sync(product.product_id, client=client, body=models.InventoryChanges(quantity=40))
    renamed = update_product.sync(product.product_id, client=client, body=models.ProductChanges(price=Decimal("79.95")))

    assert get_user.sync(user.user_id, client=client) == user
    assert (batch.created, batch.failed, products.created) == (2, 0, 1)
    assert list_users.sync(client=client, email=user.email).items == [user]
    assert (
        update_user.sync(
            user.user_id, client=client, body=models.UserChanges(status=models.UserStatus.INACTIVE)
        ).version
        == 2
    )
    assert get_product.sync(product.product_id, client=client).price == renamed.price == Decimal("79.95")
    assert list_products.sync(client=client, category=product.category).count == 1
    assert (adjusted.quantity, stock.quantity) == (3, 40)
    assert get_inventory.sync(product.product_id, client=client) == stock
    assert list_inventory.sync(client=client, product_id=[product.product_id]).items == [stock]
    delete_user.sync(user.user_id, client=client)
    delete_product.sync(product.product_id, client=client)
    assert refused(lambda: get_product.sync(product.product_id, client=client)).status == 404
    anyone = Client(base_url=base_url(client))
    assert get_health.sync(client=anyone).status == "ok"
    assert get_contract.sync(client=anyone).openapi == "3.0.3"
    assert get_docs.sync(client=anyone).startswith("<!doctype html>")


def async_functions_do_the_same(connect: Connect) -> None:
    async def use() -> None:
        async with connect() as client:
            user = await create_user.asyncio(client=client, body=new_user())
            changes = models.UserChanges(name="Ada King")
            changed = await update_user.asyncio(user.user_id, client=client, body=changes, if_match=etag(user))
            assert await get_user.asyncio(user.user_id, client=client) == changed
            found = [each async for each in all_items_async(list_users.asyncio, client=client, email=user.email)]
            assert found == [changed]
            gone = await delete_user.asyncio_detailed(user.user_id, client=client)
            assert gone.status_code == 204

    asyncio.run(use())


def all_items_walks_every_page_once(connect: Connect) -> None:
    client, category = connect(), unique("walk")
    items = [new_product(category) for _ in range(7)]
    create_products.sync(client=client, body=models.NewProducts(items=items))

    walked = list(all_items(list_products.sync, client=client, limit=2, category=category))

    assert sorted(each.name for each in walked) == sorted(each.name for each in items)
    assert walked == sorted(walked, key=lambda each: each.created_at, reverse=True)


def a_conflict_is_a_typed_error(connect: Connect) -> None:
    client, body = connect(), new_user()
    create_user.sync(client=client, body=body)

    problem = refused(lambda: create_user.sync(client=client, body=body))

    assert (problem.status, problem.type) == (409, "urn:problem-type:email-taken")
    assert problem.detail in str(problem)


def every_violation_is_named(connect: Connect) -> None:
    problem = refused(lambda: create_user.sync(client=connect(), body=models.NewUser(name="A", email="nowhere")))

    assert problem.status == 400
    assert {(each.place, each.pointer) for each in problem.violations} == {("body", "/name"), ("body", "/email")}


def a_gateways_own_refusal_is_the_same_error(connect: Connect) -> None:
    client = connect(token="no-such-token")

    problem = refused(lambda: list_users.sync(client=client))

    assert (problem.status, problem.detail) == (401, "Unauthorized")


def an_etag_travels_from_read_to_write(connect: Connect) -> None:
    client = connect()
    read = create_user.sync(client=client, body=new_user())
    theirs = get_user.sync(read.user_id, client=client)
    update_user.sync(theirs.user_id, client=client, body=models.UserChanges(name="Theirs"), if_match=etag(theirs))

    mine = refused(
        lambda: update_user.sync(read.user_id, client=client, body=models.UserChanges(name="Mine"), if_match=etag(read))
    )

    assert mine.status == 412
    assert get_user.sync(read.user_id, client=client).name == "Theirs"


def an_object_without_an_etag_says_so(connect: Connect) -> None:
    client = connect()
    user = create_user.sync(client=client, body=new_user())
    listed = list_users.sync(client=client, email=user.email).items[0]

    try:
        etag(listed)
    except LookupError as error:
        assert "User has no ETag" in str(error)
    else:
        raise AssertionError("an item of a list has no ETag")
