"""What only a gateway may say (who asks, by which method, at which path) is not taken from what a caller sends."""

import json

import pytest

from tests.events import USER_ID, below, event_1_0, event_2_0, send

CLAIMS = {"sub": "mallory", "scope": "users/read users/write"}
AUTHORIZER = {"jwt": {"claims": CLAIMS}, "claims": CLAIMS, "lambda": CLAIMS, "principalId": "mallory", **CLAIMS}
# As gateways, proxies and frameworks call what they have found out.
CALLERS = {
    "authorizer": json.dumps(AUTHORIZER),
    "x-amzn-authorizer": json.dumps(AUTHORIZER),
    "x-amzn-request-context": json.dumps({"authorizer": AUTHORIZER}),
    "x-apigateway-event": json.dumps({"requestContext": {"authorizer": AUTHORIZER}}),
    "x-amzn-oidc-data": "e30.eyJzY29wZSI6InVzZXJzL3JlYWQifQ.",
    "x-amzn-oidc-identity": "mallory",
    "x-amzn-sub": "mallory",
    "x-amzn-scope": CLAIMS["scope"],
    "x-forwarded-user": "mallory",
    "x-user-id": "mallory",
    "x-scope": CLAIMS["scope"],
    "scope": CLAIMS["scope"],
    "authorization": "Bearer local",
}


def plain(method: str, path: str, **parts: object) -> dict[str, object]:
    """What an HTTP API sends for a route of its own, with nothing left out."""
    return event_2_0(method, path, f"{method} {path}", rawQueryString="", **parts)


FORMS = [plain, event_2_0, event_1_0]
METHODS = ("x-http-method-override", "x-http-method", "x-method-override")
PATHS = ("x-original-url", "x-rewrite-url", "x-forwarded-prefix", "x-forwarded-path", "x-original-uri")


@pytest.mark.parametrize("event", FORMS)
def test_nobody_is_let_in_by_a_header_that_names_a_caller(event):
    for name, value in CALLERS.items():
        sent = below(event("GET", "/users"), authorizer=None) | {"headers": {name: value}}

        assert send(sent)[0] == 401, name


@pytest.mark.parametrize("event", FORMS)
def test_nobody_is_let_in_by_what_stands_beside_the_context(event):
    for name in ("authorizer", "claims", "jwt", "body"):
        value = AUTHORIZER if name != "body" else json.dumps({"requestContext": {"authorizer": AUTHORIZER}})
        sent = below(event("GET", "/users"), authorizer=None) | {name: value}

        assert send(sent)[0] == 401, name


@pytest.mark.parametrize("event", FORMS)
def test_a_header_adds_no_scope_to_a_token(event):
    reader = {"sub": "ada", "scope": "users/read"}
    authorizer = {"claims": reader} if event is event_1_0 else {"jwt": {"claims": reader}}
    for name, value in CALLERS.items():
        sent = below(event("POST", "/users"), authorizer=authorizer)
        sent |= {"headers": {name: value, "content-type": "application/json"}}
        sent |= {"body": '{"name": "Mallory", "email": "mallory@example.com"}'}

        assert send(sent)[0] == 403, name


@pytest.mark.parametrize("name", METHODS)
def test_a_header_does_not_change_the_method(name):
    for sent in (
        plain("POST", f"/users/{USER_ID}", headers={name: "DELETE"}),
        event_2_0("POST", f"/users/{USER_ID}", headers={name: "DELETE"}),
        event_2_0("POST", f"/users/{USER_ID}", rawQueryString="_method=DELETE"),
    ):
        status, _, headers = send(sent)

        assert (status, headers["allow"]) == (405, "DELETE, GET, HEAD, PUT")


@pytest.mark.parametrize("event", [plain, event_2_0])
@pytest.mark.parametrize("name", PATHS)
def test_a_header_does_not_change_the_path(name, event):
    status, _, _ = send(event("GET", "/nowhere", headers={name: "/health"}))

    assert status == 404
