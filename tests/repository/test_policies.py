"""The policies of who deploys, plans and operates: valid, small enough, and as narrow as AWS lets them be."""

import json
from collections.abc import Iterator

import boto3
import botocore.session
import pytest
from moto import mock_aws

from tests.repository.policies import FOLDER, ROOT, actions, filled, listed, names

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: white space does not count.
MOST_CHARACTERS = 6144
MOST_POLICIES = 10
LONGEST_NAME = "a" * 40
# How services are called in the SDK and in policies, where that differs.
IN_POLICIES = {"apigateway": "apigatewayv2"}
# No calls of their own: methods, and what AWS asks for in other calls.
NO_CALLS = {
    "dynamodb:ConditionCheckItem", "iam:PassRole", "lambda:InvokeFunction", "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery", "logs:GetLogDelivery",
    "logs:ListLogDeliveries", "logs:UpdateLogDelivery", "s3:ListBucket",
}  # fmt: skip
METHODS = {"apigateway:DELETE", "apigateway:GET", "apigateway:PATCH", "apigateway:POST"}
# AWS knows no resource of these: they list, or make what has no name yet, or are about the account.
OF_EVERYTHING = {
    "acm:RequestCertificate", "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cognito-idp:CreateUserPool",
    "cognito-idp:DescribeUserPoolDomain", "dynamodb:ListTables", "lambda:ListFunctions", "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery", "logs:DeleteQueryDefinition", "logs:DescribeLogGroups", "logs:DescribeQueryDefinitions",
    "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutQueryDefinition",
    "logs:PutResourcePolicy", "logs:UpdateLogDelivery", "route53:ListHostedZones",
}  # fmt: skip
# API Gateway, Cognito, ACM and Route 53 call what they make by ids of their own.
WITHOUT_NAMES = ("arn:aws:apigateway:", "arn:aws:cognito-idp:", "arn:aws:acm:", "arn:aws:route53:")


@pytest.fixture
def iam() -> Iterator[object]:
    with mock_aws():
        yield boto3.client("iam", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="a")


@pytest.mark.parametrize("policy", names())
def test_a_policy_is_one_that_iam_takes_with_the_longest_names_that_there_are(iam, policy) -> None:
    document = filled(policy, "123456789012", "Z" + 31 * "0", LONGEST_NAME)

    iam.create_policy(PolicyName=policy, PolicyDocument=json.dumps(document))

    assert len("".join(json.dumps(document).split())) <= MOST_CHARACTERS


@pytest.mark.parametrize("policy", names())
def test_a_policy_allows_calls_that_there_are_and_no_others(policy) -> None:
    statements = json.loads((FOLDER / f"{policy}.json").read_text(encoding="utf-8"))["Statement"]
    found = [action for statement in statements for action in listed(statement["Action"])]

    assert {statement["Effect"] for statement in statements} == {"Allow"}
    for action in set(found) - NO_CALLS - METHODS:
        service, _, call = action.partition(":")
        model = botocore.session.get_session().get_service_model(IN_POLICIES.get(service, service))
        assert call in model.operation_names, action


@pytest.mark.parametrize("policy", names())
def test_a_policy_is_about_one_deployment_wherever_aws_knows_names(policy) -> None:
    document = filled(policy, "123456789012")

    for statement in document["Statement"]:
        # The bucket of states is shared; what may be done in it is not.
        for resource in [] if statement["Sid"] == "Bucket" else listed(statement["Resource"]):
            if resource == "*":
                assert set(listed(statement["Action"])) <= OF_EVERYTHING
            elif not resource.startswith(WITHOUT_NAMES) and "aws-service-role" not in resource:
                assert "catalogue-api" in resource
                assert resource.removesuffix("*").count("*") == 0


def test_who_has_all_policies_is_allowed_nothing_twice_but_what_an_operator_needs_alone() -> None:
    assert len(names()) <= MOST_POLICIES
    assert actions("plan") & actions("deploy") == set()
    assert actions("plan", "deploy") & actions("restore") == set()
    assert actions("plan-domain") & actions("deploy-domain") == set()
    claiming = {"dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:PutItem"}
    assert actions("operate") <= actions("plan", "deploy") | claiming | {"lambda:ListAliases"}


def test_who_plans_changes_nothing_and_reads_no_items() -> None:
    reading = ("GET", "Get", "List", "Describe")

    assert [
        each for each in actions("plan", "plan-domain", "state-read") if not each.partition(":")[2].startswith(reading)
    ] == []
    assert {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"} & actions("plan") == set()


def test_every_policy_is_explained() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")

    assert [name for name in names() if f"`{name}`" not in text] == []
