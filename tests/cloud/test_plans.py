"""What Terraform plans for what is deployed: nothing if nothing changed, and just what the contract changed."""

import yaml

from compiler.document import load
from tests.cloud.clouds import PLACES, SECURED


def _changed(tmp_path, change):
    document = load()
    change(document)
    file = tmp_path / "openapi.yaml"
    file.write_text(yaml.safe_dump(document))
    return {"contract": str(file)}


def test_an_unchanged_deployment_plans_nothing(cloud):
    assert cloud.deployment.plan(cloud.variables) == {}


def test_a_new_operation_plans_its_route_alone(cloud, tmp_path):
    def add(document):
        document["paths"]["/new"] = {"get": {"operationId": "get_new", "security": []}}

    plan = cloud.deployment.plan(cloud.variables | _changed(tmp_path, add))

    assert plan == {'aws_apigatewayv2_route.operation["GET /new"]': ["create"]}


def test_another_scope_plans_its_route_alone(cloud, tmp_path):
    method, path = PLACES[next(iter(SECURED))]

    def change(document):
        document["paths"][path][method.lower()]["security"] = [{"oauth": ["other/scope"]}]

    plan = cloud.deployment.plan(cloud.variables | _changed(tmp_path, change))

    assert plan == {f'aws_apigatewayv2_route.operation["{method} {path}"]': ["update"]}


def test_a_new_index_plans_its_table_and_the_right_to_query_it(cloud, tmp_path):
    name = next(iter(load()["x-dynamodb"]))

    def add(document):
        table = document["x-dynamodb"][name]
        table.setdefault("global_secondary_indexes", {})["new"] = {"hash_key": table["hash_key"]}

    plan = cloud.deployment.plan(cloud.variables | _changed(tmp_path, add))

    assert plan == {
        f'aws_dynamodb_table.this["{name}"]': ["update"],
        "aws_iam_role_policy.function": ["update"],
    }
