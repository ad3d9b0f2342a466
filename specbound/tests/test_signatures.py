"""Requests are signed by Signature Version 4: as AWS's published vectors have it, and as botocore does."""

import json
from datetime import UTC, datetime

import pytest
from botocore import credentials
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from specbound.settings import endpoint
from specbound.store.credentials import Credentials
from specbound.store.signatures import Scope, Unsigned, signed

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
# The suite's own example of a session token.
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUu"
    "wthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQc"
    "HNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/o"
    "LxBA=="
)
TIME = datetime(2015, 8, 30, 12, 36, tzinfo=UTC).timestamp()
# Vectors of AWS's own test suite: the method, the headers beside Host, the token, and the signature.
# https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4
VECTORS: dict[str, tuple[str, dict[str, str], str, str]] = {
    "get-vanilla": ("GET", {}, "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "post-vanilla": ("POST", {}, "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    "post-header-key-sort": (
        "POST", {"my-header1": "value1"}, "", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"
    ),
    "post-header-value-case": (
        "POST", {"my-header1": "VALUE1"}, "", "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"
    ),
    "post-sts-header-before": (
        "POST", {}, TOKEN, "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_has_its_signature(name: str) -> None:
    method, headers, token, signature = VECTORS[name]
    said = {"host": "example.amazonaws.com", **headers}
    scope = Scope("us-east-1", "service")

    found = signed(Unsigned(said, b"", method), Credentials(KEY, SECRET, token), scope, TIME)

    assert found["x-amz-date"] == "20150830T123600Z"
    assert found["authorization"].endswith(f"Signature={signature}")


@given(
    st.text(st.characters(codec="utf-8")),
    st.none() | st.text("abcXYZ019+/=", min_size=1),
    st.sampled_from(["us-east-1", "eu-central-2", "cn-north-1"]),
    st.sampled_from(["/", "/below", "/be-low/a.b_c~d", "/a%20b/c:d@e"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
)
def test_any_call_is_signed_as_botocore_signs_it(
    text: str, token: str | None, region: str, path: str, date: datetime
) -> None:
    body = json.dumps({"Key": {"id": {"S": text}}}).encode()
    headers = {"host": "dynamodb.example.com", "x-amz-target": "DynamoDB_20120810.GetItem"}
    seconds = date.timestamp() // 1
    theirs = AWSRequest("POST", f"https://dynamodb.example.com{path}", headers, body)
    theirs.context["timestamp"] = datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")
    theirs.headers["X-Amz-Date"] = theirs.context["timestamp"]
    if token:
        theirs.headers["X-Amz-Security-Token"] = token
    signer = SigV4Auth(credentials.Credentials(KEY, SECRET, token), "dynamodb", region)
    canonical = signer.canonical_request(theirs)
    expected = signer.signature(signer.string_to_sign(theirs, canonical), theirs)

    scope = Scope(region, "dynamodb")
    ours = signed(Unsigned(headers, body, path=path), Credentials(KEY, SECRET, token or ""), scope, seconds)

    assert ours["authorization"].rpartition("=")[2] == expected


def test_each_region_has_the_address_that_botocore_has_for_it() -> None:
    session = get_session()
    partitions = session.get_available_partitions()
    regions = {each for name in partitions for each in session.get_available_regions("dynamodb", name)}
    clients = (session.create_client("dynamodb", region_name=each) for each in sorted(regions - {"local"}))
    theirs = {each.meta.region_name: each.meta.endpoint_url for each in clients}

    assert len(theirs) > 25
    assert {each: endpoint(each, {}) for each in theirs} == theirs


@pytest.mark.parametrize(
    ("named", "url"),
    [
        ({"AWS_ENDPOINT_URL": "http://a:1"}, "http://a:1"),
        ({"AWS_ENDPOINT_URL": "http://a:1", "AWS_ENDPOINT_URL_DYNAMODB": "http://b:2"}, "http://b:2"),
        ({"AWS_ENDPOINT_URL": "http://a:1", "AWS_ENDPOINT_URL_DYNAMODB": ""}, "http://a:1"),
    ],
)
def test_an_emulators_address_goes_before_the_regions(named: dict[str, str], url: str) -> None:
    assert endpoint("us-east-1", named) == url
