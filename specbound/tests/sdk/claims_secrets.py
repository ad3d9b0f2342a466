"""What the Python client never shows: its token, and whatever else may let somebody in."""

import asyncio
import base64
import logging
import pickle
import pprint
import traceback
from typing import Any

from attrs import fields
from catalogue_api_client import (
    AsyncClient,
    Client,
    ClientCredentials,
    NoAnswerError,
    ProblemError,
    Retry,
    StoppedError,
    Violation,
)
from catalogue_api_client.settings import Settings
from claiming import Connect, new_user, raised, refused
from httpx import RequestError

SECRET = "s3cr3t"


def a_client_shows_no_secret(connect: Connect) -> None:
    client = Client(
        f"https://ada:{SECRET}@api.example.com/v1",
        token=f"{SECRET}-token",
        headers={"X-Api-Key": SECRET},
        cookies={"session": SECRET},
        proxy=f"http://ada:{SECRET}@proxy.example.com",
    )
    credentials = ClientCredentials("https://issuer.example.com/token", "a-program", SECRET)
    other = AsyncClient("https://api.example.com", token=credentials, auth_scheme="", auth_header="X-Api-Key")

    changed = client.with_options(headers={"Authorization": SECRET})
    addresses = [f"https://{SECRET}@a.example", f"https://a.example?key={SECRET}", f"https://a.example#{SECRET}"]
    clients: list[Client | AsyncClient] = [client, other, changed, *map(Client, addresses)]
    for each in clients:
        shown = (repr(each), str(each), pprint.pformat(each), repr(each._settings), repr(each._http))
        assert SECRET not in "".join(shown)
        # rich, among others, goes by the fields of an attrs class.
        parts = {field.name: getattr(each._settings, field.name) for field in fields(Settings) if field.repr}
        assert SECRET not in repr(parts)
    assert "https://api.example.com/v1" in repr(client)
    assert SECRET not in repr(credentials)


def an_error_shows_no_secret(connect: Connect) -> None:
    def shown(error: BaseException) -> str:
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
        text = "".join(frames.format()) + repr(error) + repr(vars(error))
        request = getattr(error, "_request", None)
        headers = repr(request.headers.raw) if request is not None else ""
        return text + headers + repr(pickle.dumps(error)) if not isinstance(error, StoppedError) else text

    for name in ("Authorization", "X-Api-Key"):
        for fault, kind in {"none": ProblemError, "cut-off": NoAnswerError, "hang": NoAnswerError}.items():
            url, retry = connect.url(fault), Retry(attempts=1, deadline=1 if fault == "hang" else None)
            client = Client(url, token=SECRET, retry=retry, auth_header=name)
            other = AsyncClient(connect.url(fault), token=SECRET, retry=retry, auth_header=name)

            async def read(client: AsyncClient = other) -> None:
                await client.users.list().first()

            assert SECRET not in shown(raised(kind, lambda: client.users.list().first()))  # noqa: B023  called at once
            assert SECRET not in shown(raised(kind, lambda: asyncio.run(read())))


def an_error_keeps_nothing_of_its_request_but_where_it_went(connect: Connect) -> None:
    async def read(client: AsyncClient) -> None:
        await client.meta.get_health()

    urls = [connect.url(fault) for fault in ("cut", "moved-away", "moved")] + ["ftp://a.example"]
    encoded = base64.b64encode(f"ada:{SECRET}".encode()).decode()
    for url in urls:
        secret = url.replace("//", f"//ada:{SECRET}@")
        for token in (SECRET, ""):
            options: dict[str, Any] = {"token": token, "retry": Retry(attempts=1), "follow_redirects": True}
            options |= {"headers": {"X-Api-Key": SECRET}, "cookies": {"session": SECRET}}
            client, other = Client(secret, **options), AsyncClient(secret, **options)
            calls = (client.meta.get_health, lambda: asyncio.run(read(other)))  # noqa: B023  called at once
            for call in calls:
                error = raised(NoAnswerError, call)
                cause = error.__cause__
                assert isinstance(cause, RequestError)
                kept = repr(pickle.dumps(error)) + repr(pickle.dumps(cause)) + str(error) + str(cause.request.url)
                assert "/health" in kept
                assert SECRET not in kept and encoded not in kept


def a_name_and_a_password_in_the_address_are_sent_as_such(connect: Connect) -> None:
    url = connect.url("echo").replace("//", f"//ada:{SECRET}@")

    basic = refused(Client(url).meta.get_health)
    token = refused(Client(url, token="t").meta.get_health)

    assert basic.instance == "Basic " + base64.b64encode(f"ada:{SECRET}".encode()).decode()
    assert token.instance == "Bearer t"


def a_token_that_no_header_carries_is_not_shown(connect: Connect) -> None:
    for bad in ("\n", "é", "\0", " ", "\r\nX-Admin: 1"):
        token = f"{SECRET}{bad}"
        errors = [
            raised(ValueError, lambda: connect(token=token)),  # noqa: B023  called at once
            raised(ValueError, lambda: connect(token=lambda: token).users.list().first()),  # noqa: B023
        ]
        for error in errors:
            assert "no header can carry" in str(error)
            assert SECRET not in repr(error) + "".join(traceback.format_exception(error))


def a_log_shows_no_secret(connect: Connect) -> None:
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    logging.getLogger().addHandler(Lines())
    logging.getLogger().setLevel(logging.DEBUG)
    connect().users.create(**new_user())
    refused(lambda: connect(token=SECRET).users.list().first())
    address = connect.url().replace("//", f"//ada:{SECRET}@")
    Client(address, token=connect.everything, headers={"X-Api-Key": SECRET}).users.list().first()

    assert len(lines) > 10
    assert SECRET not in "".join(lines)


def an_error_can_be_pickled(connect: Connect) -> None:
    problem = refused(lambda: connect("named").users.list().first())

    again = pickle.loads(pickle.dumps(problem))

    assert (str(again), again.request_id) == (str(problem), problem.request_id)


def an_error_names_its_request(connect: Connect) -> None:
    api = refused(lambda: connect("named").users.list().first())
    gateway = refused(lambda: connect("gateway").users.list().first())

    assert (api.request_id, str(api)) == ("of-the-api", "404 There is none. (request of-the-api)")
    assert (gateway.request_id, str(gateway)) == ("of-the-gateway=", "403 Forbidden (request of-the-gateway=)")
    assert ProblemError(503, {}, {}).request_id is None
    assert str(ProblemError(503, {}, {})) == "503 Service Unavailable"


def an_error_is_made_of_whatever_came(connect: Connect) -> None:
    for body in ({"detail": None, "title": 5}, {"errors": None}, {"errors": ["x", None]}, {"message": None}):
        assert str(ProblemError(503, {}, body)) == "503 Service Unavailable"
    found = ProblemError(400, {}, {"errors": [{"in": "body", "pointer": "/name"}]}).violations
    assert found == [Violation("body", "/name", "")]
