"""What holds wherever the API is mounted: paths are found, path parameters decoded, and `Location` leads there."""

import json
from urllib.parse import urljoin
from uuid import uuid4

import pytest

from specbound.local import embedded
from specbound.testing import caller
from tests.deployments import API, DEPLOYMENTS, OWN, rest
from tests.events import CLAIMS, USER_ID, below, event_1_0, event_2_0, send

PRODUCT = {"name": "Trackball", "price": 45.5, "category": "mice"}

everywhere = pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each.name)


@pytest.fixture(scope="module", autouse=True)
def empty_tables():
    embedded.empty()


def ada():
    """A new user that no test had before."""
    return {"name": "Ada Lovelace", "email": f"{uuid4()}@example.com"}


@everywhere
@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/health", (200, None)),
        ("GET", "/users", (200, None)),
        ("GET", "/products", (403, None)),
        ("GET", "/openapi.json", (200, None)),
        ("GET", f"/users/{USER_ID}", (404, None)),
        ("OPTIONS", "/users", (405, "GET, HEAD, POST")),
        ("PATCH", "/products", (405, "GET, HEAD, POST")),
        ("GET", "/users/batch", (405, "POST")),
        ("OPTIONS", f"/inventory/{USER_ID}/adjustments", (405, "POST")),
        ("GET", "/nowhere", (404, None)),
        ("GET", "/userspace", (404, None)),
        ("GET", "/users/a/b", (404, None)),
    ],
)
def test_a_path_is_found_wherever_the_api_is_mounted(deployment, method, path, expected):
    status, _, headers = send(deployment.event(method, path))

    assert (status, headers.get("allow")) == expected


@everywhere
@pytest.mark.parametrize("path", ["/users", "/products"])
def test_location_leads_to_the_new_resource_wherever_the_api_is_mounted(deployment, path):
    body = ada() if path == "/users" else PRODUCT

    status, created, headers = send(deployment.event("POST", path, body=json.dumps(body)))

    [new_id] = {created.get("userId"), created.get("productId")} - {None}
    assert status == 201
    assert urljoin(deployment.url + path, headers["location"]) == f"{deployment.url}{path}/{new_id}"


@pytest.mark.parametrize("host", [OWN, "elsewhere.example.com"])
def test_location_leads_there_from_a_path_that_ends_in_a_slash(host):
    event = rest("prod", "/v1", OWN, greedy=False)("POST", "/users", body=json.dumps(ada()))
    event["path"] = event["requestContext"]["path"] = "/v1/users/"

    _, user, headers = send(event | {"headers": {"host": host}, "multiValueHeaders": None})

    assert urljoin("/v1/users/", headers["location"]) == f"/v1/users/{user['userId']}"


def test_location_leads_there_through_a_proxy_that_mounts_the_api_elsewhere():
    event = rest("prod", "/v1", OWN, greedy=False)("POST", "/users", body=json.dumps(ada()))
    event["multiValueHeaders"]["Host"] = event["headers"]["Host"] = "elsewhere.example.com:8443"

    _, user, headers = send(event)

    assert urljoin("/api/users", headers["location"]) == f"/api/users/{user['userId']}"


@pytest.mark.parametrize(
    "via", ["2.0 a1.cloudfront.net (CloudFront)", "1.1 nginx", "HTTP/1.1 varnish", "1.0 fred, 1.1 p.example.net"]
)
@pytest.mark.parametrize("url", ["https://d1.cloudfront.net", "https://example.com/api", "https://example.com/prod"])
@pytest.mark.parametrize("path", ["/users", "/users/"])
def test_location_leads_there_through_a_proxy_that_asks_in_the_apis_own_name(via, url, path):
    event = rest("prod", "/prod", API, greedy=False)("POST", "/users", body=json.dumps(ada()))
    event["multiValueHeaders"]["Via"] = [via]
    event["path"], event["requestContext"]["path"] = path, f"/prod{path}"

    _, user, headers = send(event)

    assert urljoin(url + path, headers["location"]) == f"{url}/users/{user['userId']}"


@pytest.mark.parametrize(
    ("template", "parameters"), [("/{tenant}/{proxy+}", {"tenant": "a"}), ("/of/{tenant}/{proxy+}", {"tenant": "a"})]
)
@pytest.mark.parametrize("mount", ["", "/v1"])
def test_the_api_may_be_mounted_below_a_parameter(template, parameters, mount):
    prefix = mount + template.replace("{tenant}", "a").removesuffix("/{proxy+}")

    def event(method, path, **parts):
        given = {"pathParameters": parameters | {"proxy": path[1:]}}
        return below(event_1_0(method, template, path=prefix + path, **given, **parts), path=prefix + path)

    _, user, headers = send(event("POST", "/users", body=json.dumps(ada())))

    assert headers["location"] == f"{prefix}/users/{user['userId']}"
    assert send(event("GET", f"/users/{user['userId']}"))[1] == user
    assert send(event("OPTIONS", "/users"))[2]["allow"] == "GET, HEAD, POST"
    assert send(event("GET", "/nowhere"))[0] == 404


def test_location_leads_there_below_the_stage_of_a_path_that_the_context_does_not_tell():
    event = below(event_1_0("POST", "/users", body=json.dumps(ada()), path="/users"), stage="prod", domainName=API)

    _, user, headers = send(event)

    assert headers["location"] == f"/prod/users/{user['userId']}"


def test_location_leads_there_from_the_path_where_the_context_tells_of_another():
    event = below(event_1_0("POST", "/users", body=json.dumps(ada()), path="/users"), path="/prod/members")

    _, user, headers = send(event)

    assert urljoin("/users", headers["location"]) == f"/users/{user['userId']}"


def test_the_root_below_a_base_path_is_the_root():
    event = event_1_0("GET", "/", path="/health")

    assert send(event)[0] == 404


@pytest.mark.parametrize("missing", [None, "", "absent"])
def test_what_the_event_lacks_its_context_may_tell(missing):
    rest_api = event_1_0("GET", "", path="/v1/users/batch", pathParameters={"userId": "batch"}) | {
        "httpMethod": missing
    }
    rest_api = below(rest_api, resourcePath="/users/{userId}", httpMethod="GET")
    http_api = event_2_0("GET", "/v1/users/batch", missing, pathParameters={"userId": "batch"})
    http_api = below(http_api, routeKey="GET /users/{userId}")

    for event in (rest_api, http_api):
        sent = {name: value for name, value in event.items() if value != "absent"}
        assert send(sent)[2]["allow"] == "POST"


@pytest.mark.parametrize("prefix", ["/shop", "/shop/v1"])
def test_the_api_may_be_mounted_at_a_resource_for_all(prefix):
    def event(method, path, **parts):
        rest_api = below(event_1_0(method, f"{prefix}/{{proxy+}}", path=prefix + path, **parts), stage="prod")
        return below(rest_api, path=f"/prod{prefix}{path}") | {"pathParameters": {"proxy": path[1:]}}

    status, user, headers = send(event("POST", "/users", body=json.dumps(ada())))

    assert status == 201
    assert headers["location"] == f"/prod{prefix}/users/{user['userId']}"
    assert send(event("GET", f"/users/{user['userId']}"))[1] == user
    assert send(event("GET", "/users/batch"))[2]["allow"] == "POST"
    assert send(event("GET", "/nowhere"))[0] == 404


def test_an_answer_that_is_kept_leads_there_through_another_mount():
    body = json.dumps(ada())
    one, other = (
        rest("prod", mount, host, greedy=False)(
            "POST", "/users", body=body, multiValueHeaders={"Idempotency-Key": ["k"], "Host": [host]}
        )
        for mount, host in (("/prod", API), ("/v1", OWN))
    )

    _, user, first = send(one)
    _, same, again = send(other)

    assert same == user
    assert first["location"] == f"/prod/users/{user['userId']}"
    assert again["location"] == f"/v1/users/{user['userId']}"


@pytest.mark.parametrize(
    "mount",
    ["//evil.example.com", "/..", "/a/../b", "/.", "/a//b", "/a b", "/a?b", "/a#b", "/\\evil", "/a\r\nx: y", "/é"],
)
def test_location_leads_nowhere_else_by_what_stands_before_the_path(mount):
    event = event_1_0("POST", "/users", body=json.dumps(ada()), path=f"{mount}/users")

    _, user, headers = send(below(event, path=f"{mount}/users"))

    assert headers["location"] == f"users/{user['userId']}"


@pytest.mark.parametrize("stage", ["pro", "p", "product", "prod", "users", "products"])
@pytest.mark.parametrize("path", ["/products", "/users"])
def test_a_stage_is_a_whole_step(stage, path):
    claims = {"authorizer": {"jwt": {"claims": CLAIMS | {"scope": "products/read users/read"}}}}

    status, _, _ = send(below(event_2_0("GET", f"/{stage}{path}"), stage=stage, **claims))

    assert status == 200


def test_a_stage_that_a_path_only_begins_with_is_left():
    claims = {"authorizer": {"jwt": {"claims": {"sub": "x", "scope": "products/read"}}}}

    status, _, _ = send(below(event_2_0("GET", "/products"), stage="pro", **claims))

    assert status == 200


def test_a_stage_alone_is_the_root():
    assert send(below(event_2_0("GET", "/prod"), stage="prod"))[0] == 404


def _sent(way, text):
    """The same path parameter in the ways that gateways pass it on."""
    path, decoded = f"/users/{text}", {"userId": text.replace("%2D", "-").replace("%37", "7")}
    return {
        "payload 2.0 by its path": lambda: event_2_0("GET", path),
        "payload 2.0 by its route, decoded": lambda: event_2_0(
            "GET", path, "GET /users/{userId}", pathParameters=decoded
        ),
        "payload 2.0 by its route, with a decoded path": lambda: event_2_0(
            "GET", f"/users/{decoded['userId']}", "GET /users/{userId}", pathParameters=decoded
        ),
        "payload 2.0 by a route for all": lambda: event_2_0(
            "GET", path, "ANY /{proxy+}", pathParameters={"proxy": path[1:]}
        ),
        "payload 1.0 by its resource, as it was sent": lambda: event_1_0(
            "GET", "/users/{userId}", path=path, pathParameters={"userId": text}
        ),
        "payload 1.0 by its resource, decoded": lambda: event_1_0(
            "GET", "/users/{userId}", path=path, pathParameters=decoded
        ),
        "payload 1.0 by a resource for all": lambda: event_1_0(
            "GET", "/{proxy+}", path=f"/v1{path}", pathParameters={"proxy": path[1:]}
        ),
        "payload 1.0 by a resource for all, decoded": lambda: event_1_0(
            "GET", "/{proxy+}", path=f"/v1{path}", pathParameters={"proxy": f"users/{decoded['userId']}"}
        ),
        "payload 1.0 by its path": lambda: event_1_0("GET", "/{proxy+}", path=path),
    }[way]()


WAYS = [
    "payload 2.0 by its path",
    "payload 2.0 by its route, decoded",
    "payload 2.0 by its route, with a decoded path",
    "payload 2.0 by a route for all",
    "payload 1.0 by its resource, as it was sent",
    "payload 1.0 by its resource, decoded",
    "payload 1.0 by a resource for all",
    "payload 1.0 by a resource for all, decoded",
    "payload 1.0 by its path",
]


@pytest.mark.parametrize("way", WAYS)
def test_a_path_parameter_is_decoded_once_whatever_way_it_comes(way):
    _, user, _ = send(event_2_0("POST", "/users", body=json.dumps(ada())))
    once = user["userId"].replace("-", "%2D")

    found, same, _ = send(_sent(way, once))
    twice, problem, _ = send(_sent(way, once.replace("%", "%25")))

    assert (found, same) == (200, user)
    assert (twice, problem["errors"][0]["pointer"]) == (400, "/userId")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", ["%", "%z0", "%2", "%FF", "%ED%A0%80", "a%C3", "%80a"])
def test_a_path_parameter_that_is_no_utf_8_is_refused(way, text):
    status, problem, _ = send(_sent(way, text))

    assert status == 400
    assert problem["errors"] == [{"in": "path", "pointer": "/userId", "detail": "is not percent-encoded UTF-8"}]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", ["a%2Fb", "%2F", "..%2Fproducts", "a%252Fb", "%00", "a%20b"])
def test_a_slash_within_a_step_stays_there(way, text):
    status, problem, _ = send(_sent(way, text))

    assert status == 400
    assert {each["pointer"] for each in problem["errors"]} == {"/userId"}


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [("GET", "/us%65rs", 200), ("GET", "/users/b%61tch", 405), ("GET", "/users%2Fbatch", 404)],
)
def test_a_step_is_the_same_percent_encoded(method, path, expected):
    assert send(event_2_0(method, path))[0] == expected


@pytest.mark.parametrize(("text", "status"), [("%2D", 404), ("%252D", 400), ("%25", 400), ("%2F", 404)])
def test_the_local_gateway_passes_paths_on_as_an_http_api_does(text, status):
    with caller() as client:
        assert client.get(f"/users/{USER_ID.replace('-', text)}").status_code == status
