"""Security schemes: every kind, alone, as one of several, together with others, and as what need not be."""

import base64
import json
from http import HTTPStatus

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from specbound import Api, Contract, Misconfigured, Response
from specbound.compiler.compilation import compile_to
from tests.events import below, event_1_0, event_2_0

SCHEMES = {
    "oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {"a": "A.", "b": "B."}}}},
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://issuer.example.com"},
    "bearer": {"type": "http", "scheme": "Bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "digest": {"type": "http", "scheme": "digest"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "mutual": {"type": "mutualTLS"},
}
CERTIFICATE = "-----BEGIN CERTIFICATE-----"
GOOD = {
    "header": "k1",
    "query": "k 2",
    "cookie": "k3",
    "basic": "ada:s:cret",
    "digest": "d",
    "bearer": "t",
    "oauth": "t",
}


class Things:
    """The one operation: answers who asked."""

    def list_things(self, request):
        claims = dict(request.claims)
        return Response(
            HTTPStatus.OK, {"subject": request.subject, "claims": claims, "size": request.parameters["size"]}
        )


def check(name):
    """Who has the good credential of a scheme."""
    return lambda credential: {"sub": name, "scope": "a b"} if credential == GOOD[name] else None


def api(folder, security, checks=None, environment=None, declared=("401", "403")):
    operation = {
        "operationId": "list_things",
        "security": security,
        "parameters": [{"name": "size", "in": "query", "schema": {"type": "integer", "default": 5}}],
        "responses": {
            "200": {"description": "Who asked.", "content": {"application/json": {"schema": {"type": "object"}}}},
            **{
                status: {"description": "No.", "content": {"application/json": {"schema": {"type": "object"}}}}
                for status in declared
            },
        },
    }
    document = {
        "openapi": "3.1.0" if any("mutual" in way for way in security) else "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"get": operation}},
        "components": {"securitySchemes": {name: SCHEMES[name] for way in security for name in way}},
    }
    (folder / "openapi.yaml").write_text(json.dumps(document))
    compile_to(folder / "compiled", folder / "openapi.yaml")
    used = {name for way in security for name in way}
    found = {name: check(name) for name in used & GOOD.keys()} if checks is None else checks
    return Api(Contract.load(folder / "compiled", environment or {}), [Things()], authenticate=found)


def ask(api, credentials=None, claims=None):
    """Status, and who asked."""
    query, headers, cookies = "", {}, []
    for name, value in (credentials or {}).items():
        match name:
            case "header":
                headers["x-api-key"] = value
            case "query":
                query = f"api_key={value.replace(' ', '+')}&size=7"
            case "cookie":
                cookies = [f"other=1; sid={value}"]
            case "basic":
                headers["authorization"] = f"bAsic {base64.b64encode(value.encode()).decode()}"
            case _:
                headers["authorization"] = f"{'Digest' if name == 'digest' else 'Bearer'} {value}"
    authorizer = {"jwt": {"claims": claims}} if claims else None
    sent = below(event_2_0("GET", "/things"), authorizer=authorizer) | {"rawQueryString": query, "headers": headers}
    if cookies:
        sent["cookies"] = cookies
    reply = api(sent, None)
    return reply["statusCode"], json.loads(reply["body"]).get("subject"), reply["headers"].get("www-authenticate")


@pytest.mark.parametrize("name", GOOD)
def test_a_scheme_lets_in_who_has_a_credential_that_is_good(name, tmp_path):
    # Beside another, a token is for the function to check.
    things = api(tmp_path, [{name: []}, {"digest": []}] if name in ("oauth", "bearer") else [{name: []}])

    assert ask(things, {name: GOOD[name]})[:2] == (200, name)
    for wrong in ({}, {name: GOOD[name] + "x"}, {name: ""}, {"basic": "x"}):
        assert ask(things, wrong)[:2] == (401, None)


def test_a_key_of_the_query_is_no_parameter_of_the_operation(tmp_path):
    things = api(tmp_path, [{"query": []}])
    sent = below(event_2_0("GET", "/things"), authorizer=None)
    reply = things(sent | {"rawQueryString": "size=7&api%5Fkey=k+2"}, None)

    assert json.loads(reply["body"])["size"] == 7
    assert ask(things, {"query": "k 2"})[0] == 200
    assert things(sent | {"rawQueryString": "api_key=k+2&api_key=k+2"}, None)["statusCode"] == 401


def test_a_cookie_that_comes_twice_is_no_credential(tmp_path):
    things = api(tmp_path, [{"cookie": []}])

    for twice in ("k3; sid=k3", "k3; sid=", "x; sid=k3"):
        assert ask(things, {"cookie": twice})[0] == 401, twice


def test_what_is_no_name_and_password_is_never_asked_about(tmp_path):
    things = api(tmp_path, [{"basic": []}], checks={"basic": lambda credential: {"sub": credential}})

    assert ask(things, {"basic": ":"})[:2] == (200, ":")
    assert ask(things, {"basic": "ada"})[:2] == (401, None)
    sent = below(event_2_0("GET", "/things"), authorizer=None)
    for text in ("ada:s:cret", "YQ", base64.b64encode(b"\xff:").decode()):
        assert things(sent | {"headers": {"authorization": f"Basic {text}"}}, None)["statusCode"] == 401, text


@pytest.mark.parametrize("name", ["oauth", "openid", "bearer"])
def test_a_token_that_the_gateway_has_seen_needs_no_function_and_no_scope_if_none_is_asked_for(name, tmp_path):
    things = api(tmp_path, [{name: []}], checks={})

    assert ask(things, claims={"sub": "ada"})[:2] == (200, "ada")
    assert ask(things, claims={"iss": "https://issuer.example.com"})[0] == 200
    for nobody in (None, {"sub": ""}, {"scope": "a b"}):
        assert ask(things, claims=nobody) == (401, None, "Bearer")
    # Nobody has checked this one.
    assert ask(things, {"oauth": "t"})[0] == 401


def test_all_scopes_are_asked_for(tmp_path):
    things = api(tmp_path, [{"oauth": ["a", "b"]}], checks={})

    answers = {
        granted: ask(things, claims={"sub": "x", "scope": granted})[0] for granted in ("a b", "b c a", "a", "b", "")
    }

    assert answers == {"a b": 200, "b c a": 200, "a": 403, "b": 403, "": 403}


def test_any_way_is_enough_and_all_schemes_of_one_are_needed(tmp_path):
    things = api(tmp_path, [{"header": [], "cookie": []}, {"basic": []}])
    key, cookie, basic = ({name: GOOD[name]} for name in ("header", "cookie", "basic"))

    assert ask(things, key | cookie)[:2] == (200, "header")
    assert ask(things, basic)[:2] == (200, "basic")
    assert ask(things, key | basic)[:2] == (200, "basic")
    for wrong in (key, cookie, key | {"cookie": "x"}, {}):
        status, _, challenges = ask(things, wrong)
        assert status == 401
        assert challenges.split(", ")[-2:] == ['Basic realm="api"', 'charset="UTF-8"']
        assert 'ApiKey in="header", name="X-Api-Key"' in challenges


def test_who_need_not_say_who_they_are_are_known_if_they_do(tmp_path):
    things = api(tmp_path, [{}, {"bearer": []}])

    assert ask(things)[:2] == (200, None)
    assert ask(things, {"bearer": "t"})[:2] == (200, "bearer")
    assert ask(things, {"bearer": "nobody's"})[:2] == (200, None)
    assert ask(things, claims={"sub": "ada"})[:2] == (200, "ada")


def test_a_way_that_lacks_a_scope_is_refused_and_another_may_do(tmp_path):
    things = api(tmp_path, [{"oauth": ["c"]}, {"header": []}])

    assert ask(things, {"oauth": "t"})[0] == 403
    assert ask(things, {"oauth": "t", "header": "k1"})[:2] == (200, "header")


@pytest.mark.parametrize("event", [event_2_0, event_1_0])
def test_a_certificate_that_the_domain_has_checked_is_a_credential(event, tmp_path):
    def known(certificate):
        return {"sub": "a client"} if certificate == CERTIFICATE else None

    things = api(tmp_path, [{"mutual": []}], {"mutual": known})
    sent = below(event("GET", "/things"), authorizer=None)
    holder = "authentication" if event is event_2_0 else "identity"
    assert things(sent, None)["statusCode"] == 401
    assert things(below(sent, **{holder: {"clientCert": {"clientCertPem": CERTIFICATE}}}), None)["statusCode"] == 200


def test_a_scheme_that_the_gateway_does_not_check_needs_a_function(tmp_path):
    with pytest.raises(Misconfigured, match=r"lets callers in by header, which API Gateway does not check: give"):
        api(tmp_path, [{"header": []}], checks={})
    with pytest.raises(Misconfigured, match="lets callers in by oauth"):
        api(tmp_path, [{"oauth": ["a"]}, {}], checks={})
    with pytest.raises(Misconfigured, match="authenticate names basic, by which no operation"):
        api(tmp_path, [{"header": []}], checks={"header": check("header"), "basic": check("basic")})


def test_a_function_that_fails_lets_nobody_in(tmp_path):
    def fails(credential):
        raise RuntimeError("The table of keys is away.")

    assert ask(api(tmp_path, [{"header": []}, {}], checks={"header": fails}), {"header": "k1"})[0] == 500
    assert ask(api(tmp_path, [{"header": []}], checks={"header": lambda credential: {}}), {"header": "k1"})[0] == 401


def test_on_this_machine_alone_callers_without_a_credential_are_let_in(tmp_path):
    open_here = {"ALLOW_ANONYMOUS": "true"}

    assert ask(api(tmp_path, [{"header": []}], environment=open_here))[:2] == (200, "anonymous")
    in_lambda = open_here | {"AWS_LAMBDA_FUNCTION_NAME": "things"}
    assert ask(api(tmp_path, [{"header": []}], environment=in_lambda))[0] == 401


@pytest.mark.parametrize("scheme", sorted(GOOD))
def test_a_challenge_is_what_is_published_where_nobody_declared_it(scheme, tmp_path):
    nobody = api(tmp_path, [{scheme: []}, {"query": []}], declared=())

    reply = nobody(below(event_2_0("GET", "/things"), authorizer=None), None)

    published = OpenAPI.from_dict(json.loads((tmp_path / "compiled" / "openapi.json").read_bytes()))
    request = MockRequest("https://api.example.com", "get", "/things")
    answer = MockResponse(reply["body"].encode(), reply["statusCode"], reply["headers"], "application/json")
    assert reply["statusCode"] == 401
    assert list(published.iter_response_errors(request, answer)) == []
