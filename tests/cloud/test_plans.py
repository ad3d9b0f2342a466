"""What Terraform plans for what is deployed: nothing if nothing changed, and just what the contract changed."""

import json
import re
import shutil

import pytest

from specbound.compiler.artefact import artefact
from specbound.compiler.document import CONTRACT, load
from specbound.deploy import package
from specbound.local.deployment import TerraformFailed
from tests.cloud.clouds import PLACES, SECURED

pytestmark = pytest.mark.slow


def test_an_unchanged_deployment_plans_nothing(cloud):
    assert cloud.deployment.plan(cloud.variables) == {}


def test_a_changed_contract_plans_exactly_its_changes(cloud, tmp_path):
    document = load()
    method, path = PLACES[next(iter(SECURED))]
    name, table = next(iter(document["x-dynamodb"].items()))
    reply = {"204": {"description": "Nothing."}}
    document["paths"]["/new"] = {"get": {"operationId": "get_new", "security": [], "responses": reply}}
    document["paths"][path][method.lower()]["security"] = [{"oauth": ["other/scope"]}]
    [*_, index] = table["global_secondary_indexes"].values()
    table["attributes"]["newPartition"] = "S"
    table["global_secondary_indexes"]["new"] = index | {"hash_key": "newPartition"}
    changed = tmp_path / "openapi.yaml"
    changed.write_text(json.dumps(document))
    zip_file = tmp_path / "lambda.zip"
    package.stand_in(zip_file, artefact(changed))

    plan = cloud.deployment.plan(cloud.variables | {"contract": str(changed), "package": str(zip_file)})

    methods = ["GET", "HEAD"] if method == "GET" else [method]
    assert plan == {
        **{f'aws_apigatewayv2_route.operation["{each} /new"]': ["create"] for each in ("GET", "HEAD")},
        **{f'aws_apigatewayv2_route.operation["{each} {path}"]': ["update"] for each in methods},
        # A row for the new operation, a line for the new index.
        f'aws_cloudwatch_dashboard.this["{cloud.outputs["function"]}"]': ["update"],
        f'aws_dynamodb_table.this["{name}"]': ["update"],
        "aws_iam_role_policy.function": ["update"],
        # The contract is in the package, too.
        "aws_lambda_function.this": ["update"],
        "aws_lambda_alias.live": ["update"],
    }


def _refusal(cloud, **variables):
    """What Terraform says instead of planning, on one line."""
    with pytest.raises(TerraformFailed) as failed:
        cloud.deployment.plan(cloud.variables | variables)
    return " ".join(re.sub("[╷│╵]", " ", str(failed.value)).split())


def test_a_contract_that_changed_after_it_was_packaged_is_not_planned(cloud, tmp_path):
    changed = tmp_path / "openapi.yaml"
    changed.write_text(CONTRACT.read_text(encoding="utf-8") + "# One more line.\n")

    refusal = _refusal(cloud, contract=str(changed))

    assert f"{changed} has changed since the package was built: run `make package`, or `make deploy`" in refusal


def test_a_zip_of_another_build_than_its_manifest_is_not_planned(cloud, zip_file, tmp_path):
    copy, beside = tmp_path / "lambda.zip", tmp_path / "lambda.json"
    copy.write_bytes(zip_file.read_bytes() + b"more")
    shutil.copy(zip_file.with_suffix(".json"), beside)

    refusal = _refusal(cloud, package=str(copy))

    assert f"{beside} is the manifest of another zip than {copy}: run `make package`, or `make deploy`" in refusal


def test_a_zip_without_its_manifest_is_not_planned(cloud, zip_file, tmp_path):
    copy = shutil.copy(zip_file, tmp_path / "lambda.zip")

    refusal = _refusal(cloud, package=str(copy))

    beside = tmp_path / "lambda.json"
    assert f"{copy} has no manifest beside it ({beside}): run `make package`, or `make deploy`" in refusal
