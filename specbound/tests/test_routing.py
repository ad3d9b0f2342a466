"""Paths with parameters within a step, paths that overlap, and methods: which operation answers, behind any gateway."""

import json
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specbound.compiler.document import Refused
from specbound.compiler.routes import gateway_paths
from specbound.compiler.translation import compile_contract
from specbound.http.paths import VARIABLE, fitted
from specbound.local.gateway import Context
from tests.echo import Asked, document

TEXT = {"type": "string", "maxLength": 50}
PATHS = ["/files/{id}", "/files/{id}.json", "/files/{id}:verb", "/files/{from}-{to}.csv", "/files/all.json",
         "/{kind}/newest", "/files", "/files/{id}/{part}"]  # fmt: skip


def operation(path, method="get", **others):
    names = VARIABLE.findall(path)
    declared = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in names]
    return {
        method: {"operationId": f"{method}_{PATHS.index(path) if path in PATHS else 99}", "parameters": declared}
        | others
    }


def contract(*paths, **others):
    return document({path: operation(path, **others) for path in paths})


ANSWERED = [
    ("/files/a", "/files/{id}", {"id": "a"}),
    ("/files/a.json", "/files/{id}.json", {"id": "a"}),
    ("/files/a.json.json", "/files/{id}.json", {"id": "a.json"}),
    ("/files/.json", "/files/{id}", {"id": ".json"}),
    ("/files/a:verb", "/files/{id}:verb", {"id": "a"}),
    ("/files/a%3Averb", "/files/{id}:verb", {"id": "a"}),
    ("/files/a%20b.json", "/files/{id}.json", {"id": "a b"}),
    ("/files/a%2Fb.json", "/files/{id}.json", {"id": "a/b"}),
    ("/files/100%25.json", "/files/{id}.json", {"id": "100%"}),
    ("/files/a%252Fb.json", "/files/{id}.json", {"id": "a%2Fb"}),
    ("/files/a-b.csv", "/files/{from}-{to}.csv", {"from": "a", "to": "b"}),
    ("/files/a-b-c.csv", "/files/{from}-{to}.csv", {"from": "a", "to": "b-c"}),
    ("/files/-b.csv", "/files/{id}", {"id": "-b.csv"}),
    ("/files/all.json", "/files/all.json", {}),
    ("/files/newest", "/files/{id}", {"id": "newest"}),
    ("/others/newest", "/{kind}/newest", {"kind": "others"}),
    ("/files", "/files", {}),
    ("/files/a.json/b", "/files/{id}/{part}", {"id": "a.json", "part": "b"}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "template", "parameters"), ANSWERED)
def test_the_most_specific_path_answers_whatever_route_the_gateway_took(path, template, parameters):
    asked = Asked(contract(*PATHS))
    decoded = path.replace("%20", " ").replace("%2F", "/").replace("%3A", ":")
    route = gateway_paths(PATHS).get(template, template)

    asked.send("GET", path)
    asked.send(
        "GET", decoded if "%2F" not in path else path, routeKey=f"GET {route}", pathParameters=given_by(route, path)
    )
    asked.api({"httpMethod": "GET", "resource": "/{proxy+}", "path": path, "requestContext": {}}, Context())

    assert [each.operation_id for each in asked.requests] == [f"get_{PATHS.index(template)}"] * 3
    assert [each.parameters for each in asked.requests] == [parameters] * 3


def given_by(route, path):
    """What an HTTP API says of a path's parameters: decoded, but for a percent sign."""
    steps = zip(route.split("/"), path.split("/"), strict=True)
    texts = {name[1:-1]: step for name, step in steps if name.startswith("{")}
    return {name: text.replace("%20", " ").replace("%2F", "/").replace("%3A", ":") for name, text in texts.items()}


def test_a_parameter_within_a_step_is_utf_8():
    reply = Asked(contract(*PATHS)).send("GET", "/files/%ff.json")

    assert json.loads(reply["body"])["errors"] == [
        {"in": "path", "pointer": "/id", "detail": "is not percent-encoded UTF-8"}
    ]


def test_api_gateway_gets_a_route_of_whole_steps_for_all_that_it_can_not_tell_apart():
    infrastructure = compile_contract(contract(*PATHS))["infrastructure"]

    assert set(infrastructure["routes"]) == {
        f"{method} {path}"
        for method in ("GET", "HEAD")
        for path in ("/files/{id}", "/files/all.json", "/{kind}/newest", "/files", "/files/{id}/{part}")
    }
    assert infrastructure["routes"]["GET /files/{id}"]["id"] == "get_0"


def test_a_path_that_shares_no_route_has_a_name_for_its_step():
    compiled = compile_contract(contract("/files/{id}.json"))

    assert set(compiled["infrastructure"]["routes"]) == {"GET /files/{p2}", "HEAD /files/{p2}"}


def test_paths_of_whole_steps_that_do_not_overlap_are_routed_by_the_gateway_alone():
    assert gateway_paths(["/a", "/a/{b}", "/a/{b}/c", "/a/b"]) == {}


@pytest.mark.parametrize("others", [{"security": [{"oauth": ["a/b"]}]}, {"x-throttle": {"rate": 1, "burst": 1}}])
def test_what_the_gateway_would_let_in_otherwise_must_have_a_route_of_its_own(others):
    scopes = {"clientCredentials": {"tokenUrl": "https://a.example.com", "scopes": {"a/b": "."}}}
    declared = document(
        {
            "/{id}": operation("/{id}", operationId="one"),
            "/{id}:verb": operation("/{id}:verb", operationId="two", **others),
        },
        components={"securitySchemes": {"oauth": {"type": "oauth2", "flows": scopes}}},
    )

    with pytest.raises(Refused, match="are one route to API Gateway"):
        compile_contract(declared)
    declared["paths"]["/{id}:verb"]["post"] = declared["paths"]["/{id}:verb"].pop("get")
    assert len(compile_contract(declared)["infrastructure"]["routes"]) == 3


def test_a_method_that_the_most_specific_path_has_not_is_405():
    asked = Asked(document({"/{id}": operation("/{id}"), "/{id}:verb": operation("/{id}:verb", "post")}))

    reply = asked.send("GET", "/a:verb")

    assert (reply["statusCode"], reply["headers"]["allow"]) == (405, "POST")
    assert asked.send("POST", "/a:verb")["statusCode"] == 204


@given(
    names=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True),
    literals=st.lists(st.text("-.:~x", min_size=1, max_size=2), min_size=4, max_size=4),
    values=st.lists(st.text("0123 %/é", min_size=1, max_size=4), min_size=3, max_size=3),
)
@settings(derandomize=True, deadline=None)
def test_what_is_written_into_a_step_is_read_out_of_it(names, literals, values):
    template = (
        "/" + "".join(f"{literal}{{{name}}}" for literal, name in zip(literals, names, strict=False)) + literals[-1]
    )
    written = dict(zip(names, values, strict=False))
    path = template
    for name, value in written.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))

    assert {name: unquote(text) for name, text in (fitted(template, path) or {}).items()} == written


def test_head_and_options_may_be_operations_of_their_own():
    both = operation("/files") | {
        "head": {"operationId": "size", "responses": {"200": {"description": ".", "content": {"text/plain": {}}}}},
        "options": {"operationId": "ways"},
    }
    asked = Asked(document({"/files": both}))

    assert asked.send("OPTIONS", "/files")["statusCode"] == 204
    assert asked.last.operation_id == "ways"
    asked.send("HEAD", "/files")
    assert asked.last.operation_id == "size"
    assert set(asked.api.contract.routes) == {"GET /files", "HEAD /files", "OPTIONS /files"}


def test_a_preflight_is_answered_where_options_is_an_operation():
    asked = Asked(
        document({"/files": operation("/files") | {"options": {"operationId": "ways"}}}),
        None,
        {"CORS_ORIGINS": "https://a.b"},
    )
    headers = {"origin": "https://a.b", "access-control-request-method": "GET"}

    preflight = asked.send("OPTIONS", "/files", headers=headers)

    assert (preflight["statusCode"], preflight["headers"]["access-control-allow-methods"]) == (
        204,
        "GET, HEAD, OPTIONS",
    )


def test_the_local_server_routes_within_a_step():
    asked = Asked(contract(*PATHS))

    with asked.served() as client:
        # An HTTP API decodes a path, so an encoded slash is one to everybody behind it.
        for path, template, parameters in (each for each in ANSWERED if "%2F" not in each[0]):
            reply = client.get(path)
            assert reply.status_code == 204, (path, reply.text)
            assert (asked.last.operation_id, asked.last.parameters) == (f"get_{PATHS.index(template)}", parameters)
        assert json.loads(client.get("/others/a").text)["status"] == 404
