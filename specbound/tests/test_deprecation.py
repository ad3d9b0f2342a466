"""Deprecated operations: each reply says since when and until when (RFC 9745, RFC 8594), and each call is counted."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from plain import Plain

from specbound.clients.plan import plan
from specbound.clients.typescript_resources import resources
from specbound.compiler.answers import complete
from specbound.compiler.document import Refused, load
from specbound.compiler.published import published
from specbound.compiler.sunsets import moment
from specbound.compiler.translation import compile_contract
from specbound.testing.wire import Error, before_each_call

SHELF = Path(__file__).parent / "contracts" / "shelf.yaml"
URL = "https://example.com/changes#books"
ENDING = {
    "deprecated": True,
    "x-deprecated-at": "2026-01-31",
    "x-sunset": "2027-01-31T12:00:00+01:00",
    "externalDocs": {"url": URL},
}
# Of the RFCs' forms: sf-date (RFC 9651, section 3.3.7) and IMF-fixdate (RFC 9110, section 5.6.7).
SINCE, END = "@1769817600", "Sun, 31 Jan 2027 11:00:00 GMT"
LINK = f'<{URL}>; rel="deprecation"; type="text/html", <{URL}>; rel="sunset"; type="text/html"'
TOLD = {"deprecation": SINCE, "sunset": END, "link": LINK}


def shelf(method="get", **members):
    document = deepcopy(load(SHELF))
    document["paths"]["/books"][method] |= members
    return document


def of_deprecation(headers):
    return {name: each for name, each in headers.items() if name in TOLD}


def test_every_reply_says_so_whatever_it_is():
    service = Plain(shelf(**ENDING))

    status, _, headers = service.call("GET", "/v2/books")
    head_status, _, head = service.call("HEAD", "/v2/books")
    wrong_status, _, wrong = service.call("GET", "/v2/books", query="nonsense=1")
    with before_each_call(lambda call: Error("ValidationException")):
        failed_status, _, failed = service.call("GET", "/v2/books")

    assert [status, head_status, wrong_status, failed_status] == [200, 200, 400, 500]
    assert [of_deprecation(each) for each in (headers, head, wrong, failed)] == [TOLD] * 4


def test_no_other_operation_says_so():
    service = Plain(shelf(**ENDING))

    replies = [
        service.call("POST", "/v2/books", {"title": "Emma"}),
        service.call("GET", "/v2/nowhere"),
        service.call("DELETE", "/v2/books"),
    ]

    assert [each[0] for each in replies] == [201, 404, 405]
    assert [of_deprecation(each[2]) for each in replies] == [{}] * 3


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"deprecated": True}, {}),
        ({"deprecated": True, "externalDocs": {"url": URL}}, {}),
        ({"deprecated": True, "x-deprecated-at": "2026-01-31"}, {"deprecation": SINCE}),
        ({"deprecated": True, "x-sunset": "2027-01-31T11:00:00Z"}, {"sunset": END}),
        (
            {"deprecated": True, "x-sunset": "2027-01-31T11:00:00Z", "externalDocs": {"url": 'https://a/">'}},
            {"sunset": END},
        ),
        ({"deprecated": False}, {}),
    ],
)
def test_nothing_is_said_that_the_contract_does_not_say(members, told):
    assert of_deprecation(Plain(shelf(**members)).call("GET", "/v2/books")[2]) == told


def test_what_is_published_declares_the_headers_and_browsers_may_read_them():
    document = published(complete(shelf(**ENDING)).document)
    compiled = compile_contract(shelf(**ENDING))

    asked = document["paths"]["/books"]["get"]
    assert asked["description"].endswith("Deprecated since 2026-01-31; it may be gone from 2027-01-31 on.")
    assert all({"Deprecation", "Sunset", "Link"} <= each["headers"].keys() for each in asked["responses"].values())
    assert not any("Deprecation" in str(each) for each in document["paths"]["/books"]["post"]["responses"].values())
    assert {"deprecation", "sunset", "link"} <= {*compiled["reply_headers"]}
    assert {"deprecation", "sunset", "link"} <= {*compiled["infrastructure"]["response_headers"]}
    compile_contract(document)


def test_an_editor_strikes_a_method_of_the_typescript_client_through():
    document = shelf(**ENDING)

    text = resources(document, plan(document))

    assert text.count("@deprecated") == 1
    assert text.index("@deprecated Deprecated since 2026-01-31; it may be gone") < text.index("  list(")


def test_a_contract_that_says_nothing_of_it_has_nothing_of_it():
    compiled = compile_contract(load(SHELF))

    assert not any("deprecated" in each for each in compiled["operations"].values())
    assert Plain(load(SHELF)).contract.deprecated == {}


def test_a_header_that_the_contract_declares_itself_stays_and_need_not_come_from_the_function():
    document = shelf(**ENDING)
    own = {"deprecation": {"required": True, "schema": {"type": "string", "minLength": 3}}}
    document["paths"]["/books"]["get"]["responses"]["200"]["headers"] = own

    declared = complete(document).document["paths"]["/books"]["get"]["responses"]["200"]["headers"]
    status, _, headers = Plain(document).call("GET", "/v2/books")

    assert declared["deprecation"] == {"required": False, "schema": {"type": "string", "minLength": 3}}
    assert sorted(declared) == ["Link", "Sunset", "deprecation"]
    assert (status, headers["deprecation"]) == (200, SINCE)


def test_each_call_of_what_is_deprecated_is_counted_by_its_operation_and_no_other(capsys, monkeypatch):
    # A journal of its own: others in this process have written to another standard output.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "deprecation")
    service = Plain(shelf(deprecated=True))
    service.call("POST", "/v2/books", {"title": "Emma"})
    service.call("GET", "/v2/books")
    service.call("GET", "/v2/books")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    posted, *asked = [each for each in lines if "_aws" in each]
    assert "deprecated" not in posted
    assert [each["deprecated"] for each in asked] == [1, 1]
    for line in asked:
        [kind] = [each for each in line["_aws"]["CloudWatchMetrics"] if each["Metrics"][0]["Name"] == "deprecated"]
        assert kind["Dimensions"] == [["service", "operation"]]
        assert line["operation"] == "list_books"


WRONG = [
    ({"deprecated": True, "x-deprecated-at": 5}, "is the day since which it is deprecated, as in"),
    ({"deprecated": True, "x-deprecated-at": "2026-02-30"}, "is the day since which it is deprecated"),
    ({"deprecated": True, "x-deprecated-at": "2026-01-31T10:00:00"}, "is the day since which it is deprecated"),
    ({"deprecated": False, "x-deprecated-at": "2026-01-31"}, "is of what is deprecated: say `deprecated: true` beside"),
    ({"x-deprecated-at": "2026-01-31"}, "is of what is deprecated"),
    ({"deprecated": True, "x-deprecated-at": "2026-01-31", "x-sunset": "2026-01-30"}, "is after x-sunset"),
]


@pytest.mark.parametrize(("members", "message"), WRONG)
def test_what_can_not_be_meant_is_refused(members, message):
    with pytest.raises(Refused) as refused:
        compile_contract(shelf(**members))

    [mistake] = refused.value.mistakes
    assert mistake.message.startswith(f"GET /books: x-deprecated-at {message}")
    assert mistake.place == ("#", "paths", "/books", "get", "x-deprecated-at")


@pytest.mark.parametrize("said", [None, 5, "", "2026", "2026-01", "20260131", "2026-01-31 10:00", [], {}])
def test_what_is_no_moment_is_none(said):
    assert moment(said) is None
