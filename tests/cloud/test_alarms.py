"""Alarms, as Terraform plans them, on the metrics that the deployed function really logs while something goes wrong.

MiniStack raises no alarms. So what CloudWatch does is done here: it takes metrics from log lines (embedded metric
format), makes statistics of them, and evaluates an alarm's expression. What AWS counts of itself is counted here as
well: by API Gateway from the replies, by DynamoDB and Lambda from what they refused.
"""

import json
import re
import shutil
import subprocess
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from math import ceil

import httpx
import pytest

from specbound.local.cloud import variables
from specbound.local.deployment import CONFIGURATION
from specbound.local.emulator import emulator
from specbound.local.issuer import issuer
from tests.cloud.clouds import deploy
from tests.cloud.database import Database

pytestmark = pytest.mark.slow

STATISTICS = {
    "Sum": sum,
    "Average": lambda values: sum(values) / len(values),
    "SampleCount": len,
    "p99": lambda values: sorted(values)[ceil(0.99 * len(values)) - 1],
}
FUNCTIONS = {
    "IF": lambda condition, then, otherwise: then() if condition else otherwise,
    "FILL": lambda metric, other: other if metric is None else metric,
}
PRODUCT = {"name": "Trackball", "price": 45.5, "category": "mice"}


class Watched:
    """A deployment whose function reaches its tables by way of `database`, and what would be counted of it."""

    def __init__(self, cloud, database, folder):
        self.cloud, self.database, self._folder = cloud, database, folder
        self.name = cloud.outputs["function"]
        self._planned = self._plan()
        self._headers = {"authorization": f"Bearer {cloud.token()}"}
        self._seen, self._statuses, self._refused = 0, [], 0
        self._reroute()

    def planned(self, kind):
        return [each["values"] for each in self._planned if each["type"] == kind]

    def alarms(self):
        return self.planned("aws_cloudwatch_metric_alarm")

    def get(self, path, times=1):
        """The statuses of so many requests, at once."""
        with ThreadPoolExecutor(4) as pool:
            statuses = list(pool.map(lambda _: self._request("GET", path).status_code, range(times)))
        self._statuses += statuses
        return statuses

    def create(self):
        created = self._request("POST", "/products", json=PRODUCT)
        self._statuses.append(created.status_code)
        return created.headers["location"].rpartition("/")[2]

    def lines(self):
        """What the function has logged."""
        logs = (
            self.cloud.sdk("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{self.name}")
        )
        messages = [each["message"].strip() for page in logs for each in page["events"]]
        return [json.loads(each) for each in messages if each.startswith("{")]

    def evaluate(self):
        """What each alarm comes to, and its threshold, of what happened since the last time that this was asked."""
        metrics = self._metrics()
        return {
            alarm["alarm_name"].removeprefix(f"{self.name}-"): (value(alarm, metrics), alarm["threshold"])
            for alarm in self.alarms()
        }

    def raised(self):
        """The alarms that are raised by a period in which this happened; none without a value."""
        return {name for name, (value, threshold) in self.evaluate().items() if value is not None and value > threshold}

    def without_instances(self):
        """Requests that Lambda has no instance left for."""
        function = self.cloud.sdk("lambda")
        function.put_function_concurrency(FunctionName=self.name, ReservedConcurrentExecutions=0)
        self._refused += len(self.get("/health", 3))
        function.delete_function_concurrency(FunctionName=self.name)

    def _request(self, method, path, **more):
        return httpx.request(method, self.cloud.url + path, headers=self._headers, timeout=60, **more)

    def _plan(self):
        """All of the configuration, also what is left out offline."""
        for name in ("alarms.tf", "questions.tf"):
            shutil.copy(CONFIGURATION / name, self._folder)
        self.cloud.deployment.plan(self.cloud.variables)
        shown = subprocess.check_output(["terraform", "show", "-json", "plan"], cwd=self._folder)
        return json.loads(shown)["planned_values"]["root_module"]["resources"]

    def _reroute(self):
        function, name = self.cloud.sdk("lambda"), {"FunctionName": self.name}
        environment = function.get_function_configuration(**name)["Environment"]["Variables"]
        changed = environment | {"AWS_ENDPOINT_URL_DYNAMODB": self.database.url}
        function.update_function_configuration(**name, Environment={"Variables": changed})
        version = function.publish_version(**name)["Version"]
        function.update_alias(**name, Name="live", FunctionVersion=version)

    def _metrics(self):
        """Values by namespace, name and dimensions."""
        lines = self.lines()
        found = defaultdict(list)
        for line in lines[self._seen :]:
            for each in line.get("_aws", {}).get("CloudWatchMetrics", []):
                for names in each["Dimensions"]:
                    dimensions = frozenset((name, line[name]) for name in names)
                    for metric in each["Metrics"]:
                        found[each["Namespace"], metric["Name"], dimensions].append(line[metric["Name"]])
        api, function = frozenset({("ApiId", self.cloud.outputs["api_id"])}), frozenset({("FunctionName", self.name)})
        found["AWS/ApiGateway", "Count", api] = [1] * len(self._statuses)
        found["AWS/ApiGateway", "5xx", api] = [int(status >= 500) for status in self._statuses]
        found["AWS/Lambda", "Throttles", function] = [1] * self._refused
        for table, index, kind in self.database.throttled:
            names = {("TableName", table)} | ({("GlobalSecondaryIndexName", index)} if index else set())
            found["AWS/DynamoDB", f"{kind}ThrottleEvents", frozenset(names)].append(1)
        self._seen, self._statuses, self._refused = len(lines), [], 0
        self.database.throttled.clear()
        return found


def value(alarm, metrics):
    """What an alarm compares with its threshold; None without the metrics for it."""
    assert (alarm["comparison_operator"], alarm["treat_missing_data"]) == ("GreaterThanThreshold", "notBreaching")
    queries = alarm["metric_query"]
    if not queries:
        return statistic(alarm | {"stat": alarm["statistic"]}, metrics)
    values = {query["id"]: statistic(metric, metrics) for query in queries for metric in query["metric"]}
    [expression] = [query["expression"] for query in queries if query["return_data"]]
    if None in values.values() and "FILL" not in expression:
        return None
    # Only one of an IF's values counts.
    lazily = re.sub(r"^IF\((.*), (.*), (.*)\)$", r"IF(\1, lambda: \2, \3)", expression)
    return eval(lazily, {**FUNCTIONS, **values})


def statistic(metric, metrics):
    values = metrics.get((metric["namespace"], metric["metric_name"], frozenset(metric["dimensions"].items())))
    return STATISTICS[metric["stat"]](values) if values else None


@pytest.fixture(scope="module")
def watched(zip_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("terraform")
    with emulator(enforce_policies=True) as aws, issuer() as tokens, Database(aws.url) as database:
        yield Watched(deploy(folder, aws, tokens, variables(tokens.url, zip_file)), database, folder)


@pytest.fixture
def product(watched):
    """The id of a product. What happened before is over, and so is the fault afterwards."""
    product_id = watched.create()
    watched.evaluate()
    yield product_id
    watched.database.fault = None


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


# Words of the language in which Logs Insights is asked.
LANGUAGE = {
    "as", "asc", "bin", "by", "count", "desc", "fields", "filter", "h", "ispresent", "latest", "limit", "max", "sort",
    "stats", "strcontains", "sum",
}  # fmt: skip


def test_what_the_saved_queries_ask_for_is_in_the_lines_that_they_are_asked_of(watched, product):
    [stage] = watched.planned("aws_apigatewayv2_stage")
    access = set(json.loads(stage["access_log_settings"][0]["format"]))
    function = {name for line in watched.lines() for name in line}
    known = {"access": access, "function": function, "both": access & function}
    queries = watched.planned("aws_cloudwatch_query_definition")
    for query in queries:
        groups = [group for group in query["log_group_names"] if group != f"/aws/lambda/{watched.name}"]
        asked = "function" if not groups else "access" if len(query["log_group_names"]) == 1 else "both"
        text = re.sub('"[^"]*"', "", query["query_string"])
        made = set(re.findall(r" as (\w+)", text))
        words = set(re.findall(r"(?<![@\w])[A-Za-z]\w*", text)) - LANGUAGE - made

        assert words <= known[asked], query["name"]
    assert len(queries) == 6
