"""What Terraform plans for what is deployed: nothing if nothing changed, and just what the contract changed."""

import yaml

from specbound.compiler.document import load
from tests.cloud.clouds import PLACES, SECURED


def test_an_unchanged_deployment_plans_nothing(cloud):
    assert cloud.deployment.plan(cloud.variables) == {}


def test_a_changed_contract_plans_exactly_its_changes(cloud, tmp_path):
    document = load()
    method, path = PLACES[next(iter(SECURED))]
    name, table = next(iter(document["x-dynamodb"].items()))
    document["paths"]["/new"] = {"get": {"operationId": "get_new", "security": []}}
    document["paths"][path][method.lower()]["security"] = [{"oauth": ["other/scope"]}]
    table.setdefault("global_secondary_indexes", {})["new"] = {"hash_key": table["hash_key"]}
    changed = tmp_path / "openapi.yaml"
    changed.write_text(yaml.safe_dump(document))

    plan = cloud.deployment.plan(cloud.variables | {"contract": str(changed)})

    methods = ["GET", "HEAD"] if method == "GET" else [method]
    assert plan == {
        **{f'aws_apigatewayv2_route.operation["{each} /new"]': ["create"] for each in ("GET", "HEAD")},
        **{f'aws_apigatewayv2_route.operation["{each} {path}"]': ["update"] for each in methods},
        f'aws_dynamodb_table.this["{name}"]': ["update"],
        "aws_iam_role_policy.function": ["update"],
    }
