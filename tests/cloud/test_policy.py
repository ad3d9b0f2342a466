"""The function's role: it may do all that the operations need, and nothing that they don't."""

import json
from uuid import uuid4

import pytest

from specbound.compiled import read

pytestmark = pytest.mark.slow

TABLES = read()["infrastructure"]["tables"]
RIGHTS = [
    *((table, action) for table, declared in TABLES.items() for action in declared["actions"]),
    *((f"{table}/index/{index}", "Query") for table, declared in TABLES.items() for index in declared["indexes"]),
]


def use_everything(client, cloud):
    """Call every operation that touches a table, in each way that touches another. Stops at the first wrong answer."""

    def send(expected, method, path, key=None, **body):
        headers = {"idempotency-key": key} if key else {}
        response = client.request(method, path, headers=headers, json=body or None)
        assert response.status_code == expected, f"{method} {path}: {response.status_code} {response.text}"
        return response

    def lose_stock(product_id):
        key = {"productId": {"S": product_id}}
        cloud.sdk("dynamodb").delete_item(TableName=cloud.outputs["tables"]["inventory"], Key=key)

    _use_users(send)
    _use_products(send, lose_stock)


def _use_users(send):
    key, email = str(uuid4()), f"{uuid4()}@example.com"
    user = send(201, "POST", "/users", key, name="Ada Lovelace", email=email).headers["location"]
    send(201, "POST", "/users", key, name="Ada Lovelace", email=email)
    send(409, "POST", "/users", str(uuid4()), name="Somebody Else", email=email)
    some = [{"name": "Grace Hopper", "email": f"{uuid4()}@example.com"} for _ in range(2)]
    send(200, "POST", "/users/batch", items=some)
    send(200, "GET", f"/users?email={email}")
    send(200, "GET", "/users")
    send(200, "GET", "/users?status=active")
    send(200, "PUT", user, name="Ada King")
    send(200, "PUT", user, email=f"{uuid4()}@example.com")
    send(200, "GET", user)
    send(204, "DELETE", user)


def _use_products(send, lose_stock):
    product = {"name": "Trackball", "price": 45.5, "category": "mice"}
    path = send(201, "POST", "/products", **product).headers["location"]
    stock = path.replace("products", "inventory")
    send(200, "POST", "/products/batch", items=[product])
    send(200, "GET", "/products")
    send(200, "GET", "/products?category=mice")
    send(200, "GET", path)
    send(200, "PUT", path, price=40)
    send(200, "PUT", stock, quantity=10)
    send(200, "POST", f"{stock}/adjustments", delta=-1)
    send(200, "GET", f"{stock}/adjustments")
    send(200, "GET", stock)
    product_id = path.rpartition("/")[2]
    send(200, "GET", f"/inventory?productId={product_id}")
    lose_stock(product_id)
    send(200, "PUT", stock, quantity=10)
    send(204, "DELETE", path)


@pytest.fixture
def policy(cloud):
    """The role's policy, and a way to put another in its place until the test is over."""
    iam, name = cloud.sdk("iam"), {"RoleName": cloud.outputs["role"], "PolicyName": "function"}
    document = iam.get_role_policy(**name)["PolicyDocument"]
    yield document, lambda other: iam.put_role_policy(**name, PolicyDocument=json.dumps(other))
    iam.put_role_policy(**name, PolicyDocument=json.dumps(document))


def _without(policy, resource, action):
    def rest(statement):
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        resources = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
        concerned = [each for each in resources if each.endswith(f"-{resource}")]
        return [
            statement | {"Resource": [each for each in resources if each not in concerned]},
            statement | {"Resource": concerned, "Action": [each for each in actions if each != f"dynamodb:{action}"]},
        ]

    statements = [part | {"Sid": str(uuid4().int)} for each in policy["Statement"] for part in rest(each)]
    return policy | {"Statement": [each for each in statements if each["Action"] and each["Resource"]]}


def test_the_role_may_do_what_every_operation_needs(cloud):
    with cloud.caller(cloud.token()) as client:
        use_everything(client, cloud)


@pytest.mark.parametrize(("resource", "action"), RIGHTS)
def test_nothing_can_be_taken_from_the_role(cloud, policy, resource, action):
    document, replace = policy

    replace(_without(document, resource, action))

    with cloud.caller(cloud.token()) as client, pytest.raises(AssertionError, match=r": 50[03] "):
        use_everything(client, cloud)
