"""Requests are signed by Signature Version 4: as AWS's published vectors have it, and as botocore does."""

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from specbound.settings import endpoint

pytest.importorskip("awscrt")

from awscrt.auth import AwsCredentialsProvider
from awscrt.http import HttpHeaders, HttpRequest

from specbound.store import crt

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TIME = datetime(2015, 8, 30, 12, 36, tzinfo=UTC).timestamp()
# Vectors of AWS's own test suite: the method, the headers beside Host, and the signature.
# https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4
VECTORS: dict[str, tuple[str, list[tuple[str, str]], str]] = {
    "get-vanilla": ("GET", [], "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "post-vanilla": ("POST", [], "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    "post-header-key-sort": (
        "POST", [("My-Header1", "value1")], "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"
    ),
    "post-header-value-case": (
        "POST", [("My-Header1", "VALUE1")], "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"
    ),
}  # fmt: skip


def signed(method: str, headers: list[tuple[str, str]], body: bytes, scope: dict[str, Any]) -> dict[str, str]:
    request = HttpRequest(method, "/", HttpHeaders(headers), BytesIO(body))
    found = crt.sign(request, AwsCredentialsProvider.new_static(KEY, SECRET, scope.pop("token", None)), **scope)
    return {name.lower(): value for name, value in found.headers}


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_has_its_signature(name: str) -> None:
    method, headers, signature = VECTORS[name]
    scope = {"region": "us-east-1", "service": "service", "seconds": TIME}

    found = signed(method, [("Host", "example.amazonaws.com"), *headers], b"", scope)

    assert found["x-amz-date"] == "20150830T123600Z"
    assert found["authorization"].endswith(f"Signature={signature}")


@given(
    st.text(st.characters(codec="utf-8")),
    st.none() | st.text("abcXYZ019+/=", min_size=1),
    st.sampled_from(["us-east-1", "eu-central-2", "cn-north-1"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
)
def test_any_call_is_signed_as_botocore_signs_it(text: str, token: str | None, region: str, date: datetime) -> None:
    body = json.dumps({"Key": {"id": {"S": text}}}).encode()
    headers = [("host", "dynamodb.example.com"), ("x-amz-target", "DynamoDB_20120810.GetItem")]
    seconds = date.timestamp() // 1
    theirs = AWSRequest("POST", "https://dynamodb.example.com/", dict(headers), body)
    theirs.context["timestamp"] = datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")
    theirs.headers["X-Amz-Date"] = theirs.context["timestamp"]
    if token:
        theirs.headers["X-Amz-Security-Token"] = token
    signer = SigV4Auth(Credentials(KEY, SECRET, token), "dynamodb", region)
    canonical = signer.canonical_request(theirs)
    expected = signer.signature(signer.string_to_sign(theirs, canonical), theirs)

    ours = signed("POST", headers, body, {"region": region, "service": "dynamodb", "seconds": seconds, "token": token})

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
