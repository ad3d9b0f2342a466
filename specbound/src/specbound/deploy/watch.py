"""What CloudWatch says of two versions that the API calls beside each other, and whether the newer one is worse."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from specbound.deploy.alias import ALIAS

PERIOD_SECONDS = 60
# As many names does CloudWatch take at once.
NAMES = 100
# Fewer faults are an accident.
FEWEST_FAULTS = 3
# So many standard deviations above what is expected is what happens to one in 160 versions that are no worse.
DEVIATIONS = 2.5


@dataclass(frozen=True)
class Count:
    """What the API has sent to a version, and how much of it was answered with a 5xx, or not at all."""

    requests: int
    faults: int

    @property
    def known(self) -> int:
        """How many requests there were at least: Lambda counts them later than the function its faults."""
        return max(self.requests, self.faults)


@dataclass(frozen=True)
class Watch:
    """CloudWatch, of one deployment: the metrics of its function, and its own alarms by their names."""

    client: Any
    function: str
    alarms: Sequence[str]

    def raised(self) -> list[str]:
        """The names of the alarms that are raised now."""
        found: list[str] = []
        for start in range(0, len(self.alarms), NAMES):
            named = list(self.alarms[start : start + NAMES])
            for page in self.client.get_paginator("describe_alarms").paginate(AlarmNames=named):
                found += [each["AlarmName"] for each in page["MetricAlarms"] if each["StateValue"] == "ALARM"]
        return found

    def counts(self, since: datetime, *versions: int) -> list[Count]:
        """What each version has answered since then, give or take a minute, when the API called it."""
        queries = [query for version in versions for query in self._queries(version)]
        answer = self.client.get_metric_data(
            MetricDataQueries=queries,
            StartTime=since.replace(second=0, microsecond=0),
            EndTime=datetime.now(UTC) + timedelta(seconds=PERIOD_SECONDS),
        )
        sums = {each["Id"]: round(sum(each["Values"])) for each in answer["MetricDataResults"]}
        return [
            Count(sums.get(f"requests{each}", 0), sums.get(f"faults{each}", 0) + sums.get(f"errors{each}", 0))
            for each in versions
        ]

    def _queries(self, version: int) -> Iterator[dict[str, Any]]:
        # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html: a function that is killed counts
        # nothing itself, and what was invoked past the alias was not called by the API.
        called = {
            "FunctionName": self.function,
            "Resource": f"{self.function}:{ALIAS}",
            "ExecutedVersion": str(version),
        }
        own = {"service": self.function, "version": str(version)}
        for name, (namespace, metric, dimensions) in {
            "requests": ("AWS/Lambda", "Invocations", called),
            "errors": ("AWS/Lambda", "Errors", called),
            "faults": (self.function, "fault", own),
        }.items():
            named = [{"Name": each, "Value": value} for each, value in dimensions.items()]
            measured = {"Namespace": namespace, "MetricName": metric, "Dimensions": named}
            yield {
                "Id": f"{name}{version}",
                "MetricStat": {"Metric": measured, "Period": PERIOD_SECONDS, "Stat": "Sum"},
            }


def complaint(raised: Sequence[str], version: int, newer: Count, older: Count) -> str | None:
    """Why a version must go; None while there is no reason."""
    if raised:
        return f"{' and '.join(raised)} raised an alarm"
    if is_worse(newer, older):
        return (
            f"version {version} answered {newer.faults} of {newer.known} requests with a 5xx, or not at all; "
            f"the version before {older.faults} of {older.known}"
        )
    return None


def is_worse(newer: Count, older: Count) -> bool:
    """Whether so many of all faults are the newer version's that its share of the requests can't be the reason."""
    share = newer.known / max(newer.known + older.known, 1)
    expected = share * (newer.faults + older.faults)
    beyond = newer.faults - expected
    return newer.faults >= FEWEST_FAULTS and beyond > DEVIATIONS * math.sqrt(expected * (1 - share))
