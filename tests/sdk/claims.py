"""What the Python client does for its user, with only the wheel: `python claims.py <claim> <gateway> <token>`."""

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Protocol
from uuid import uuid4

from catalogue_api_client import Client, ProblemError, Retry, RetryingClient, all_items, all_items_async, etag, models
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
from httpx import TransportError

PATIENT = Retry()


class Connect(Protocol):
    """How a claim gets a client: of the API with a fault, by default with none and a token that may do all."""

    def __call__(self, fault: str = "none", *, token: str = "", retry: Retry = PATIENT) -> RetryingClient: ...


def every_operation_answers_with_its_type(connect: Connect) -> None:
    client = connect()
    user = create_user.sync(client=client, body=new_user())
    batch = create_users.sync(client=client, body=models.NewUsers(items=[new_user(), new_user()]))
    product = create_product.sync(client=client, body=new_product(unique("c"), initial_quantity=5))
    products = create_products.sync(client=client, body=models.NewProducts(items=[new_product(unique("c"))]))
    adjusted = adjust_inventory.sync(product.product_id, client=client, body=models.Adjustment(delta=-2))
    stock = update_inventory.sync(product.product_id, client=client, body=models.InventoryChanges(quantity=40))
    renamed = update_product.sync(product.product_id, client=client, body=models.ProductChanges(price=79.95))

    assert get_user.sync(user.user_id, client=client) == user
    assert (batch.created, batch.failed, products.created) == (2, 0, 1)
    assert list_users.sync(client=client, email=user.email).items == [user]
    assert (
        update_user.sync(
            user.user_id, client=client, body=models.UserChanges(status=models.UserStatus.INACTIVE)
        ).version
        == 2
    )
    assert get_product.sync(product.product_id, client=client).price == renamed.price == 79.95
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


def a_lost_answer_does_not_create_twice(connect: Connect) -> None:
    for fault in ("answer-lost", "cut-off"):
        body = new_user()

        created = create_user.sync(client=connect(fault), body=body)

        assert list_users.sync(client=connect(), email=body.email).items == [created]


def a_lost_answer_does_not_adjust_twice(connect: Connect) -> None:
    product = create_product.sync(client=connect(), body=new_product(unique("c"), initial_quantity=10))

    adjust_inventory.sync(product.product_id, client=connect("answer-lost"), body=models.Adjustment(delta=-4))

    assert get_inventory.sync(product.product_id, client=connect()).quantity == 6


def a_key_of_ones_own_is_sent_as_it_is(connect: Connect) -> None:
    body, key = new_user(), str(uuid4())

    first = create_user.sync(client=connect(), body=body, idempotency_key=key)

    assert create_user.sync(client=connect(), body=body, idempotency_key=key) == first


def retry_after_is_honoured(connect: Connect) -> None:
    for fault in ("busy", "in-progress"):
        start = time.monotonic()
        create_user.sync(client=connect(fault), body=new_user())
        assert time.monotonic() - start >= 1


def reads_and_writes_are_tried_again(connect: Connect) -> None:
    user = create_user.sync(client=connect(), body=new_user())

    assert get_user.sync(user.user_id, client=connect("unavailable")) == user
    assert get_user.sync(user.user_id, client=connect("cut-off")) == user
    changed = update_user.sync(user.user_id, client=connect("unavailable"), body=models.UserChanges(name="Ada King"))
    assert changed.version == 2

    async def read() -> models.User:
        async with connect("cut-off") as client:
            return await get_user.asyncio(user.user_id, client=client)

    assert asyncio.run(read()) == changed


def an_api_that_stays_down_is_an_error(connect: Connect) -> None:
    client = connect("down", retry=Retry(attempts=3, first=0.01))

    problem = refused(lambda: list_users.sync(client=client))

    assert (problem.status, problem.detail) == (503, "Service Unavailable")


def what_could_be_done_twice_is_not_tried_again(connect: Connect) -> None:
    user = create_user.sync(client=connect(), body=new_user())

    try:
        update_user.sync(user.user_id, client=connect("cut-off"), body=models.UserChanges(name="Ada King"))
    except TransportError:
        assert get_user.sync(user.user_id, client=connect()).version == 2
    else:
        raise AssertionError("a write without a key was sent again")


def a_long_retry_after_is_not_waited_for(connect: Connect) -> None:
    client = connect("busy", retry=Retry(longest=0.5))

    assert refused(lambda: list_users.sync(client=client)).headers["Retry-After"] == "1"


def new_user() -> models.NewUser:
    return models.NewUser(name="Ada Lovelace", email=f"{unique('ada')}@example.com")


def new_product(category: str, initial_quantity: int = 0) -> models.NewProduct:
    return models.NewProduct(unique("Trackball"), price=19.99, category=category, initial_quantity=initial_quantity)


def unique(word: str) -> str:
    return f"{word}-{uuid4().hex[:12]}"


def base_url(client: RetryingClient) -> str:
    return str(client.get_httpx_client().base_url)


def refused(call: Callable[[], object]) -> ProblemError:
    try:
        call()
    except ProblemError as problem:
        return problem
    raise AssertionError("it was not refused")


def main() -> None:
    claim, gateway, everything = sys.argv[1:]

    def connect(fault: str = "none", *, token: str = "", retry: Retry = PATIENT) -> RetryingClient:
        return RetryingClient(base_url=f"{gateway}/{fault}", token=token or everything, retry=retry)

    globals()[claim](connect)


if __name__ == "__main__":
    main()
