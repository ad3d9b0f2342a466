"""The compiled contract agrees with openapi-core, and with Connexion as far as that goes, on requests and replies.

Where they do not, the difference stands in disagreements.toml, once, with what decides it.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus

import pytest

from specbound.compiler.document import load
from specbound.compiler.formats import CHECKED_FORMATS, PATTERNS, with_format
from specbound.problems import Violation
from specbound.proof import bending, connexion_judge, referees
from specbound.proof.disagreements import CONDITIONS, CONNEXION, CONTRACT, JUDGE, OPENAPI_CORE, Refusal, rows
from specbound.proof.generation import Answered, Sent, declared, operations, replies, requests, write
from specbound.proof.referees import Tried, generated
from specbound.testing.referee import Referee, words
from specbound.validation import Validator
from tests.subject import contract

pytestmark = pytest.mark.slow

OPERATIONS = list(contract.operations)
EXAMPLES = [row for row in rows() if row.example]
# Of each format that has a form, a text that has it.
TEXTS = {
    "base64url": "YWJj", "byte": "YWJj", "date": "2024-02-29", "date-time": "2024-02-29T10:20:30Z",
    "date-time-local": "2024-02-29T10:20:30", "decimal": "1.5", "decimal128": "1.5", "duration": "P1DT2H",
    "email": "ada@example.com", "hostname": "example.com", "http-date": "Sun, 06 Nov 1994 08:49:37 GMT",
    "idn-email": "ada@example.com", "idn-hostname": "example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
    "iri": "https://example.com/a?b#c", "iri-reference": "/a/b?c=d", "json-pointer": "/a/b~1", "media-range": "text/*",
    "regex": "^a$", "relative-json-pointer": "1/a", "sf-binary": ":YWJj:", "sf-boolean": "?1", "sf-decimal": "1.5",
    "sf-integer": "1", "sf-string": '"a"', "sf-token": "a", "time": "10:20:30Z", "time-local": "10:20:30",
    "uri": "https://example.com/a?b#c", "uri-reference": "/a/b?c=d", "uri-template": "/a/{b}",
    "uuid": "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d",
}  # fmt: skip
OTHER_DIGITS = "\u0667f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
EMAIL = b'{"name":"Ada Lovelace","email":"ada@example.com"}'


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_request_is_accepted_by_all_or_by_none(operation_id: str) -> None:
    tried = Tried()
    near = list(referees.requests_of(operation_id, 1))
    # One of them in every way that is thought of.
    bent = bending.bent_requests(generated(requests(operation_id), 1)[-1])

    verdicts = {referees.judge_request(sent, tried) for sent in [*near, *bent]}

    assert tried.disagreements == []
    assert verdicts == {True, False}


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_reply_is_promised_by_all_or_by_none(operation_id: str) -> None:
    tried = Tried()
    near = list(referees.replies_of(operation_id, 1))
    bent = bending.bent_replies(generated(replies(operation_id), 1)[-1])

    verdicts = {referees.judge_reply(answered, tried) for answered in [*near, *bent]}

    assert tried.disagreements == []
    assert verdicts >= {True, False}


def test_a_seed_makes_the_same_requests_and_replies_each_time() -> None:
    first, second = (list(map(str, referees.requests_of("create_user", 7))) for _ in range(2))
    one, two = (list(map(str, referees.replies_of("create_user", 7))) for _ in range(2))

    assert first == second != list(map(str, referees.requests_of("create_user", 8)))
    assert one == two != list(map(str, referees.replies_of("create_user", 8)))


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row.name)
def test_a_difference_that_is_named_is_one(row: Any) -> None:
    example = dict(row.example)
    sent = Sent(
        operations()[example.pop("operation")],
        example.pop("path_parameters", {}),
        tuple(example.pop("query", ())),
        example.pop("headers", {}),
        example.pop("body").encode() if "body" in example else None,
    )
    tried = Tried()

    accepted = referees.judge_request(sent, tried)

    assert example == {}
    assert tried.disagreements == []
    assert tried.known[row.name] == 1
    assert accepted == (row.refused_by != CONTRACT)


def test_a_reply_with_a_body_where_there_is_none_differs_by_name() -> None:
    tried = Tried()
    removed = Answered(operations()["delete_user"], 204, {}, "application/json", b"{}")

    assert not referees.judge_reply(removed, tried)
    assert tried.known == {"a body where the contract has none": 1}
    assert tried.disagreements == []


@pytest.mark.parametrize(
    ("operation_id", "body", "headers", "name"),
    [
        ("create_user", EMAIL, {"content-type": "Application/JSON ; charset=UTF-8"}, "how a media type is spelt"),
        (
            "create_product",
            b'{"name":"Mouse","category":"mice","price":1,"initialQuantity":5.0}',
            {"content-type": "application/json"},
            "whole numbers with a fraction or an exponent",
        ),
        (
            "create_product",
            b'{"name":"Mouse","category":"mice","price":19.99}',
            {"content-type": "application/json"},
            "multiples of a decimal fraction",
        ),
    ],
)
def test_what_connexion_alone_refuses_differs_by_name(
    operation_id: str, body: bytes, headers: dict[str, str], name: str
) -> None:
    tried = Tried()

    assert referees.judge_request(Sent(operations()[operation_id], {}, (), headers, body), tried)
    assert tried.known == {name: 1}
    assert tried.disagreements == []


def test_every_format_that_has_a_form_is_compared() -> None:
    assert TEXTS.keys() == CHECKED_FORMATS | PATTERNS.keys()


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_where_a_format_is_read_otherwise_a_row_says_so(name: str) -> None:
    schema = {"type": "string", "format": name, "minLength": 1}
    operation = {"operationId": "look", "parameters": [{"name": "text", "in": "query", "schema": schema}]}
    paths = {"/": {"get": {**operation, "responses": {"204": {"description": "Seen."}}}}}
    theirs = Referee({"openapi": "3.0.3", "info": {"title": "Formats", "version": "1.0.0"}, "paths": paths})
    ours = Validator(with_format(schema))

    for text in [TEXTS[name], *filter(None, bending.near_texts(TEXTS[name]))]:
        sent = Sent(operations()["list_users"], {}, (f"text={quote_plus(text)}",), {}, None)
        violations = [Violation("query", "/text", detail) for _, detail in ours.violations(text)]
        objections = [*map(words, theirs.objections_to_request("GET", "/", sent.query[0], {}, None))]
        told = [Refusal(OPENAPI_CORE, "request", JUDGE, each, sent) for each in objections]
        told += [Refusal(OPENAPI_CORE, "request", CONTRACT, each.detail, sent, each) for each in violations]
        assert (violations and objections) or all(each.explained() for each in told), (text, told)


@pytest.mark.parametrize(
    ("before", "changed", "known"),
    [
        ("", {}, {}),
        ("%zz", {}, {"formats that OpenAPI does not define": 1}),
        ("", {"userId": OTHER_DIGITS}, {"digits of other scripts": 1}),
        ("", {"createdAt": "2016-12-31T23:59:60.000000Z"}, {"leap seconds": 2}),
    ],
)
def test_a_reply_that_breaks_a_format_differs_by_name(
    before: str, changed: dict[str, str], known: dict[str, int]
) -> None:
    headers = {"location": f"{before}/users/{TEXTS['uuid']}", "etag": '"1"'}
    answered = Answered(operations()["create_user"], 201, headers, "application/json", None)
    user = declared(answered)["content"]["application/json"]["example"]
    tried = Tried()

    is_promised = referees.judge_reply(replace(answered, body=write(user | changed)), tried)

    assert tried.disagreements == []
    assert tried.known == known
    assert is_promised == (known in ({}, {"leap seconds": 2}))


def test_every_row_has_what_decides_it_and_a_condition_that_is_there() -> None:
    assert len({row.name for row in rows()}) == len(rows()) >= 10
    assert {judge for row in rows() for judge in row.judge.split(", ")} == {OPENAPI_CORE, CONNEXION}
    assert all(row.clause.startswith(("RFC ", "OpenAPI ", "JSON Schema")) for row in rows())
    assert {row.when for row in rows()} - {None} == CONDITIONS.keys()


@pytest.mark.parametrize(
    ("operation_id", "status", "name"),
    [("delete_user", 204, "a reply of which the contract has no content"), ("get_user", 200, None)],
)
def test_a_reply_needs_no_body_where_the_contract_has_none(operation_id: str, status: int, name: str | None) -> None:
    answered = Answered(operations()[operation_id], status, {}, "", None)

    assert Refusal(OPENAPI_CORE, "reply", JUDGE, "MissingData: Missing response data", answered).explained() == name


def test_connexion_may_not_ask_for_what_requests_have() -> None:
    said = "BadRequestProblem: 'name' is a required property"

    assert Refusal(CONNEXION, "request", JUDGE, said).explained() is None


def test_of_a_contract_that_connexion_does_not_read_it_is_no_judge() -> None:
    assert connexion_judge.judge_of(load()) is not None
    assert connexion_judge.judge_of(load() | {"openapi": "3.1.0"}) is None
    assert connexion_judge.judge_of(load() | {"paths": {"/": {"get": {"responses": 1}}}}) is None
