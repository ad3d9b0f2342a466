"""A request, explained by the local server: what its run did, step by step, and no secret of whoever sent it."""

import sys
from types import SimpleNamespace

import boto3
import pytest

from specbound.local import explaining
from specbound.local.calls import Calls
from specbound.local.discretion import Secrets
from specbound.local.gateway import Gateway
from specbound.local.in_process import InProcess
from specbound.local.lines import Lines
from specbound.local.listening import wrapped
from specbound.testing.callers import caller
from tests.events import event_2_0, send
from tests.subject import lambda_handler

pytestmark = pytest.mark.in_process

ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
NOBODY = "/users/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
READER = {"authorization": "Bearer local-read"}
PICTURE = """\
GET /users?limit=2
│
├─ route      list_users, which is GET /users at openapi.yaml:LINE
├─ let in     oauth: users/read, which local has
├─ read       limit      query  '2'       → integer 2  at least 1; at most 100
│             nextToken  query  not sent               at most 46 characters; by a pattern
│             email      query  not sent               at most 254 characters; by a pattern
│             status     query  not sent               one of active, inactive
├─ checked    ✓ who asks  ✓ preconditions  ✓ parameters
├─ function   list_users, handlers/users.py:LINE
├─ database   Query, 0.5 read units, TIME ms
"""


@pytest.fixture
def asking(client):
    """Sends a request to an API that explains, and returns the response."""
    before = lambda_handler.journal
    lines = Lines(Calls(), shows=False)
    app = Gateway(lambda_handler)
    app.tell(lines)

    def ask(method, path, **sent):
        with wrapped(lines.calls.heard), caller() as sender:
            sender._transport = InProcess(app)
            # What is explained is no reply of the contract.
            sender.event_hooks = {}
            return sender.request(method, path, **sent)

    yield ask
    lambda_handler.journal = before


def told(response):
    assert (response.status_code, response.headers[explaining.HEADER]) == (200, "true")
    return response.json()


def test_a_request_is_drawn_as_it_was_done(asking):
    response = asking("GET", "/users?limit=2&explain")

    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    for line in PICTURE.splitlines():
        start, _, end = line.replace("TIME", "LINE").partition("LINE")
        assert any(each.startswith(start) and each.endswith(end) for each in response.text.splitlines()), line
    assert "users by newest where listPartition = ?, backwards, at most " in response.text
    assert response.text.splitlines()[-1].endswith("4 calls to the database: 2 read and 0 write units")


def test_it_is_done_and_not_only_explained(asking, client):
    account = told(asking("POST", "/users?explain=json", json=ADA))

    assert [each["email"] for each in client.get("/users").json()["items"]] == [ADA["email"]]
    assert account["reply"]["status"] == 201
    assert account["reply"]["checked"] == {"against": "User", "isKept": True}
    [call] = account["calls"]
    assert (call["action"], call["readUnits"], call["writeUnits"], call["refused"]) == (
        "TransactWriteItems",
        0,
        6,
        None,
    )
    assert call["parts"][0] == "Put users if attribute_not_exists(userId)"
    assert account["units"] == {"reads": 0, "writes": 6}


def test_of_a_body_it_is_told_what_was_read_and_no_value(asking):
    response = asking("POST", "/users?explain=json", json=ADA)

    assert told(response)["body"]["members"] == [
        {"pointer": "/name", "type": "text", "size": 12},
        {"pointer": "/email", "type": "text", "size": 15},
    ]
    assert told(response)["body"]["schema"] == "NewUser"
    assert not any(each in response.text for each in ADA.values())


def test_a_default_is_told_as_one(asking):
    limit = told(asking("GET", "/users?explain=json"))["parameters"][0]

    assert (limit["name"], limit["sent"], limit["value"], limit["isDefault"]) == ("limit", None, 20, True)


@pytest.mark.parametrize(
    ("asked", "status", "in_picture"),
    [
        (("GET", "/users?limit=0", {}), 400, ["limit      query  '0'         ✗ must be at least 1", "✗ parameters"]),
        (("GET", "/users?limits=0", {}), 400, ["query /limits is not known here"]),
        (("POST", "/users", {"json": {"name": 5}}), 400, ["✗ 10 bytes of application/json", "body /name", "✗ body"]),
        (("GET", NOBODY, {}), 404, ["users by userId, consistently: none", "because: ", "✗ get_user"]),
        (("GET", "/nowhere", {}), 404, ["✗ no operation of the contract has this path and method"]),
        (("GET", "/users", {"headers": {"authorization": ""}}), 401, ["✗ oauth: users/read", "has no scopes"]),
        (("DELETE", NOBODY, {"headers": READER}), 403, ["✗ oauth: users/write", "local-read has"]),
    ],
)
def test_it_is_told_where_a_request_ended_and_why(asking, asked, status, in_picture):
    method, path, sent = asked
    join = "&" if "?" in path else "?"
    drawn = asking(method, f"{path}{join}explain", **sent).text

    assert f"reply      {status}, " in drawn
    assert all(each in drawn for each in in_picture), drawn
    assert told(asking(method, f"{path}{join}explain=json", **sent))["reply"]["status"] == status


def test_a_refused_write_says_so(asking):
    asking("POST", "/users", json=ADA)

    [call] = told(asking("POST", "/users?explain=json", json=ADA))["calls"][:1]

    assert call["refused"] == "ConditionalCheckFailed"


def test_a_bug_is_shown_where_it_is(asking):
    boto3.client("dynamodb").delete_table(TableName="local-users")

    drawn = asking("GET", f"{NOBODY}?explain").text

    assert "✗ get_user, handlers/users.py:" in drawn
    assert "✗ GetItem" in drawn
    assert "refused: ResourceNotFoundException" in drawn
    assert "reply      500, " in drawn


def test_the_run_time_is_left_as_it_was(asking):
    asking("GET", "/users?explain")

    assert sys.getprofile() is None


def test_nobody_reads_the_token(asking):
    headers = {"authorization": "Bearer eyJ-a-real-one", "cookie": "session=of-somebody"}
    response = asking("GET", "/users?explain=json&status=eyJ-a-real-one&email=of-somebody", headers=headers)

    assert told(response)["reply"]["status"] == 401
    assert "eyJ" not in response.text
    assert "of-somebody" not in response.text


def test_no_credential_of_any_scheme_is_told():
    need = SimpleNamespace
    ways = [need(where="query", name="api_key"), need(where="header", name="X-Key"), need(where="cookie", name="sid")]
    contract = SimpleNamespace(operations={"get": SimpleNamespace(security=[ways])})
    headers = {"x-key": "key-in-header", "cookie": "sid=key-in-cookie", "authorization": "Basic bmFtZTpwYXNz"}
    call = SimpleNamespace(query="limit=5&api_key=key-in-query", headers=headers)

    secrets = Secrets(contract, call)

    assert secrets.query(call.query) == "limit=5&api_key=…"
    shown = {"a": ["key-in-header", "sid: key-in-cookie"], "b": {"c": "bmFtZTpwYXNz, key-in-query"}, "n": 5}
    assert secrets.hidden(shown) == {"a": ["…", "sid: …"], "b": {"c": "…, …"}, "n": 5}


def test_an_operation_with_a_parameter_of_this_name_gets_it():
    operation = SimpleNamespace(query={"explain": None})
    api = SimpleNamespace(contract=SimpleNamespace(route=lambda method, path: operation))
    event = {"rawQueryString": "explain=1", "routeKey": "GET /things", "headers": {}}

    assert explaining.asked(api, event) is None
    assert event["rawQueryString"] == "explain=1"


def test_a_deployed_function_explains_nothing():
    status, problem, headers = send(event_2_0("GET", "/users", rawQueryString="explain"))

    assert status == 400
    assert problem["errors"] == [{"in": "query", "pointer": "/explain", "detail": "is not known here"}]
    assert explaining.HEADER not in headers
