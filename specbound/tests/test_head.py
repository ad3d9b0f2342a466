"""HEAD, wherever there is a GET: what GET is answered, but for the content (RFC 9110, section 9.3.2)."""

import pytest

from handlers.router import lambda_handler
from specbound.compiler.document import declarations, load
from specbound.local.gateway import Context
from specbound.testing import DEPLOYED, caller

READ = [each for each in declarations(load()) if each.method == "GET"]
WITHOUT_GET = [item for item in load()["paths"] if "get" not in load()["paths"][item]]
# What is another with each request, or (RFC 9110, section 8.6) may be left out: gateways do what they like.
OWN = {"x-request-id", "content-length"} if DEPLOYED else {"x-request-id"}
PRODUCT = {"name": "Trackball", "price": 45, "category": "mice"}
NOBODY = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"


@pytest.fixture
def product(client):
    return client.post("/products", json=PRODUCT).json()


def place(declaration, product):
    path = declaration.path.replace("{userId}", NOBODY).replace("{productId}", product["productId"])
    return f"{path}?productId={product['productId']}" if path == "/inventory" else path


def both(client, path, **headers):
    """What HEAD and GET are answered, alike but for the content and what each request has of its own."""
    head, get = client.head(path, headers=headers), client.get(path, headers=headers)
    shared = [{name: text for name, text in each.headers.items() if name not in OWN} for each in (head, get)]
    assert head.status_code == get.status_code
    assert shared[0] == shared[1]
    assert head.content == b""
    return get


@pytest.mark.parametrize("declaration", READ, ids=lambda each: each.operation_id)
@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_head_is_answered_as_get_is_but_for_the_content(client, product, declaration, accepted):
    get = both(client, place(declaration, product), accept_encoding=accepted)

    assert get.status_code == (404 if declaration.operation_id == "get_user" else 200)


@pytest.mark.parametrize("path", ["/users?limit=0", "/users/x", "/products?x=1", "/nowhere", f"/products/{NOBODY}"])
def test_head_is_refused_as_get_is(client, path):
    assert both(client, path).status_code in (400, 404)


@pytest.mark.parametrize("declaration", READ, ids=lambda each: each.operation_id)
@pytest.mark.parametrize("token", ["none", "local-read"])
def test_head_needs_the_scope_that_get_needs(product, declaration, token):
    with caller(token) as other:
        both(other, place(declaration, product))


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', "*", '"2"'])
@pytest.mark.parametrize("kind", ["products", "inventory"])
def test_head_of_what_the_caller_has_is_not_modified(client, product, kind, tag):
    get = both(client, f"/{kind}/{product['productId']}", **{"if-none-match": tag})

    assert get.status_code == (200 if tag == '"2"' else 304)


@pytest.mark.parametrize("path", WITHOUT_GET)
def test_where_there_is_no_get_there_is_no_head(path):
    path = path.replace("{productId}", NOBODY)

    reply = lambda_handler({"rawPath": path, "requestContext": {"http": {"method": "HEAD"}}}, Context())

    assert reply["statusCode"] == 405
    assert "HEAD" not in reply["headers"]["allow"]
    assert "body" not in reply


@pytest.mark.parametrize(
    "event",
    [
        {"httpMethod": "HEAD", "resource": "/health"},
        {"httpMethod": "HEAD", "resource": "/{proxy+}", "path": "/health"},
        {"rawPath": "/health", "routeKey": "HEAD /health", "requestContext": {"http": {"method": "HEAD"}}},
        {"rawPath": "/health", "routeKey": "$default", "requestContext": {"http": {"method": "HEAD"}}},
    ],
)
def test_both_formats_of_events_know_head(event):
    reply = lambda_handler(event, Context())

    assert reply["statusCode"] == 200
    assert "body" not in reply
    assert reply["headers"]["content-length"] == str(len('{"status":"ok"}'))
