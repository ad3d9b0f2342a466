"""The requests that every stack is sent: those that are measured, and right and wrong ones that are only answered."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from uuid import uuid4

Event = dict[str, Any]
USER_ID = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
ADA = {"name": "Ada Lovelace", "email": "ada@example.com"}
KEY = "idempotency-key"


class Case(NamedTuple):
    """A request, and the statuses of which one is its right answer: what the contract says, or what says the same."""

    what: str
    event: Event
    right: tuple[int, ...]


def event(
    method: str, path: str, body: str | None = None, *, query: str = "", headers: Mapping[str, str] | None = None
) -> Event:
    """An event of API Gateway, payload 2.0, of a caller whose token is good."""
    user = path.removeprefix("/users/") if path.startswith("/users/") and path != "/users/batch" else None
    of_body = {"content-type": "application/json", "content-length": str(len(body))} if body is not None else {}
    claims = {"sub": "7f9c24e8", "scope": "users/read users/write"}
    http = {"method": method, "path": path, "sourceIp": "127.0.0.1", "userAgent": "bench", "protocol": "HTTP/1.1"}
    made: Event = {
        "version": "2.0",
        "routeKey": f"{method} /users/{{userId}}" if user else f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "localhost", "user-agent": "bench", **of_body, **(headers or {})},
        "requestContext": {
            "http": http, "requestId": "bench", "stage": "$default", "authorizer": {"jwt": {"claims": claims}},
        },
        "isBase64Encoded": False,
    }  # fmt: skip
    if user:
        made["pathParameters"] = {"userId": user}
    if query:
        made["queryStringParameters"] = dict(parse_qsl(query))
    if body is not None:
        made["body"] = body
    return made


def _batch(count: int) -> str:
    return json.dumps({"items": [{"name": f"User {each}", "email": f"u{each}@example.com"} for each in range(count)]})


MEASURED: dict[str, Event] = {
    "POST": event("POST", "/users", json.dumps(ADA)),
    "POST with a key": event("POST", "/users", json.dumps(ADA), headers={KEY: "new each time"}),
    "GET by id": event("GET", f"/users/{USER_ID}"),
    "list of 20": event("GET", "/users", query="limit=20"),
    "batch of 100": event("POST", "/users/batch", _batch(100)),
    "bad POST": event("POST", "/users", '{"name": "A", "email": "nowhere", "more": 1}'),
}


def fresh(event: Event) -> Event:
    """The same request, as it is sent anew: a key is used once."""
    if KEY in event["headers"]:
        return event | {"headers": event["headers"] | {KEY: str(uuid4())}}
    return event


REFUSED = (400, 422)


def _posts(**bodies: str) -> list[Case]:
    return [
        Case(f"POST, {what.replace('_', ' ')}", event("POST", "/users", body), REFUSED) for what, body in bodies.items()
    ]


def _lists(*queries: str) -> list[Case]:
    return [Case(f"list, {query}", event("GET", "/users", query=query), REFUSED) for query in queries]


CASES = [
    Case("POST", MEASURED["POST"], (201,)),
    Case("POST, name in Greek", event("POST", "/users", '{"name": "Υπατία", "email": "h@example.com"}'), (201,)),
    Case("POST, escaped name", event("POST", "/users", '{"name": "Zo\\u00eb", "email": "z@example.com"}'), (201,)),
    Case("POST, JSON in UTF-8, said so", event("POST", "/users", json.dumps(ADA), headers={
        "content-type": "application/json; charset=utf-8"}), (201,)),
    Case("GET by id", MEASURED["GET by id"], (200,)),
    Case("GET, no such user", event("GET", f"/users/{UNKNOWN_ID}"), (404,)),
    Case("GET by its ETag", event("GET", f"/users/{USER_ID}", headers={"if-none-match": '"1"'}), (304,)),
    Case("HEAD by id", event("HEAD", f"/users/{USER_ID}"), (200,)),
    Case("list", event("GET", "/users"), (200,)),
    Case("list of 20", MEASURED["list of 20"], (200,)),
    Case("batch of two", event("POST", "/users/batch", _batch(2)), (200,)),
    *_posts(
        without_name='{"email": "ada@example.com"}', short_name='{"name": "A", "email": "ada@example.com"}',
        long_name=json.dumps(ADA | {"name": "a" * 101}), bad_address='{"name": "Ada", "email": "nowhere"}',
        unknown_member=json.dumps(ADA | {"more": 1}), number_for_a_name='{"name": 5, "email": "ada@example.com"}',
        null_for_a_name='{"name": null, "email": "ada@example.com"}', a_list="[]", a_string='"Ada"', null="null",
        no_JSON="{", empty="", no_JSON_but_NaN='{"name": NaN, "email": "ada@example.com"}',
        half_a_character='{"name": "Ada \\ud800", "email": "ada@example.com"}',
    ),
    Case("POST without a body", event("POST", "/users"), (400, 415, 422)),
    Case("POST of text", event("POST", "/users", json.dumps(ADA), headers={"content-type": "text/plain"}), (415,)),
    Case("POST of 70 KB", event("POST", "/users", json.dumps(ADA) + " " * 70_000), (413,)),
    Case("POST, key with a blank", event("POST", "/users", json.dumps(ADA), headers={KEY: "a b"}), REFUSED),
    Case("GET, no id", event("GET", "/users/7"), REFUSED),
    *_lists("limit=0", "limit=101", "limit=many", "limit=%2B5", "limit=1_0", "limit=%205", "colour=red"),
    Case("batch of none", event("POST", "/users/batch", _batch(0)), REFUSED),
    Case("batch of 101", event("POST", "/users/batch", _batch(101)), REFUSED),
    Case("batch, one of them bad", event("POST", "/users/batch", '{"items": [{"name": "A"}]}'), REFUSED),
    Case("PATCH where there is none", event("PATCH", "/users"), (405,)),
    Case("no such path", event("GET", "/nowhere"), (404,)),
]  # fmt: skip
