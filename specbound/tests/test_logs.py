"""What the function writes in Lambda: from which level on, in which form, and its metrics whatever the level.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import re
from datetime import datetime, timedelta

import pytest

from tests.events import event_2_0
from tests.processes import log

pytestmark = pytest.mark.slow

LEVELS = ["DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
# RFC 3339, section 5.6.
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# A request, one that fails for want of its table, and what is no request: a line of each level but DEBUG.
REQUESTS = [event_2_0("GET", "/health"), event_2_0("GET", "/users")]
EVENTS = [*REQUESTS, {"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": "{}"}]}]
ERRORS, WARNINGS, INFORMATION = ["failed"], ["no request"], ["answered", "answered"]


def written(**variables):
    function = {"AWS_LAMBDA_FUNCTION_NAME": "api", "AWS_LAMBDA_LOG_FORMAT": "JSON"}
    return log(EVENTS, "tables", TABLE_USERS="nowhere", **function | variables)


def messages(lines):
    return sorted(line["message"] for line in lines if "message" in line)


# Lambda's level is the one that Terraform gives the function with ours.
@pytest.mark.parametrize("variable", ["LOG_LEVEL", "POWERTOOLS_LOG_LEVEL"])
@pytest.mark.parametrize(
    ("level", "lambdas", "expected"),
    [
        ("DEBUG", "DEBUG", ERRORS + WARNINGS + INFORMATION),
        ("INFO", "INFO", ERRORS + WARNINGS + INFORMATION),
        ("WARNING", "INFO", ERRORS + WARNINGS),
        ("error", "INFO", ERRORS),
        ("CRITICAL", "INFO", []),
    ],
)
def test_lines_are_written_from_the_level_on_that_the_variable_says(variable, level, lambdas, expected):
    lines = written(**{"LOG_LEVEL": None, variable: level, "AWS_LAMBDA_LOG_LEVEL": lambdas})

    assert messages(lines) == sorted(expected)


def test_without_a_variable_lambdas_own_level_holds():
    assert messages(written(LOG_LEVEL=None, AWS_LAMBDA_LOG_LEVEL="WARN")) == sorted(ERRORS + WARNINGS)
    assert messages(written(LOG_LEVEL=None)) == sorted(ERRORS + WARNINGS + INFORMATION)


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
def test_metrics_are_written_at_every_level_in_lines_that_lambda_takes_for_information(level):
    lines = [line for line in written(LOG_LEVEL=level, AWS_LAMBDA_LOG_LEVEL="INFO") if "_aws" in line]

    assert [(line["operation"], line["fault"]) for line in lines] == [("get_health", 0), ("list_users", 1)]
    for line in lines:
        for metrics in line["_aws"]["CloudWatchMetrics"]:
            assert metrics["Namespace"]
            assert all(isinstance(line[each["Name"]], int | float) for each in metrics["Metrics"])
            assert all(isinstance(line[name], str) for names in metrics["Dimensions"] for name in names)
        assert isinstance(line["_aws"]["Timestamp"], int)
        assert line.get("level", "INFO") == "INFO"


def test_where_no_lambda_reads_them_there_are_no_metrics_without_the_lines_of_requests():
    assert [line for line in written(LOG_LEVEL="WARNING", AWS_LAMBDA_FUNCTION_NAME=None) if "_aws" in line] == []


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata"])
def test_each_line_has_a_level_and_a_time_that_lambda_knows(zone):
    lines = written(LOG_LEVEL="INFO", AWS_LAMBDA_LOG_LEVEL="INFO", TZ=zone)

    assert {line["level"] for line in lines} == {"ERROR", "WARN", "INFO"} < set(LEVELS)
    assert [line["timestamp"] for line in lines if not TIME.fullmatch(line["timestamp"])] == []
    times = [datetime.fromisoformat(line["timestamp"]) for line in lines]
    assert max(times) - min(times) < timedelta(minutes=5)
    assert abs(times[0].timestamp() * 1000 - lines[0]["_aws"]["Timestamp"]) < 5000


def requests(**variables):
    return [line for line in written(LOG_LEVEL="INFO", **variables) if line["message"] == "answered"]


def test_a_metric_that_is_rare_is_sent_only_when_it_happened():
    first, second = requests()

    assert [sent(first), sent(second)] == [{"latencyMs", "fault", "coldStart"}, {"latencyMs", "fault"}]
    assert (first["coldStart"], "coldStart" in second) == (1, False)


def test_which_version_answered_is_said_and_its_faults_are_a_metric_of_their_own():
    lines = requests(AWS_LAMBDA_FUNCTION_VERSION="7")
    elsewhere = requests()

    assert [(line["version"], line["fault"]) for line in lines] == [("7", 0), ("7", 1)]
    by_version = [
        [
            each["Metrics"][0]["Name"]
            for each in line["_aws"]["CloudWatchMetrics"]
            if ["service", "version"] in each["Dimensions"]
        ]
        for line in lines + elsewhere
    ]
    assert by_version == [[], ["fault"], [], []]
    assert not any("version" in line for line in elsewhere)


@pytest.mark.parametrize(
    ("variables", "own"),
    [({}, [False, True]), ({"METRICS_BY": "service"}, [False, True]), ({"METRICS_BY": "operation"}, [True, True])],
)
def test_a_request_counts_for_the_service_and_for_an_operation_that_has_an_objective_or_each(variables, own):
    """/users has one, /health has none."""
    lines = requests(**variables)

    assert [line["operation"] for line in lines] == ["get_health", "list_users"]
    for line, is_measured in zip(lines, own, strict=True):
        by_name = {
            each["Name"]: metrics["Dimensions"]
            for metrics in line["_aws"]["CloudWatchMetrics"]
            for each in metrics["Metrics"]
            if ["service", "version"] not in metrics["Dimensions"]
        }
        assert {"latencyMs", "fault"} <= by_name.keys() <= {"latencyMs", "fault", "coldStart"}
        assert all(each == [["service"], *[["service", "operation"]] * is_measured] for each in by_name.values())


def sent(line):
    return {each["Name"] for metrics in line["_aws"]["CloudWatchMetrics"] for each in metrics["Metrics"]}


def asked_by(**claims):
    """The line of a request with these claims, whether its token was enough or not."""
    event = event_2_0("GET", "/users")
    event["requestContext"]["authorizer"] = {"jwt": {"claims": claims}}
    [line] = [each for each in log([event], "tables", LOG_LEVEL="INFO") if each["message"] == "answered"]
    return line


@pytest.mark.parametrize(
    ("claims", "subject"),
    [
        ({"sub": "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"}, "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"),
        ({"sub": "auth0|5f7c8e"}, "auth0|5f7c8e"),
        ({"client_id": "3n4b5urk1ft4fl3mg5e62d9ado"}, "3n4b5urk1ft4fl3mg5e62d9ado"),
        ({"sub": "ada@example.com"}, None),
        ({"sub": "ada%40example.com@"}, None),
        ({"sub": "Ada Lovelace"}, None),
        ({"sub": "adá"}, None),
        ({"sub": "x" * 256}, None),
        ({"sub": 5}, None),
        ({}, None),
    ],
)
def test_a_line_says_who_asked_by_an_opaque_id_and_nothing_else_of_the_token(claims, subject):
    line = asked_by(**claims, scope="users/read", email="ada@example.com", name="Ada Lovelace")

    assert line.get("subject") == subject
    assert line["status"] == 200
    assert not {"Ada Lovelace", "ada@example.com", "users/read"} & {str(value) for value in line.values()}
