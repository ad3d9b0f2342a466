"""A deployment that is watched: what it logs and plans, what goes wrong in it, and what its alarms come to.

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

from specbound.local.deployment import CONFIGURATION

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
