"""What only API Gateway does, or could get wrong: `$default`, tokens, scopes, CORS."""

import time
from dataclasses import replace

import httpx
import jwt
import pytest

from specbound.local.issuer import KEY_ID, new_key
from specbound.testing.deployed import OverHttp
from tests.cloud.clouds import PLACES, PUBLIC, SCOPES, SECURED

pytestmark = pytest.mark.slow


def _forged(cloud, scope):
    return replace(cloud.issuer, key=new_key()).token([scope])


def _unsigned(cloud, scope):
    claims = jwt.decode(cloud.token([scope]), options={"verify_signature": False})
    return jwt.encode(claims, None, algorithm="none", headers={"kid": KEY_ID})


UNACCEPTABLE = {
    "no token": lambda cloud, scope: None,
    "no JWT": lambda cloud, scope: "x",
    "forged": _forged,
    "unsigned": _unsigned,
    "expired": lambda cloud, scope: cloud.issuer.token([scope], exp=int(time.time()) - 60),
    "for another audience": lambda cloud, scope: cloud.issuer.token([scope], aud="somebody-else"),
    "of another issuer": lambda cloud, scope: cloud.issuer.token([scope], iss="https://elsewhere.example.com"),
}


@pytest.mark.parametrize("kind", UNACCEPTABLE)
@pytest.mark.parametrize("operation_id", SECURED)
def test_every_secured_operation_refuses_a_token_that_is(cloud, operation_id, kind):
    token = UNACCEPTABLE[kind](cloud, SECURED[operation_id])

    assert cloud.call(operation_id, token) == 401


@pytest.mark.parametrize("operation_id", SECURED)
def test_every_secured_operation_refuses_a_token_with_all_scopes_but_its_own(cloud, operation_id):
    others = set(SCOPES) - {SECURED[operation_id]}

    assert cloud.call(operation_id, cloud.token(others)) == 403


@pytest.mark.parametrize("operation_id", SECURED)
def test_every_secured_operation_lets_in_a_token_with_just_its_own_scope(cloud, operation_id):
    assert cloud.call(operation_id, cloud.token([SECURED[operation_id]])) not in (401, 403)


@pytest.mark.parametrize("operation_id", PUBLIC)
def test_a_public_operation_asks_for_no_token(cloud, operation_id):
    assert cloud.call(operation_id, None) == 200


def test_an_unknown_path_is_the_contracts_own_404(cloud):
    with cloud.caller(None) as anybody:
        response = anybody.get("/nowhere")

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_is_the_contracts_own_405_with_allow(cloud):
    with cloud.caller(None) as anybody:
        response = anybody.patch("/health")

    assert response.status_code == 405
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["allow"] == "GET, HEAD"


READ = sorted(name for name, (method, _) in PLACES.items() if method == "GET")


@pytest.mark.parametrize("operation_id", READ)
def test_head_needs_the_token_that_get_needs_and_is_answered_like_it(cloud, operation_id):
    scope = SECURED.get(operation_id)
    tokens = [cloud.token([scope]), cloud.token(set(SCOPES) - {scope}), None] if scope else [None]

    for token in tokens:
        assert cloud.call(operation_id, token, "HEAD") == cloud.call(operation_id, token)


def test_location_leads_to_the_new_resource_from_the_url_that_it_was_created_at(cloud):
    headers = {"authorization": f"Bearer {cloud.token()}"}
    product = {"name": "Trackball", "price": 45.5, "category": "mice"}

    created = httpx.post(f"{cloud.url}/products", json=product, headers=headers)
    fetched = httpx.get(created.url.join(created.headers["location"]), headers=headers)

    assert (created.status_code, fetched.status_code) == (201, 200)
    assert fetched.json() == created.json()


def _preflight(cloud, origin):
    asked = {"origin": origin, "access-control-request-method": "GET"}
    with httpx.Client(transport=OverHttp(cloud.url), base_url="http://localhost") as browser:
        return browser.options("/health", headers=asked).headers


def test_a_page_of_a_named_origin_may_send_what_the_contract_takes(cloud):
    [origin] = cloud.variables["cors_origins"]

    allowed = _preflight(cloud, origin)

    assert allowed["access-control-allow-origin"] == origin
    assert {"GET", "HEAD"} <= set(allowed["access-control-allow-methods"].replace(" ", "").split(","))
    assert {"authorization", "content-type"} <= set(allowed["access-control-allow-headers"].replace(" ", "").split(","))


def test_a_page_of_another_origin_may_not_call(cloud):
    assert "access-control-allow-origin" not in _preflight(cloud, "https://elsewhere.example.com")
