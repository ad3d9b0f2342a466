"""The three requests that every stack answers, and what stands for its database."""

from datetime import UTC, datetime
from typing import Any

Event = dict[str, Any]
USER_ID = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"


class Context:
    """What a stack may ask of Lambda's context object."""

    function_name = "bench"
    aws_request_id = "bench"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def new_user(body: Any, user_id: str) -> dict[str, Any]:
    """What the operation does beside the database: a time, and an item."""
    time = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    fields = {"name": body["name"], "email": body["email"].strip()}
    return {"userId": user_id, **fields, "status": "active", "version": 1, "createdAt": time, "updatedAt": time}


def stored_user(user_id: str) -> dict[str, Any]:
    return {**_STORED, "userId": user_id}


def headers(user: dict[str, Any]) -> dict[str, str]:
    return {"location": f"/users/{user['userId']}", "etag": '"1"'}


def _event(method: str, path: str, route: str, **parts: Any) -> Event:
    """Payload 2.0."""
    claims = {"sub": "ada", "scope": "users/read users/write"}
    http = {"method": method, "path": path, "sourceIp": "127.0.0.1", "userAgent": "bench", "protocol": "HTTP/1.1"}
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "localhost", "user-agent": "bench", **_of_body(parts.get("body"))},
        "requestContext": {
            "http": http,
            "requestId": "bench",
            "stage": "$default",
            "authorizer": {"jwt": {"claims": claims}},
        },
        "isBase64Encoded": False,
        **parts,
    }


def _of_body(body: str | None) -> dict[str, str]:
    return {"content-type": "application/json", "content-length": str(len(body))} if body else {}


_STORED = new_user({"name": "Ada Lovelace", "email": "ada@example.com"}, USER_ID)
REQUESTS = {
    "valid POST": _event("POST", "/users", "POST /users", body='{"name": "Ada Lovelace", "email": "ada@example.com"}'),
    "bad POST": _event("POST", "/users", "POST /users", body='{"name": "A", "email": "nowhere", "more": 1}'),
    "GET by id": _event("GET", f"/users/{USER_ID}", "GET /users/{userId}", pathParameters={"userId": USER_ID}),
}
