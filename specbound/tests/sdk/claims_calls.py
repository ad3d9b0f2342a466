"""How the Python client gets an answer: attempts, waits, deadlines, and a token for each."""

import asyncio
import base64
import json
import threading
import time
import warnings
from collections.abc import Awaitable, Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from catalogue_api_client import (
    Attempt,
    Budget,
    Client,
    ClientCredentials,
    DeadlineError,
    NoAnswerError,
    ProblemError,
    Retry,
    StoppedError,
    Token,
    models,
)
from claiming import Connect, new_product, new_user, raised, refused, seconds, unique
from httpx import ConnectError

ENDLESS = Retry(attempts=1000, deadline=1)
UNHURRIED = Retry(longest=60)


def a_lost_answer_does_not_create_twice(connect: Connect) -> None:
    for fault in ("answer-lost", "outcome-unknown", "cut-off", "half"):
        body = new_user()

        created = connect(fault).users.create(**body)

        assert connect().users.list(email=body["email"]).first().items == [created]


def a_lost_answer_does_not_adjust_twice(connect: Connect) -> None:
    product = connect().products.create(**new_product(unique("c")), initial_quantity=10)

    connect("answer-lost").inventory.adjust(product.product_id, delta=-4)

    assert connect().inventory.get(product.product_id).quantity == 6


def a_key_of_ones_own_is_sent_as_it_is(connect: Connect) -> None:
    body, key = new_user(), unique("key")

    first = connect().users.create(**body, idempotency_key=key)

    assert connect().users.create(**body, idempotency_key=key) == first


def retry_after_is_honoured(connect: Connect) -> None:
    for fault in ("busy", "in-progress"):
        client = connect(fault)
        assert seconds(lambda: client.users.create(**new_user())) >= 1  # noqa: B023  called at once


def reads_and_writes_are_tried_again(connect: Connect) -> None:
    user = connect().users.create(**new_user())

    for fault in ("unavailable", "outcome-unknown", "cut-off", "half"):
        assert connect(fault).users.get(user.user_id) == user
    changed = connect("unavailable").users.update(user.user_id, name="Ada King")
    assert changed.version == 2

    async def read() -> models.User:
        async with connect.asynchronous("cut-off") as client:
            return await client.users.get(user.user_id)

    assert asyncio.run(read()) == changed


def an_api_that_stays_down_is_an_error(connect: Connect) -> None:
    client = connect("down", retry=Retry(attempts=3, first=0.01))

    problem = refused(lambda: client.users.list().first())

    assert (problem.status, problem.detail) == (503, "Service Unavailable")


def what_could_be_done_twice_is_not_tried_again(connect: Connect) -> None:
    kinds: dict[str, type[Exception]] = {"cut-off": NoAnswerError, "outcome-unknown": ProblemError}
    for fault, kind in kinds.items():
        user = connect().users.create(**new_user())
        client = connect(fault)

        raised(kind, lambda: client.users.update(user.user_id, name="Ada King"))  # noqa: B023  called at once
        assert connect().users.get(user.user_id).version == 2
        raised(kind, lambda: client.users.delete(user.user_id))  # noqa: B023  called at once
        assert refused(lambda: connect().users.get(user.user_id)).status == 404  # noqa: B023


def an_unknown_outcome_says_so(connect: Connect) -> None:
    user = connect().users.create(**new_user())

    problem = refused(lambda: connect("outcome-unknown").users.delete(user.user_id))

    assert (problem.status, problem.type) == (503, "urn:problem-type:outcome-unknown")


def a_long_retry_after_is_not_waited_for(connect: Connect) -> None:
    client = connect("busy", retry=Retry(longest=0.5))

    assert refused(lambda: client.users.list().first()).headers["Retry-After"] == "1"


def a_retry_after_that_is_none_is_passed_over(connect: Connect) -> None:
    client = connect("odd", retry=Retry(attempts=2, first=0.01))

    assert refused(lambda: client.users.list().first()).status == 503


def a_deadline_is_for_the_whole_call(connect: Connect) -> None:
    # The deadline may come amid an attempt of an API that is down, too.
    for fault, kind in {"down": Exception, "hang": DeadlineError, "trickle": DeadlineError}.items():
        client = connect(fault, retry=ENDLESS)
        assert seconds(lambda: raised(kind, lambda: client.users.list().first())) < 5  # noqa: B023  called at once

        async def read(fault: str = fault) -> None:
            await connect.asynchronous(fault, retry=ENDLESS).users.list().first()

        assert seconds(lambda: raised(kind, lambda: asyncio.run(read()))) < 5  # noqa: B023  called at once


def one_call_may_have_a_deadline_of_its_own(connect: Connect) -> None:
    client = connect("hang")

    assert seconds(lambda: raised(DeadlineError, lambda: client.with_options(deadline=0.5).users.list().first())) < 5


def a_deadline_before_the_next_attempt_is_not_waited_for(connect: Connect) -> None:
    client = connect("later", retry=Retry(longest=60, deadline=20))

    assert seconds(lambda: refused(lambda: client.users.list().first())) < 10


def a_wait_ends_when_it_is_told_to(connect: Connect) -> None:
    def stopped(call: Callable[[threading.Event], object]) -> None:
        stop = threading.Event()
        threading.Timer(1, stop.set).start()
        start = time.monotonic()
        error = raised(StoppedError, lambda: call(stop))
        assert time.monotonic() - start < 5
        assert getattr(error.__cause__, "status", None) == 503

    async def read(stop: threading.Event) -> None:
        await connect.asynchronous("later", retry=UNHURRIED, stop=stop).users.list().first()

    stopped(lambda stop: connect("later", retry=UNHURRIED, stop=stop).users.list().first())
    stopped(lambda stop: connect("later", retry=UNHURRIED).with_options(stop=stop).users.list().first())
    stopped(lambda stop: asyncio.run(read(stop)))


def a_stopped_client_sends_nothing(connect: Connect) -> None:
    stop = threading.Event()
    stop.set()

    error = raised(StoppedError, lambda: connect(stop=stop).users.create(**new_user()))

    assert error.__cause__ is None


def a_cancelled_task_ends_at_once(connect: Connect) -> None:
    async def read() -> None:
        await asyncio.wait_for(connect.asynchronous("later", retry=UNHURRIED).users.list().first(), 0.2)

    assert seconds(lambda: raised(TimeoutError, lambda: asyncio.run(read()))) < 5


def a_token_may_be_a_function_asked_with_each_attempt(connect: Connect) -> None:
    asked: list[str] = []

    def token() -> str:
        asked.append("asked")
        return connect.everything

    async def token_async() -> str:
        return token()

    async def read(token: Token) -> None:
        await connect.asynchronous("unavailable", token=token).users.list().first()

    connect("unavailable", token=token).users.list().first()
    assert len(asked) == 2
    asyncio.run(read(token))
    asyncio.run(read(token_async))
    assert len(asked) == 6
    error = raised(TypeError, lambda: connect(token=token_async).users.list().first())
    assert "AsyncClient" in str(error)


def a_refused_token_is_asked_for_once_more(connect: Connect) -> None:
    old = iter(["no-such-token"])

    async def read() -> models.UserPage:
        renewed = iter(["no-such-token"])
        return await connect.asynchronous(token=lambda: next(renewed, connect.everything)).users.list().first()

    connect(token=lambda: next(old, connect.everything)).users.list().first()
    connect(token=lambda: next(iter([connect.everything]))).users.create(**new_user())
    asyncio.run(read())
    tokens = iter(["no-such-token", "no-such-token", connect.everything])
    assert refused(lambda: connect(token=lambda: next(tokens)).users.list().first()).status == 401


def a_token_function_may_have_none(connect: Connect) -> None:
    async def none() -> None:
        return None

    async def read(token: Token) -> None:
        await connect.asynchronous("echo", token=token).users.list().first()

    for call in (
        lambda: connect("echo", token=lambda: None).users.list().first(),
        lambda: asyncio.run(read(lambda: None)),
        lambda: asyncio.run(read(none)),
    ):
        assert refused(call).instance is None


def what_is_no_token_is_named(connect: Connect) -> None:
    async def read() -> None:
        await connect.asynchronous(token=lambda: b"local").users.list().first()  # type: ignore[arg-type,return-value]

    for call in (
        lambda: connect(token=lambda: 5).users.list().first(),  # type: ignore[arg-type,return-value]
        lambda: asyncio.run(read()),
    ):
        assert "a function that returns one" in str(raised(TypeError, call))


def client_credentials_are_renewed_before_they_end(connect: Connect) -> None:
    issued: list[str] = []

    class Issuer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
            issued.append(f"{self.headers['Authorization']} {asked}")
            # The first one ends at once, the second the API does not know.
            token = "no-such-token" if len(issued) == 2 else connect.everything
            text = json.dumps({"access_token": token, "expires_in": 0 if len(issued) == 1 else 3600})
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *arguments: object) -> None: ...

    async def read(credentials: ClientCredentials) -> None:
        async with connect.asynchronous(token=credentials) as client:
            await asyncio.gather(*(client.users.list().first() for _ in range(5)))

    with ThreadingHTTPServer(("127.0.0.1", 0), Issuer) as issuer:
        threading.Thread(target=issuer.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{issuer.server_port}/token"
        credentials = ClientCredentials(url, "a program", "secret", scopes=["users/read"])
        client = connect(token=credentials)
        client.users.list().first()
        assert len(issued) == 1
        client.users.list().first()
        client.users.list().first()
        assert len(issued) == 3
        asyncio.run(read(ClientCredentials(url, "a program", "secret")))
        assert len(issued) == 4
        issuer.shutdown()
    basic = base64.b64encode(b"a program:secret").decode()
    assert issued[0] == f"Basic {basic} grant_type=client_credentials&scope=users%2Fread"
    away = ClientCredentials("http://127.0.0.1:9/token", "a", "secret")
    assert "issuer" in str(raised(NoAnswerError, lambda: connect(token=away).users.list().first()))


def who_watches_is_told_of_each_attempt(connect: Connect) -> None:
    seen: list[Attempt] = []

    connect("unavailable", watch=seen.append).users.get(connect().users.create(**new_user()).user_id)
    raised(NoAnswerError, lambda: connect("cut", watch=seen.append, retry=Retry(attempts=1)).users.list().first())

    first, second, lost = seen
    assert (first.operation, first.method, first.route) == ("get_user", "GET", "/users/{userId}")
    assert (first.number, first.status, second.number, second.status) == (1, 503, 2, 200)
    assert first.wait is not None and second.wait is None and second.request_id
    assert (lost.status, lost.error) == (None, "RemoteProtocolError")


def who_calls_what_is_deprecated_is_warned_where_the_call_is(connect: Connect) -> None:
    ending = {"Deprecation": "@1769817600", "Sunset": "Sun, 31 Jan 2027 00:00:00 GMT"}

    def saying(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        response = send(request)
        response.headers.update(ending)
        return response

    async def waiting(
        request: httpx.Request, send: Callable[[httpx.Request], Awaitable[httpx.Response]]
    ) -> httpx.Response:
        response = await send(request)
        response.headers.update(ending)
        return response

    async def read() -> None:
        await connect.asynchronous(middleware=[waiting]).users.list().first()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        connect(middleware=[saying]).users.list().first()
        asyncio.run(read())
        connect().users.list().first()

    said = "The API says that list_users is deprecated; it may be gone from Sun, 31 Jan 2027 00:00:00 GMT on."
    # Other claims run beside this one, and may be warned of other things.
    found = [(each.category, each.filename) for each in caught if str(each.message) == said]
    assert found == [(DeprecationWarning, __file__)] * 2


def middleware_is_around_each_attempt(connect: Connect) -> None:
    seen: list[tuple[str, int]] = []

    def outer(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        assert "Authorization" not in request.headers
        request.headers["X-Trace"] = "trace"
        response = send(request)
        seen.append(("outer", response.status_code))
        return response

    def inner(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        seen.append((request.headers["X-Trace"], 0))
        return send(request)

    async def waiting(
        request: httpx.Request, send: Callable[[httpx.Request], Awaitable[httpx.Response]]
    ) -> httpx.Response:
        response = await send(request)
        seen.append(("async", response.status_code))
        return response

    async def read() -> None:
        await connect.asynchronous("unavailable", middleware=[waiting]).users.list().first()

    connect("unavailable", middleware=[outer, inner]).users.list().first()
    asyncio.run(read())

    assert seen == [("trace", 0), ("outer", 503), ("trace", 0), ("outer", 200), ("async", 503), ("async", 200)]


def a_budget_is_for_all_calls_of_a_client(connect: Connect) -> None:
    seen: list[Attempt] = []
    client = connect("down", retry=Retry(attempts=9, first=0, budget=Budget(5)), watch=seen.append)

    for _ in range(4):
        refused(lambda: client.users.list().first())

    # Each of the four begins once; what is kept brings back a tenth.
    assert len(seen) == 4 + 5


def connections_are_used_again(connect: Connect) -> None:
    client = connect()

    for _ in range(5):
        client.with_options(timeout=20).users.list(limit=1).first()

    pool = client._http._transport._pool  # type: ignore[attr-defined]
    assert len(pool.connections) == 1


def a_proxy_is_asked_for_what_is_elsewhere(connect: Connect) -> None:
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"status":"ok"}')

        def log_message(self, format: str, *arguments: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        with Client("http://nowhere.invalid", proxy=f"http://127.0.0.1:{proxy.server_port}") as client:
            assert client.meta.get_health().status == "ok"
        proxy.shutdown()

    assert asked == ["http://nowhere.invalid/health"]


def an_error_of_the_token_function_is_the_callers(connect: Connect) -> None:
    for away in (TimeoutError("the issuer of tokens is away"), ConnectError("the issuer of tokens is away")):

        def token(away: Exception = away) -> str:
            raise away

        async def read(token: Token = token) -> None:
            await connect.asynchronous(token=token, retry=Retry(attempts=1)).users.list().first()

        assert raised(type(away), lambda: connect(token=token, retry=Retry(attempts=1)).users.list().first()) is away
        assert raised(type(away), lambda: asyncio.run(read())) is away
