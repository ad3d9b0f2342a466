"""How the Python client gets an answer: attempts, waits, deadlines, and a token for each."""

import asyncio
import threading
import time
from collections.abc import Callable

from catalogue_api_client import DeadlineError, ProblemError, Retry, RetryingClient, StoppedError, Token, models
from catalogue_api_client.api.inventory import adjust_inventory, get_inventory
from catalogue_api_client.api.products import create_product
from catalogue_api_client.api.users import create_user, delete_user, get_user, list_users, update_user
from claiming import Connect, new_product, new_user, raised, refused, seconds, unique
from httpx import ConnectError, TransportError

ENDLESS = Retry(attempts=1000, deadline=1)
UNHURRIED = Retry(longest=60)


def a_lost_answer_does_not_create_twice(connect: Connect) -> None:
    for fault in ("answer-lost", "outcome-unknown", "cut-off", "half"):
        body = new_user()

        created = create_user.sync(client=connect(fault), body=body)

        assert list_users.sync(client=connect(), email=body.email).items == [created]


def a_lost_answer_does_not_adjust_twice(connect: Connect) -> None:
    product = create_product.sync(client=connect(), body=new_product(unique("c"), initial_quantity=10))

    adjust_inventory.sync(product.product_id, client=connect("answer-lost"), body=models.Adjustment(delta=-4))

    assert get_inventory.sync(product.product_id, client=connect()).quantity == 6


def a_key_of_ones_own_is_sent_as_it_is(connect: Connect) -> None:
    body, key = new_user(), unique("key")

    first = create_user.sync(client=connect(), body=body, idempotency_key=key)

    assert create_user.sync(client=connect(), body=body, idempotency_key=key) == first


def retry_after_is_honoured(connect: Connect) -> None:
    for fault in ("busy", "in-progress"):
        client = connect(fault)
        assert seconds(lambda: create_user.sync(client=client, body=new_user())) >= 1  # noqa: B023  called at once


def reads_and_writes_are_tried_again(connect: Connect) -> None:
    user = create_user.sync(client=connect(), body=new_user())

    for fault in ("unavailable", "outcome-unknown", "cut-off", "half"):
        assert get_user.sync(user.user_id, client=connect(fault)) == user
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
    kinds: dict[str, type[Exception]] = {"cut-off": TransportError, "outcome-unknown": ProblemError}
    for fault, kind in kinds.items():
        user = create_user.sync(client=connect(), body=new_user())
        changes, client = models.UserChanges(name="Ada King"), connect(fault)

        raised(kind, lambda: update_user.sync(user.user_id, client=client, body=changes))  # noqa: B023  called at once
        assert get_user.sync(user.user_id, client=connect()).version == 2
        raised(kind, lambda: delete_user.sync(user.user_id, client=client))  # noqa: B023  called at once
        assert refused(lambda: get_user.sync(user.user_id, client=connect())).status == 404  # noqa: B023


def an_unknown_outcome_says_so(connect: Connect) -> None:
    user = create_user.sync(client=connect(), body=new_user())

    problem = refused(lambda: delete_user.sync(user.user_id, client=connect("outcome-unknown")))

    assert (problem.status, problem.type) == (503, "urn:problem-type:outcome-unknown")


def a_long_retry_after_is_not_waited_for(connect: Connect) -> None:
    client = connect("busy", retry=Retry(longest=0.5))

    assert refused(lambda: list_users.sync(client=client)).headers["Retry-After"] == "1"


def a_retry_after_that_is_none_is_passed_over(connect: Connect) -> None:
    client = connect("odd", retry=Retry(attempts=2, first=0.01))

    assert refused(lambda: list_users.sync(client=client)).status == 503


def a_deadline_is_for_the_whole_call(connect: Connect) -> None:
    # The deadline may come amid an attempt of an API that is down, too.
    for fault, kind in {"down": Exception, "hang": DeadlineError, "trickle": DeadlineError}.items():
        client = connect(fault, retry=ENDLESS)
        assert seconds(lambda: raised(kind, lambda: list_users.sync(client=client))) < 5  # noqa: B023  called at once

        async def read(client: RetryingClient = client) -> None:
            await list_users.asyncio(client=client)

        assert seconds(lambda: raised(kind, lambda: asyncio.run(read()))) < 5  # noqa: B023  called at once


def one_call_may_have_a_deadline_of_its_own(connect: Connect) -> None:
    client = connect("hang")

    assert seconds(lambda: raised(DeadlineError, lambda: list_users.sync(client=client.with_deadline(0.5)))) < 5
    assert client.retry.deadline == Retry().deadline
    assert client.with_deadline(0.5).get_httpx_client() is client.get_httpx_client()
    assert connect().with_deadline(5).retry == Retry(deadline=5)


def a_deadline_before_the_next_attempt_is_not_waited_for(connect: Connect) -> None:
    client = connect("later", retry=Retry(longest=60, deadline=20))

    assert seconds(lambda: refused(lambda: list_users.sync(client=client))) < 10


def a_wait_ends_when_it_is_told_to(connect: Connect) -> None:
    def stopped(call: Callable[[threading.Event], object]) -> None:
        stop = threading.Event()
        threading.Timer(1, stop.set).start()
        start = time.monotonic()
        error = raised(StoppedError, lambda: call(stop))
        assert time.monotonic() - start < 5
        assert getattr(error.__cause__, "status", None) == 503

    async def read(stop: threading.Event) -> None:
        await list_users.asyncio(client=connect("later", retry=UNHURRIED, stop=stop))

    stopped(lambda stop: list_users.sync(client=connect("later", retry=UNHURRIED, stop=stop)))
    stopped(lambda stop: list_users.sync(client=connect("later", retry=UNHURRIED).with_stop(stop)))
    stopped(lambda stop: asyncio.run(read(stop)))


def a_stopped_client_sends_nothing(connect: Connect) -> None:
    stop = threading.Event()
    stop.set()

    error = raised(StoppedError, lambda: create_user.sync(client=connect(stop=stop), body=new_user()))

    assert error.__cause__ is None


def a_cancelled_task_ends_at_once(connect: Connect) -> None:
    async def read() -> None:
        await asyncio.wait_for(list_users.asyncio(client=connect("later", retry=UNHURRIED)), 0.2)

    assert seconds(lambda: raised(TimeoutError, lambda: asyncio.run(read()))) < 5


def a_token_may_be_a_function_asked_with_each_attempt(connect: Connect) -> None:
    asked: list[str] = []

    def token() -> str:
        asked.append("asked")
        return connect.everything

    async def token_async() -> str:
        return token()

    async def read(token: Token) -> None:
        await list_users.asyncio(client=connect("unavailable", token=token))

    list_users.sync(client=connect("unavailable", token=token))
    assert len(asked) == 2
    asyncio.run(read(token))
    asyncio.run(read(token_async))
    assert len(asked) == 6
    error = raised(TypeError, lambda: list_users.sync(client=connect(token=token_async)))
    assert "asyncio()" in str(error)


def a_refused_token_is_asked_for_once_more(connect: Connect) -> None:
    old = iter(["no-such-token"])

    async def read() -> models.UserPage:
        renewed = iter(["no-such-token"])
        return await list_users.asyncio(client=connect(token=lambda: next(renewed, connect.everything)))

    list_users.sync(client=connect(token=lambda: next(old, connect.everything)))
    create_user.sync(client=connect(token=lambda: next(iter([connect.everything]))), body=new_user())
    asyncio.run(read())
    tokens = iter(["no-such-token", "no-such-token", connect.everything])
    assert refused(lambda: list_users.sync(client=connect(token=lambda: next(tokens)))).status == 401


def a_token_function_may_have_none(connect: Connect) -> None:
    async def none() -> None:
        return None

    async def read(token: Token) -> None:
        await list_users.asyncio(client=connect("echo", token=token))

    for call in (
        lambda: list_users.sync(client=connect("echo", token=lambda: None)),
        lambda: asyncio.run(read(lambda: None)),
        lambda: asyncio.run(read(none)),
    ):
        assert refused(call).instance is None


def what_is_no_token_is_named(connect: Connect) -> None:
    async def read() -> None:
        await list_users.asyncio(client=connect(token=lambda: b"local"))  # type: ignore[arg-type,return-value]

    for call in (
        lambda: list_users.sync(client=connect(token=lambda: 5)),  # type: ignore[arg-type,return-value]
        lambda: asyncio.run(read()),
    ):
        assert "a function that returns one" in str(raised(TypeError, call))


def an_error_of_the_token_function_is_the_callers(connect: Connect) -> None:
    for away in (TimeoutError("the issuer of tokens is away"), ConnectError("the issuer of tokens is away")):

        def token(away: Exception = away) -> str:
            raise away

        def client(token: Token = token) -> RetryingClient:
            return connect(token=token, retry=Retry(attempts=1))

        async def read(client: RetryingClient) -> None:
            await list_users.asyncio(client=client)

        assert raised(type(away), lambda: list_users.sync(client=client())) is away
        assert raised(type(away), lambda: asyncio.run(read(client()))) is away
