"""What keeps the function from starting: a variable that makes no sense, an operation without a function."""

import json
from types import ModuleType, SimpleNamespace

import pytest

from specbound import settings
from specbound.api import find_functions
from specbound.settings import Misconfigured, Settings
from tests.events import event_1_0, event_2_0
from tests.processes import answers, complaint

LEVELS = "DEBUG, INFO, WARNING, ERROR or CRITICAL"
# By variable: how it is read, what it may hold, what it may not, and what a refusal advises.
VARIABLES = {
    "PAGE_LIMIT": (
        lambda: settings.whole_number("PAGE_LIMIT", 1, 100),
        ["1", "20", "100"],
        ["0", "-1", "101", "1" * 5000, "", " ", "1.5", "1e1", "+5", " 5", "5 ", "5\n", "1_0", "010", "٣", "many"],
        "a whole number from 1 to 100",
    ),
    "ALLOW_ANONYMOUS": (
        lambda: settings.switch("ALLOW_ANONYMOUS"),
        ["true", "false", ""],
        ["TRUE", "True", "1", "yes", "on", " true", "0", "no", "truefalse"],
        "true or false",
    ),
    "DOCS": (lambda: settings.switch("DOCS"), ["true", "false"], ["off", "FALSE"], "true or false"),
    "EXAMPLES": (lambda: settings.switch("EXAMPLES"), ["true", "false"], ["all", "TRUE"], "true or false"),
    "METRICS_BY": (
        settings.metrics_by,
        ["service", "operation", ""],
        ["caller", "SERVICE", "service,operation"],
        "service or operation",
    ),
    "TRACING": (lambda: settings.switch("TRACING"), ["true", "false"], ["on", "TRUE"], "true or false"),
    "DATABASE_CLIENT": (
        settings.database_client,
        ["specbound", "boto3"],
        ["awscrt", "BOTO3", " "],
        "specbound or boto3",
    ),
    "LOG_LEVEL": (
        settings.log_level,
        ["INFO", "error", ""],
        ["LOUD", "10", "INFO ", "WARN", "NOTSET"],
        LEVELS,
    ),
    "POWERTOOLS_LOG_LEVEL": (settings.log_level, ["INFO"], ["LOUD"], LEVELS),
    "POWERTOOLS_SERVICE_NAME": (
        settings.check_service,
        ["orders", "Orders API"],
        ["", " ", ":a", "ä", "a\nb", "a" * 1025],
        "a name in ASCII",
    ),
    "POWERTOOLS_METRICS_NAMESPACE": (
        settings.metrics_namespace,
        ["Orders/API 2"],
        ["", ":a", "AWS/Lambda", "ä", "a" * 256, "a\n"],
        "a name of letters",
    ),
    "AWS_ENDPOINT_URL": (
        settings.check_endpoints,
        ["http://127.0.0.1:4566", "https://dynamodb.eu-west-1.amazonaws.com/", "http://[::1]:8000", ""],
        ["localhost:8000", "127.0.0.1", "http://", "ftp://localhost", "http://local host", " http://localhost"],
        "an emulator's address, as http://127.0.0.1:4566",
    ),
    "TABLE_USERS": (
        lambda: settings.table_name("users"),
        ["catalogue-users", "arn:aws:dynamodb:eu-west-1:123456789012:table/users"],
        ["", "ab", "a b c", "üüü", "a" * 256, "users\n"],
        "what the contract's table users is called in DynamoDB",
    ),
}
REFUSED = [(name, text) for name, (_, _, texts, _) in VARIABLES.items() for text in texts]
TAKEN = [(name, text) for name, (_, texts, _, _) in VARIABLES.items() for text in texts]
NAMES = [*VARIABLES, "CORS_ORIGINS"]


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_a_variable_that_makes_no_sense_is_refused_in_a_line_that_says_what_to_write(monkeypatch, name, text):
    read, _, _, advice = VARIABLES[name]
    monkeypatch.setenv(name, text)

    with pytest.raises(Misconfigured) as refused:
        read()

    assert str(refused.value) == f"{name} is {text!r}: {refused.value.args[0].partition(': ')[2]}"
    assert advice in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(", or take the variable away.") == (not name.startswith("TABLE_"))


@pytest.mark.parametrize(("name", "text"), TAKEN)
def test_a_variable_that_makes_sense_is_taken(monkeypatch, name, text):
    monkeypatch.setenv(name, text)

    assert VARIABLES[name][0]() in (None, text, text.upper(), text == "true", int(text) if text.isdecimal() else text)


def test_where_nothing_says_what_a_table_is_called_it_is_told_what_to_write():
    with pytest.raises(
        Misconfigured, match=r"^TABLE_USERS is not set: write what the contract's table users is called"
    ):
        Settings.read(["users"], 100, {})


@pytest.mark.parametrize(
    ("origin", "advice"),
    [
        ("https://a.example/", "with nothing after them: https://a.example"),
        ("https://A.example:443", ": https://a.example"),
        ("http://[1:0:0:2:0:0:0:3]:8080", ": http://[1:0:0:2::3]:8080"),
        ("http://[1:2:3:4:5:6:7:8]/", ": http://[1:2:3:4:5:6:7:8]"),
        ("https://[::1::2]", "as in https://app.example.com"),
        ("https://a.example:many", "as in https://app.example.com"),
        ("https://a example", "as in https://app.example.com"),
    ],
)
def test_an_origin_that_no_browser_sends_is_refused_with_the_one_that_was_meant(origin, advice):
    with pytest.raises(Misconfigured) as refused:
        Settings.read([], 100, {"CORS_ORIGINS": f"https://b.example, {origin}"})

    assert str(refused.value).startswith(f"CORS_ORIGINS names {origin!r}, which no browser sends")
    assert str(refused.value).endswith(advice)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_function_does_not_start_with_a_variable_that_makes_no_sense(name):
    assert complaint(**{name: ":"}).startswith(f"specbound.settings.Misconfigured: {name} ")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["TABLE_USERS", "TABLE_IDEMPOTENCY"])
def test_the_function_does_not_start_without_the_name_of_a_table(name):
    assert f"{name} is not set: write what" in complaint(**{name: None})


@pytest.mark.slow
@pytest.mark.parametrize(("variable", "longest"), [(None, 100), ("100", 100), ("2", 2), ("1", 1)])
def test_no_page_is_longer_than_the_variable_says_and_none_shorter_without_it(variable, longest):
    users = {"items": [{"name": f"User {number}", "email": f"u{number}@example.com"} for number in range(100)]}
    authorizer = {"jwt": {"claims": {"sub": "x", "scope": "users/read users/write"}}}
    create = {"httpMethod": "POST", "resource": "/users/batch", "body": json.dumps(users)}
    read = {"httpMethod": "GET", "resource": "/users", "queryStringParameters": {"limit": "100"}}
    events = [event | {"requestContext": {"authorizer": authorizer}} for event in (create, read)]

    created, page = (json.loads(reply["body"]) for reply in answers(events, "tables", PAGE_LIMIT=variable))

    assert created["created"] == 100
    assert page["count"] == longest
    assert ("nextToken" in page) == (longest < 100)


@pytest.mark.slow
def test_the_docs_page_can_be_switched_off_and_nothing_else_with_it():
    paths = ("/docs", "/openapi.json")
    events = [event_2_0(method, path, f"GET {path}") for method in ("GET", "HEAD", "POST") for path in paths]
    events += [event_1_0("GET", path) for path in paths]

    for variable, expected in (("true", [200, 200, 200, 200, 405, 405]), ("false", [404, 200, 404, 200, 404, 405])):
        assert [each["statusCode"] for each in answers(events, DOCS=variable)] == [*expected, *expected[:2]]


def test_every_operation_without_a_function_is_named_and_then_every_function_without_an_operation():
    module = ModuleType("things")
    exec("def one(request): ...\ndef four(request): ...\ndef _five(request): ...\nfrom json import loads", vars(module))
    places = {"one": "openapi.yaml:1", "two": "openapi.yaml:2", "three": "openapi.yaml:3"}
    public_ids = {"one": "one", "two": "getTwo", "three": "getThree", "four": "four"}

    with pytest.raises(
        Misconfigured,
        match=r"^openapi\.yaml:2: operation getTwo has no function: write `def two\(.*\(things\)\. "
        r"The same goes for getThree\.",
    ):
        find_functions([module], places, public_ids)
    with pytest.raises(Misconfigured, match=r"^things\.four: no operation of the contract has this name\."):
        find_functions([module, SimpleNamespace(two=print, three=print, six=print)], places, public_ids)

    found = find_functions([module, SimpleNamespace(two=print)], {"one": "", "two": "", "four": ""}, public_ids)
    assert found == {"one": module.one, "two": print, "four": module.four}
