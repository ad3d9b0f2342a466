"""Which client calls DynamoDB: the engine's own, and boto3 where that lacks something."""

import pytest

from specbound.settings import Misconfigured, database_client
from tests.processes import complaint

REGION = {"AWS_REGION": "eu-central-1"}


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        (REGION, "specbound"),
        ({"AWS_DEFAULT_REGION": "eu-central-1"}, "specbound"),
        (REGION | {"DATABASE_CLIENT": ""}, "specbound"),
        (REGION | {"DATABASE_CLIENT": "specbound"}, "specbound"),
        (REGION | {"DATABASE_CLIENT": "boto3"}, "boto3"),
        (REGION | {"AWS_USE_FIPS_ENDPOINT": "false", "HTTPS_PROXY": ""}, "specbound"),
        (REGION | {"AWS_USE_FIPS_ENDPOINT": "true"}, "boto3"),
        (REGION | {"AWS_USE_DUALSTACK_ENDPOINT": "TRUE"}, "boto3"),
        (REGION | {"https_proxy": "http://proxy:3128"}, "boto3"),
        ({}, "boto3"),
    ],
)
def test_what_only_boto3_does_chooses_it(environment: dict[str, str], chosen: str) -> None:
    assert database_client(environment) == chosen


@pytest.mark.parametrize(
    ("environment", "way_out"),
    [
        ({"DATABASE_CLIENT": "specbound"}, "AWS_REGION is not set: write where DynamoDB is, as us-east-1."),
        (
            REGION | {"DATABASE_CLIENT": "specbound", "HTTPS_PROXY": "http://proxy:3128"},
            "DATABASE_CLIENT is 'specbound', which does not do what HTTPS_PROXY asks: write boto3.",
        ),
    ],
)
def test_who_asks_for_the_other_all_the_same_is_told(environment: dict[str, str], way_out: str) -> None:
    with pytest.raises(Misconfigured) as told:
        database_client(environment)

    assert str(told.value) == way_out


def test_the_function_does_not_start_with_a_client_that_there_is_not() -> None:
    assert complaint(DATABASE_CLIENT="mongodb").endswith(
        "DATABASE_CLIENT is 'mongodb': write specbound or boto3, or take the variable away."
    )
