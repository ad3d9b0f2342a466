"""The compiled contract and openapi-core agree on every request and every reply of every operation.

Where they do not, the difference is named here, once, with its reason.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote_plus

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from specbound.contract import Breach
from specbound.http import events
from specbound.http.reading import read_body, read_parameters
from specbound.messages import Response
from specbound.problems import BadRequest, Problem, Violation
from specbound.testing import referee
from tests import bending
from tests.generation import OPERATIONS, Sent, replies, requests
from tests.subject import contract

pytestmark = pytest.mark.slow

NEAR = settings(derandomize=True, deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
# Its one failure is as small as can be already.
ONCE = settings(NEAR, max_examples=1, phases=[Phase.generate])
NUMBERS = {"retry-after"}
SOME_ID = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"


@dataclass(frozen=True)
class Difference:
    """Something that the compiled contract refuses and openapi-core does not."""

    reason: str
    explains: Callable[[Violation, Sent], bool]
    example: Sent


def sent(operation_id, *query, path_parameters=None, headers=None, body=None):
    return Sent(OPERATIONS[operation_id], path_parameters or {}, query, headers or {}, body)


def texts(sent, name):
    """What a request says of a query parameter."""
    pairs = [pair.partition("=") for pair in sent.query]
    return [unquote_plus(text) for each, _, text in pairs if each == name]


def is_number_to_python(text):
    try:
        int(text)
    except ValueError:
        return False
    return True


DIFFERENCES = [
    Difference(
        "The contract is closed: query parameters that it does not name are refused, where OpenAPI leaves them open.",
        lambda violation, _: (violation.where, violation.detail) == ("query", "is not known here"),
        sent("get_health", "unknown=1"),
    ),
    Difference(
        "A query parameter that is no list is given once; openapi-core takes one of several and drops the others.",
        lambda violation, _: violation.detail == "is given more than once",
        sent("list_users", "limit=5", "limit=6"),
    ),
    Difference(
        "Text is a number only if JSON would write it so; openapi-core asks int(), which takes '+5' and '1_0'.",
        lambda violation, sent: (
            violation.detail == "must be a whole number"
            and all(is_number_to_python(text) for text in texts(sent, violation.pointer[1:]))
        ),
        sent("list_users", "limit=%2B5"),
    ),
    Difference(
        "Ids that differ in case only are one id (RFC 9562), so a list that must not repeat an item has it twice.",
        lambda violation, sent: (
            violation.detail == "must have no item twice"
            and len({text.lower() for text in texts(sent, violation.pointer[1:])}) < len(sent.query)
        ),
        sent("list_inventory", f"productId={SOME_ID}", f"productId={SOME_ID.upper()}"),
    ),
    Difference(
        "A line break at the end of a path parameter belongs to it; openapi-core's own routing loses it.",
        lambda violation, sent: (
            violation.where == "path" and sent.path_parameters[violation.pointer[1:]].endswith("\n")
        ),
        sent("get_user", path_parameters={"userId": SOME_ID + "\n"}),
    ),
]
# What openapi-core refuses and the compiled contract does not. Nothing else does a client mean by a body without it.
UNNAMED_JSON = sent("create_user", body=b'{"name":"Ada Lovelace","email":"ada@example.com"}')


@pytest.mark.parametrize("operation_id", contract.operations)
def test_a_request_is_accepted_by_both_or_by_neither(operation_id):
    verdicts = set()

    @NEAR
    @given(sent=bending.near_requests(operation_id))
    def near(sent):
        verdicts.add(agreed_on_request(sent))

    @ONCE
    @given(sent=requests(operation_id))
    def bent_in_every_way(sent):
        verdicts.update(agreed_on_request(each) for each in bending.bent_requests(sent))

    near()
    bent_in_every_way()

    assert verdicts == {True, False}


@pytest.mark.parametrize("operation_id", contract.operations)
def test_a_reply_is_promised_by_both_or_by_neither(operation_id):
    verdicts = set()

    @NEAR
    @given(answered=bending.near_replies(operation_id))
    def near(answered):
        verdicts.add(agreed_on_reply(answered))

    @ONCE
    @given(answered=replies(operation_id))
    def bent_in_every_way(answered):
        verdicts.update(agreed_on_reply(each) for each in bending.bent_replies(answered))

    near()
    bent_in_every_way()

    assert verdicts >= {True, False}


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.reason)
def test_a_difference_that_is_named_is_one(difference):
    ours = violations(difference.example)

    assert ours
    assert all(difference.explains(each, difference.example) for each in ours)
    assert objections(difference.example) == []


def test_a_body_without_a_media_type_is_read_as_json_by_the_compiled_contract_alone():
    assert is_unnamed_json(UNNAMED_JSON)
    assert violations(UNNAMED_JSON) == []
    assert objections(UNNAMED_JSON) != []


def agreed_on_request(sent):
    """Whether both accept it."""
    ours, theirs = violations(sent), objections(sent)
    if theirs:
        assert ours or is_unnamed_json(sent), (sent, theirs)
    else:
        assert all(is_explained(each, sent) for each in ours), (sent, ours)
    return not ours


def agreed_on_reply(answered):
    """Whether both promise it; None if it is no reply that an operation could give."""
    try:
        value, content = read(answered)
    except ValueError:
        return None
    breach, theirs = breach_of(answered, value), objections_to_reply(answered, content)
    # OpenAPI does not say that a reply without content has no body; HTTP does.
    assert (breach is not None) == bool(theirs) or "undeclared body" in breach, (answered, breach, theirs)
    return breach is None


def is_explained(violation, sent):
    return any(each.explains(violation, sent) for each in DIFFERENCES)


def is_unnamed_json(sent):
    return bool(sent.body) and "content-type" not in sent.headers


def violations(sent):
    """What the compiled contract has against a request."""
    found = []
    operation, call = contract.operations[sent.operation.operation_id], events.read_call(event(sent))
    for read in (read_parameters, read_body):
        try:
            read(operation, call)
        except BadRequest as refused:
            found += refused.violations
        except Problem as refused:
            found.append(Violation("body", "", str(refused)))
    return found


def event(sent):
    """The request in payload format 2.0."""
    body = {"body": base64.b64encode(sent.body).decode(), "isBase64Encoded": True} if sent.body else {}
    return body | {
        "requestContext": {"http": {"method": sent.operation.method}},
        "rawPath": sent.path,
        "pathParameters": sent.path_parameters,
        "rawQueryString": "&".join(sent.query),
        "headers": sent.headers,
    }


def objections(sent):
    """What openapi-core has against a request."""
    return referee.service().objections_to_request(
        sent.operation.method, sent.path, "&".join(sent.query), dict(sent.headers), sent.body
    )


def read(answered):
    """The body as the value that an operation gives, and as what goes over the wire. Raises ValueError for neither."""
    if answered.body is None:
        return None, b""
    value = referee.read_json(answered.body)
    if answered.media_type.endswith("json"):
        return value, answered.body
    if not isinstance(value, str):
        raise ValueError(f"{answered.media_type} is text")
    return value, value.encode()


def breach_of(answered, value):
    """What the compiled contract has against a reply."""
    operation = contract.operations[answered.operation.operation_id]
    # Operations give numbers as numbers.
    headers = {
        name: int(text) if name in NUMBERS and is_number_to_python(text) else text
        for name, text in answered.headers.items()
    }
    response = Response(HTTPStatus(answered.status), value, headers, answered.media_type)
    try:
        operation.check_reply(response)
    except Breach as breach:
        return str(breach)
    return None


def objections_to_reply(answered, content):
    """What openapi-core has against a reply."""
    path = answered.operation.path.replace("{", "").replace("}", "")
    headers = answered.headers | ({"content-type": answered.media_type} if content else {})
    return referee.service().objections_to_reply(answered.operation.method, path, answered.status, headers, content)
