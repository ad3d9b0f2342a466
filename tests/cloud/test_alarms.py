"""Alarms, as Terraform plans them, on the metrics that the deployed function really logs while something goes wrong."""

import pytest

from costs.bill import alarm_metrics

pytestmark = pytest.mark.slow


def test_without_a_fault_no_alarm_is_raised_though_each_could_be(watched, product):
    for path in (f"/products/{product}", "/products", "/health"):
        # One after the other: MiniStack is not fast.
        assert [watched.get(path) for _ in range(25)] == [[200]] * 25

    values = {name: value for name, (value, threshold) in watched.evaluate().items() if not (value or 0) > threshold}

    assert values.keys() == {each["alarm_name"].removeprefix(f"{watched.name}-") for each in watched.alarms()}
    assert (values["faults-get_product"], values["faults-list_products"], values["gateway"]) == (0, 0, 0)
    assert values["slow-get_product"] > 0
    assert values["slow-list_products"] > 0


@pytest.mark.parametrize(
    ("requests", "raised"),
    [
        (("denied", "/products/{}", 2), set()),
        (("denied", "/products/{}", 3), {"faults-get_product", "gateway"}),
        (("throttled", "/products/{}", 3), {"faults-get_product", "gateway", "throttled-products"}),
        (("throttled", "/products", 3), {"faults-list_products", "gateway", "throttled-products-newest"}),
        (("slow", "/products/{}", 19), set()),
        (("slow", "/products/{}", 20), {"slow-get_product"}),
    ],
)
def test_what_goes_wrong_often_enough_raises_its_alarms_and_no_others(watched, product, requests, raised):
    watched.database.fault, path, times = requests

    watched.get(path.format(product), times)

    assert watched.raised() == raised


def test_a_single_item_that_breaks_the_contract_raises_an_alarm(watched, product):
    watched.cloud.sdk("dynamodb").update_item(
        TableName=watched.cloud.outputs["tables"]["products"],
        Key={"productId": {"S": product}},
        UpdateExpression="REMOVE #name",
        ExpressionAttributeNames={"#name": "name"},
    )

    assert watched.get(f"/products/{product}") == [500]
    assert watched.raised() == {"violations"}


def test_requests_that_lambda_has_no_instance_for_raise_an_alarm(watched, product):
    watched.without_instances()

    assert "function-throttled" in watched.raised()


def test_the_page_of_costs_counts_the_metrics_that_alarms_read(watched):
    read = [sum(len(query["metric"]) for query in alarm["metric_query"]) or 1 for alarm in watched.alarms()]

    assert sum(read) == alarm_metrics()
