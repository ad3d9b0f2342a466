"""What the Python client never shows: its token, and whatever else may let somebody in."""

import asyncio
import base64
import logging
import pickle
import pprint
import traceback

from attrs import evolve, fields
from catalogue_api_client import Client, ProblemError, Retry, RetryingClient, StoppedError, Violation
from catalogue_api_client.api.meta import get_health
from catalogue_api_client.api.users import create_user, list_users
from claiming import Connect, base_url, new_user, raised, refused
from httpx import HTTPError, TransportError

SECRET = "s3cr3t"


def a_client_shows_no_secret(connect: Connect) -> None:
    client = RetryingClient(
        base_url=f"https://ada:{SECRET}@api.example.com/v1",
        token=f"{SECRET}-token",
        headers={"X-Api-Key": SECRET},
        cookies={"session": SECRET},
        httpx_args={"proxy": f"http://ada:{SECRET}@proxy.example.com"},
    )
    other = RetryingClient(base_url="https://api.example.com", token=SECRET, prefix="", auth_header_name="X-Api-Key")

    changed = client.with_headers({"Authorization": SECRET})
    addresses = [f"https://{SECRET}@a.example", f"https://a.example?key={SECRET}", f"https://a.example#{SECRET}"]
    for each in (client, other, changed, *map(Client, addresses)):
        each.get_httpx_client()
        shown = (repr(each), str(each), f"{each}", pprint.pformat(each), repr(vars(each.get_httpx_client())))
        assert SECRET not in "".join(shown[:4])
        # rich, among others, goes by the fields of an attrs class.
        secret = [field.name for field in fields(type(each)) if field.repr and SECRET in str(getattr(each, field.name))]
        assert secret in ([], ["_base_url"])
    assert "https://api.example.com/v1" in repr(client)
    assert SECRET not in repr(Client(f"https://ada:{SECRET}@a.example:{SECRET}"))


def an_error_shows_no_secret(connect: Connect) -> None:
    def shown(error: BaseException) -> str:
        frames = traceback.TracebackException.from_exception(error, capture_locals=True)
        text = "".join(frames.format()) + repr(error) + repr(vars(error))
        request = getattr(error, "_request", None)
        headers = repr(request.headers.raw) if request is not None else ""
        return text + headers + repr(pickle.dumps(error)) if not isinstance(error, StoppedError) else text

    for name in ("Authorization", "X-Api-Key"):
        for fault, kind in {"none": ProblemError, "cut-off": TransportError, "hang": TransportError}.items():

            def client(fault: str = fault, name: str = name) -> RetryingClient:
                deadline = 1 if fault == "hang" else None
                client = connect(fault, token=SECRET, retry=Retry(attempts=1, deadline=deadline))
                client.auth_header_name = name
                return client

            async def read(client: RetryingClient) -> None:
                await list_users.asyncio(client=client)

            assert SECRET not in shown(raised(kind, lambda: list_users.sync(client=client())))
            assert SECRET not in shown(raised(kind, lambda: asyncio.run(read(client()))))


def an_error_keeps_nothing_of_its_request_but_where_it_went(connect: Connect) -> None:
    def secretive(fault: str) -> RetryingClient:
        url = base_url(connect(fault)).replace("//", f"//ada:{SECRET}@")
        shown = evolve(connect(token=SECRET, retry=Retry(attempts=1)), base_url=url, follow_redirects=True)
        return evolve(shown, headers={"X-Api-Key": SECRET}, cookies={"session": SECRET})

    async def read(client: Client) -> None:
        await get_health.asyncio(client=client)

    public = Client(base_url(connect("cut")).replace("//", f"//ada:{SECRET}@"))
    nowhere = evolve(secretive("none"), base_url=f"ftp://ada:{SECRET}@a.example")
    encoded = base64.b64encode(f"ada:{SECRET}".encode()).decode()
    for each in (secretive("cut"), secretive("moved-away"), secretive("moved"), nowhere, public):
        for call in (lambda: get_health.sync(client=each), lambda: asyncio.run(read(each))):  # noqa: B023  called at once
            error = raised(HTTPError, call)
            kept = repr(pickle.dumps(error)) + str(error) + str(error.request.url)
            assert "/health" in kept
            assert SECRET not in kept and encoded not in kept


def a_name_and_a_password_in_the_address_are_sent_as_such(connect: Connect) -> None:
    url = base_url(connect("echo")).replace("//", f"//ada:{SECRET}@")

    basic = refused(lambda: get_health.sync(client=Client(url)))
    token = refused(lambda: get_health.sync(client=evolve(connect(token="t"), base_url=url)))

    assert basic.instance == "Basic " + base64.b64encode(f"ada:{SECRET}".encode()).decode()
    assert token.instance == "Bearer t"


def a_token_that_no_header_carries_is_not_shown(connect: Connect) -> None:
    for bad in ("\n", "é", "\0", " ", "\r\nX-Admin: 1"):
        token = f"{SECRET}{bad}"
        errors = [
            raised(ValueError, lambda: connect(token=token)),  # noqa: B023  called at once
            raised(ValueError, lambda: list_users.sync(client=connect(token=lambda: token))),  # noqa: B023
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
    create_user.sync(client=connect(), body=new_user())
    refused(lambda: list_users.sync(client=connect(token=SECRET)))
    address = base_url(connect()).replace("//", f"//ada:{SECRET}@")
    list_users.sync(client=evolve(connect(), base_url=address, headers={"X-Api-Key": SECRET}))

    assert len(lines) > 10
    assert SECRET not in "".join(lines)


def an_error_can_be_pickled(connect: Connect) -> None:
    problem = refused(lambda: list_users.sync(client=connect("named")))

    again = pickle.loads(pickle.dumps(problem))

    assert (str(again), again.request_id) == (str(problem), problem.request_id)


def an_error_names_its_request(connect: Connect) -> None:
    api = refused(lambda: list_users.sync(client=connect("named")))
    gateway = refused(lambda: list_users.sync(client=connect("gateway")))

    assert (api.request_id, str(api)) == ("of-the-api", "404 There is none. (request of-the-api)")
    assert (gateway.request_id, str(gateway)) == ("of-the-gateway=", "403 Forbidden (request of-the-gateway=)")
    assert ProblemError(503, {}, {}).request_id is None
    assert str(ProblemError(503, {}, {})) == "503 Service Unavailable"


def an_error_is_made_of_whatever_came(connect: Connect) -> None:
    for body in ({"detail": None, "title": 5}, {"errors": None}, {"errors": ["x", None]}, {"message": None}):
        assert str(ProblemError(503, {}, body)) == "503 Service Unavailable"
    found = ProblemError(400, {}, {"errors": [{"in": "body", "pointer": "/name"}]}).violations
    assert found == [Violation("body", "/name", "")]
