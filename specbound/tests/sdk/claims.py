"""What the Python client does for its user: operations, lists, errors and ETags."""

import asyncio
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import httpx
from catalogue_api_client import (
    ApiError,
    Client,
    Conflict,
    EmailTaken,
    NoAnswerError,
    NotFound,
    Retry,
    StockExceeded,
    User,
    __version__,
    etag,
    models,
    request_id,
)
from claiming import Connect, base_url, new_product, new_user, raised, refused, unique


def every_operation_answers_with_its_type(connect: Connect) -> None:
    client = connect()
    user = client.users.create(**new_user())
    batch = client.users.create_many(items=[new_user(), new_user()])
    product = client.products.create(**new_product(unique("c")), initial_quantity=5)
    products = client.products.create_many(items=[models.NewProduct(**new_product(unique("c")))])
    adjusted = client.inventory.adjust(product.product_id, delta=-2)
    stock = client.inventory.update(product.product_id, quantity=40)
    renamed = client.products.update(product.product_id, price=Decimal("79.95"))

    assert client.users.get(user.user_id) == user
    assert (batch.created, batch.failed, products.created) == (2, 0, 1)
    assert client.users.list(email=user.email).first().items == [user]
    assert client.users.update(user.user_id, status=models.UserStatus.INACTIVE).version == 2
    assert client.products.get(product.product_id).price == renamed.price == Decimal("79.95")
    assert client.products.list(category=product.category).first().count == 1
    assert (adjusted.quantity, stock.quantity) == (3, 40)
    assert client.inventory.get(product.product_id) == stock
    assert client.inventory.list(product_id=[product.product_id]).items == [stock]
    client.users.delete(user.user_id)
    client.products.delete(product.product_id)
    assert refused(lambda: client.products.get(product.product_id)).status == 404
    anyone = Client(base_url=base_url(client))
    assert anyone.meta.get_health().status == "ok"
    assert anyone.meta.get_contract().openapi == "3.0.3"
    assert anyone.meta.get_docs().startswith("<!doctype html>")


def async_functions_do_the_same(connect: Connect) -> None:
    async def use() -> None:
        async with connect.asynchronous() as client:
            user = await client.users.create(**new_user())
            changed = await client.users.update(user.user_id, name="Ada King", if_match=etag(user))
            assert await client.users.get(user.user_id) == changed
            found = [each async for each in client.users.list(email=user.email)]
            assert found == [changed]
            gone = await client.raw(client.users.delete, user.user_id)
            assert (gone.status, gone.value) == (204, None)

    asyncio.run(use())


def all_items_walks_every_page_once(connect: Connect) -> None:
    client, category = connect(), unique("walk")
    items = [models.NewProduct(**new_product(category)) for _ in range(7)]
    client.products.create_many(items=items)

    walked = list(client.products.list(limit=2, category=category))

    assert sorted(each.name for each in walked) == sorted(each.name for each in items)
    assert walked == sorted(walked, key=lambda each: each.created_at, reverse=True)


def a_conflict_is_a_typed_error(connect: Connect) -> None:
    client, body = connect(), new_user()
    client.users.create(**body)

    problem = refused(lambda: client.users.create(**body))

    assert isinstance(problem, EmailTaken) and isinstance(problem, Conflict)
    assert (problem.status, problem.type) == (409, "urn:problem-type:email-taken")
    assert problem.detail in str(problem)


def a_type_of_problem_has_a_class_of_its_own(connect: Connect) -> None:
    client = connect()
    product = client.products.create(**new_product(unique("c")), initial_quantity=1)

    problem = raised(StockExceeded, lambda: client.inventory.adjust(product.product_id, delta=-2))

    assert isinstance(problem, Conflict)
    assert (problem.status, problem.type) == (409, "urn:problem-type:stock-exceeded")
    assert "StockExceeded" in (client.inventory.adjust.__doc__ or "")
    assert not isinstance(refused(lambda: client.users.get(uuid4())), Conflict)


def every_violation_is_named(connect: Connect) -> None:
    problem = refused(lambda: connect().users.create(name="A", email="nowhere"))

    assert problem.status == 400
    assert {(each.place, each.pointer) for each in problem.violations} == {("body", "/name"), ("body", "/email")}
    assert all(f"\n  body {each.pointer}: {each.detail}" in str(problem) for each in problem.violations)


def a_gateways_own_refusal_is_the_same_error(connect: Connect) -> None:
    client = connect(token="no-such-token")

    problem = refused(lambda: client.users.list().first())

    assert (problem.status, problem.detail) == (401, "Unauthorized")


def an_etag_travels_from_read_to_write(connect: Connect) -> None:
    client = connect()
    read = client.users.create(**new_user())
    theirs = client.users.get(read.user_id)
    client.users.update(theirs.user_id, name="Theirs", if_match=etag(theirs))

    mine = refused(lambda: client.users.update(read.user_id, name="Mine", if_match=etag(read)))

    assert mine.status == 412
    assert client.users.get(read.user_id).name == "Theirs"


def items_of_a_list_have_their_etags(connect: Connect) -> None:
    client = connect()
    user = client.users.create(**new_user())
    product = client.products.create(**new_product(unique("c")))

    [listed] = client.users.list(email=user.email)
    [stock] = client.inventory.list(product_id=[product.product_id]).items

    assert etag(listed) == etag(user) == client.raw(client.users.get, user.user_id).headers["ETag"]
    assert etag(stock) == etag(client.inventory.get(product.product_id))
    client.users.update(user.user_id, name="Theirs")
    assert refused(lambda: client.users.update(user.user_id, name="Mine", if_match=etag(listed))).status == 412


def an_object_without_an_etag_says_so(connect: Connect) -> None:
    unread = models.NewUser(name="Ada", email="ada@example.com")

    try:
        etag(unread)
    except LookupError as error:
        assert "NewUser has no ETag" in str(error)
    else:
        raise AssertionError("what was not read has no ETag")


def one_class_is_over_all_errors(connect: Connect) -> None:
    client = connect()

    missing = raised(ApiError, lambda: client.users.get(uuid4()))
    nobody = raised(ApiError, Client("http://127.0.0.1:9", retry=Retry(attempts=1)).meta.get_health)

    assert isinstance(missing, NotFound) and missing.type == "urn:problem-type:not-found"
    assert isinstance(nobody, NoAnswerError) and "no answer" in str(nobody)


def a_result_names_its_request(connect: Connect) -> None:
    client = connect()
    user = client.users.create(**new_user())

    answer = client.raw(client.users.get, user.user_id)

    assert (answer.status, answer.value) == (200, user)
    assert answer.request_id and answer.request_id == request_id(answer.value)
    assert request_id(user) not in (None, answer.request_id)
    assert request_id(client.users.list(email=user.email).first().items[0])
    assert b'"userId"' in answer.content


def models_dicts_and_arguments_are_taken_alike(connect: Connect) -> None:
    client = connect()
    given = new_user()

    [first, second] = client.users.create_many(items=[given, models.NewUser(**new_user())]).results
    assert isinstance(first.user, User) and isinstance(second.user, User)
    inactive = client.users.update(str(first.user.user_id), status="inactive")

    assert (first.user.email, inactive.status) == (given["email"], models.UserStatus.INACTIVE)
    assert [each.user_id for each in client.users.list(email=given["email"], status="inactive")] == [first.user.user_id]


def settings_come_from_the_environment(connect: Connect) -> None:
    script = "from catalogue_api_client import Client; print(Client().users.list(limit=1).first().count)"
    known = {"PYTHONPATH": os.pathsep.join(sys.path)}
    environment = known | {"CATALOGUE_API_BASE_URL": connect.url(), "CATALOGUE_API_TOKEN": connect.everything}

    told = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    lost = subprocess.run([sys.executable, "-c", script], env=known, capture_output=True, text=True, check=False)

    assert (told.returncode, told.stdout[:-1].isdecimal()) == (0, True), told.stderr
    assert "Give base_url, or set CATALOGUE_API_BASE_URL in the environment." in lost.stderr


def a_request_says_what_sent_it(connect: Connect) -> None:
    agents: list[str] = []

    def see(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        agents.append(request.headers["User-Agent"])
        return send(request)

    connect(middleware=[see]).users.list(limit=1).first()

    assert agents == [f"catalogue-api-client/{__version__} Python/{platform.python_version()}"]
