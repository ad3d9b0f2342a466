"""Who is let in: an operation's one scope, wherever an authorizer writes the token's, and nobody by mistake."""

import os
import subprocess
import sys

import pytest

from handlers.router import lambda_handler
from specbound.compiler.document import ROOT, declarations, load
from specbound.http import access
from specbound.http.events import read_call
from specbound.local import embedded
from specbound.problems import Forbidden, Unauthorized
from tests.events import below, event_1_0, event_2_0, send
from tests.subject import contract

SECURED = [each for each in declarations(load()) if each.definition["security"]]
PUBLIC = [each for each in declarations(load()) if not each.definition["security"]]
SCOPES = {
    scope for each in contract.operations.values() for way in each.security for need in way for scope in need.scopes
}
READ_USERS = contract.operations["list_users"]


def authorize(operation, claims, allow_anonymous=False):
    call = read_call(below(event_2_0("GET", "/users"), authorizer={"jwt": {"claims": claims}}))
    return access.subject(access.admit(operation, call, allow_anonymous=allow_anonymous), allow_anonymous)


def event_of(declaration, authorizer):
    path = declaration.path.replace("{userId}", "x").replace("{productId}", "x")
    return below(event_2_0(declaration.method, path), authorizer=authorizer)


@pytest.mark.parametrize("declaration", SECURED, ids=lambda each: each.operation_id)
def test_an_operation_with_a_scope_lets_nobody_in_without_it(declaration):
    [requirement] = declaration.definition["security"]
    [scope] = requirement["oauth"]
    others = " ".join({f"{scope}s", f"x{scope}", scope.upper(), scope.split("/")[0], "openid", *SCOPES} - {scope})

    missing, message, headers = send(event_of(declaration, None))
    lacking, other_message, _ = send(event_of(declaration, {"jwt": {"claims": {"sub": "x", "scope": others}}}))

    assert (missing, message) == (401, {"message": "Unauthorized"})
    assert headers["www-authenticate"] == "Bearer"
    assert (lacking, other_message) == (403, {"message": "Forbidden"})


@pytest.mark.parametrize("event", [event_2_0, event_1_0])
@pytest.mark.parametrize(
    "authorizer",
    [
        {"jwt": {"claims": {"sub": "x", "scope": "openid users/read"}, "scopes": ["users/read"]}},
        {"jwt": {"claims": {"sub": "x", "scp": "[openid users/read]"}}},
        {"jwt": {"claims": {"sub": "x", "scope": "", "scp": "users/read"}}},
        {"jwt": {"claims": {"sub": "x", "scope": None, "scp": ["users/read"]}}},
        {"claims": {"sub": "x", "scope": "users/read"}},
        {"lambda": {"scope": "users/read"}},
        {"lambda": {"scope": ["openid", "users/read"]}},
        {"principalId": "x", "scope": "users/read"},
        {"principalId": "x", "claims": "text", "scope": "  users/read  "},
    ],
)
def test_a_scope_is_found_wherever_an_authorizer_puts_it(event, authorizer):
    assert send(below(event("GET", "/users"), authorizer=authorizer))[0] == 200


NO_SCOPES = [
    5, 0, True, 1.5, [], {}, {"users/read": 1}, [5, None, ["users/read"], {"users/read": 1}], ["users/read openid"],
    "", " ", "[]", "[", "]", "[users/read", "users/read]", "users/readusers/read", "USERS/READ",
    *(f"openid{blank}users/read" for blank in "\t\n\r\x0b\x0c\x1c\x1f\x85\u00a0\u2003\u2028\u3000,;+\u200b"),
    *(f"users/read{blank}" for blank in "\t\n\u00a0\u3000\x00"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["scope", "scp"])
@pytest.mark.parametrize("granted", NO_SCOPES, ids=ascii)
def test_what_is_no_list_of_scopes_parted_by_spaces_grants_nothing(name, granted):
    with pytest.raises(Forbidden):
        authorize(READ_USERS, {"sub": "x", name: granted})


@pytest.mark.parametrize("granted", ["users/read", " users/read", "a  users/read ", "[users/read]", "[a users/read b]"])
def test_scopes_are_parted_by_spaces(granted):
    assert authorize(READ_USERS, {"sub": "x", "scope": granted}) == "x"


NOBODY = [
    None, {}, [], "text", "users/read", 5, True, ["users/read"], {"jwt": None}, {"jwt": "users/read"}, {"jwt": []},
    {"jwt": {}}, {"jwt": {"claims": None}}, {"jwt": {"claims": "users/read"}}, {"jwt": {"claims": ["users/read"]}},
    {"jwt": {"claims": 5, "scope": "users/read"}}, {"jwt": None, "scope": "users/read"}, {"claims": {}},
    {"claims": "users/read"}, {"claims": '{"scope": "users/read"}'}, {"claims": ["users/read"]}, {"claims": 5},
    {"lambda": "users/read"}, {"lambda": ["users/read"]}, {"lambda": 5}, {"lambda": {}}, {"lambda": {"scope": 5}},
    {"lambda": {"scope": {"users/read": True}}}, {"claims": {"scope": 5}}, {"claims": {"scope": [5]}},
    {"iam": {"userArn": "arn", "scope": "users/read"}}, {"principalId": 5, "integrationLatency": 3},
]  # fmt: skip


@pytest.mark.parametrize("event", [event_2_0, event_1_0])
@pytest.mark.parametrize("authorizer", NOBODY, ids=ascii)
def test_an_authorizer_that_says_nothing_lets_nobody_in(event, authorizer):
    assert send(below(event("GET", "/users"), authorizer=authorizer))[0] in (401, 403)


@pytest.mark.parametrize("declaration", PUBLIC, ids=lambda each: each.operation_id)
@pytest.mark.parametrize("authorizer", NOBODY, ids=ascii)
def test_a_public_operation_lets_everybody_in(declaration, authorizer):
    assert lambda_handler(event_of(declaration, authorizer), None)["statusCode"] == 200


@pytest.mark.parametrize(
    ("claims", "subject"),
    [
        ({"sub": "a", "client_id": "b", "principalId": "c"}, "a"),
        ({"sub": "", "client_id": "b"}, "b"),
        ({"sub": " ", "principalId": "c"}, "c"),
        ({"sub": None, "client_id": 5, "principalId": "c"}, None),
        ({"sub": None, "client_id": "", "principalId": "c"}, "c"),
        ({"sub": 5}, None),
        ({"sub": 5, "principalId": "user"}, None),
        ({"sub": ["a"], "client_id": "b"}, None),
        ({"sub": "\ud800", "principalId": "user"}, None),
        ({"sub": ["a"]}, None),
        ({"sub": {"a": 1}}, None),
        ({"sub": True}, None),
        ({"sub": "\ud800"}, None),
        ({"sub": "Zo\u00eb \U0001f600"}, "Zo\u00eb \U0001f600"),
        ({}, None),
    ],
)
@pytest.mark.parametrize("operation_id", ["list_users", "get_health"])
def test_the_subject_is_who_the_token_names(operation_id, claims, subject):
    assert authorize(contract.operations[operation_id], claims | {"scope": "users/read"}) == subject


def test_nobody_is_the_subject_without_a_token():
    assert authorize(contract.operations["get_health"], None) is None


ASK = """
from handlers.service import contract
from specbound.problems import Problem
from specbound.http import access
from specbound.http.events import read_call
call = read_call({"httpMethod": "GET", "resource": "/users"})
for name in ("list_users", "get_health"):
    try:
        anonymous = contract.settings.allow_anonymous
        claims = access.admit(contract.operations[name], call, allow_anonymous=anonymous)
        print(access.subject(claims, anonymous))
    except Problem as problem:
        print(type(problem).__name__)
"""


@pytest.mark.parametrize(
    ("variables", "answers"),
    [
        ({"ALLOW_ANONYMOUS": "true"}, ["anonymous", "anonymous"]),
        ({"ALLOW_ANONYMOUS": "true", "AWS_LAMBDA_FUNCTION_NAME": "catalogue"}, ["Unauthorized", "None"]),
        ({"ALLOW_ANONYMOUS": "false"}, ["Unauthorized", "None"]),
        ({}, ["Unauthorized", "None"]),
    ],
)
def test_callers_without_a_token_are_let_in_on_this_machine_alone(variables, answers):
    environment = {"PATH": os.environ["PATH"], **embedded.environment(), **variables}

    said = subprocess.check_output([sys.executable, "-c", ASK], cwd=ROOT, env=environment, text=True)

    assert said.split() == answers


def test_an_anonymous_caller_with_a_token_still_needs_its_scope():
    with pytest.raises(Forbidden):
        authorize(READ_USERS, {"sub": "x"})
    with pytest.raises(Unauthorized):
        authorize(READ_USERS, None)
