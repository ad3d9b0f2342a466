"""docs/operate.md, walked through as it is written: from an alarm to the failing request's log line in two queries."""

import json
import re

import pytest

from specbound.compiler.document import ROOT
from tests.cloud.insights import ask

pytestmark = pytest.mark.slow

HERE = "WRITE THE ID HERE"
# A caller who was throttled, and what API Gateway says of it, by the names that its log format has.
THROTTLED = {"status": "429", "clientId": "1example", "ip": "203.0.113.1"}


@pytest.fixture(scope="module")
def written():
    """The queries of the walk-through, by the names that they are saved under."""
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    section = page.partition("## From an alarm to the log line in two queries\n")[2].partition("\n## ")[0]
    found = re.findall(r"^\d\. \*\*([\w ]+)\*\*.*?\n\n   ```\n(.*?)   ```$", section, re.MULTILINE | re.DOTALL)
    return {name: re.sub("^   ", "", query, flags=re.MULTILINE) for name, query in found}


@pytest.fixture(scope="module")
def once(watched):
    """The lines of a product that breaks the contract: what is rare has fields of its own."""
    before = len(watched.lines())
    product_id = watched.create()
    table = {"TableName": watched.cloud.outputs["tables"]["products"], "Key": {"productId": {"S": product_id}}}
    client = watched.cloud.sdk("dynamodb")
    client.update_item(**table, UpdateExpression="REMOVE #name", ExpressionAttributeNames={"#name": "name"})
    assert watched.get(f"/products/{product_id}") == [500]
    client.delete_item(**table)
    return function_lines(watched, before)


@pytest.fixture
def saved(watched):
    """What Terraform saves: the query by its name, and which logs it is asked of."""
    return {
        each["name"].removeprefix(f"{watched.name}/"): (each["query_string"], each["log_group_names"])
        for each in watched.planned("aws_cloudwatch_query_definition")
    }


def function_lines(watched, since=0):
    """The function's lines as Logs Insights has them, with what it knows of each."""
    log = f"/aws/lambda/{watched.name}"
    return [line | known(line["timestamp"], log, line) for line in watched.lines()[since:]]


def access_lines(watched, **values):
    """A line of API Gateway's log, which MiniStack does not write, by the format that it would be told."""
    [stage] = watched.planned("aws_apigatewayv2_stage")
    line = dict.fromkeys(json.loads(stage["access_log_settings"][0]["format"]), "-")
    assert values.keys() <= line.keys()
    line |= values
    return [line | known("2026-01-31T09:30:00.000+00:00", f"/aws/vendedlogs/apigateway/{watched.name}", line)]


def known(time, log, line):
    return {"@timestamp": time, "@log": log, "@message": json.dumps(line)}


def test_the_queries_of_the_page_are_those_that_are_saved(written, saved):
    assert list(written) == ["what failed", "one request"]
    assert written == {name: saved[name][0] for name in written}


@pytest.mark.parametrize(
    "goes_wrong",
    [("denied", 500, "failed", "AccessDeniedException"), ("throttled", 503, "unavailable", "Throttling")],
)
def test_from_an_alarm_to_the_log_line_in_two_queries(watched, once, product, written, goes_wrong):
    watched.database.fault, status, message, says = goes_wrong
    before = len(watched.lines())
    assert watched.get(f"/products/{product}", 3) == [status] * 3
    watched.database.fault = None
    assert watched.get("/health") == [200]
    assert "faults-get_product" in watched.raised()
    lines = function_lines(watched, before)

    [failed] = ask(written["what failed"], lines, once)
    found = ask(written["one request"].replace(HERE, failed["lastRequest"]), lines + access_lines(watched))

    assert (failed["operation"], failed["faults"], failed["lastStatus"]) == ("get_product", 3, status)
    messages = [json.loads(each["@message"]) for each in found]
    assert [each["message"] for each in messages] == [message, "answered"]
    assert says in found[0]["@message"]
    assert messages[1]["subject"]


def test_the_first_query_tells_a_violation_of_the_contract(once, written):
    [failed] = ask(written["what failed"], once)

    assert (failed["faults"], failed["violations"]) == (1, 1)


def test_every_saved_query_is_answered_by_the_lines_of_its_logs(watched, once, product, saved):
    watched.get(f"/products/{product}", 2)
    function = function_lines(watched)
    subject = next(line["subject"] for line in function if "subject" in line)
    logs = {
        f"/aws/lambda/{watched.name}": function,
        f"/aws/vendedlogs/apigateway/{watched.name}": access_lines(
            watched, **THROTTLED, requestId=function[-1]["requestId"]
        ),
    }
    answers = {}
    for name, (query, groups) in saved.items():
        filled = query.replace(HERE, function[-1]["requestId"]).replace("WRITE THE SUBJECT HERE", subject)
        answers[name] = ask(filled, [line for group in groups for line in logs[group]])

    assert len(answers) == 7
    assert {line["@log"] for line in answers["one request"]} == logs.keys()
    slowest = [row["latencyMs"] for row in answers["slowest requests"]]
    assert slowest == sorted(slowest, reverse=True)
    assert 0 < len(slowest) <= 50
    [of_product] = [row for row in answers["by operation"] if row["operation"] == "get_product"]
    assert of_product["requests"] >= 2
    assert of_product["p50"] <= of_product["p99"]
    assert answers["who calls most"] == [{"clientId": "1example", "ip": "203.0.113.1", "requests": 1, "throttled": 1}]
    assert all(row["subject"] == subject for row in answers["what one caller did"])
    assert sum(row["coldStarts"] for row in answers["cold starts"]) > 0


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("filter faults = 1", LookupError),
        ("stats sum(violations) as violations by operation", LookupError),
        ("fields @timestamp, client", LookupError),
        ("sort latency desc", LookupError),
        ("parse @message '*' as id", ValueError),
        ("filter fault > 0", ValueError),
    ],
)
def test_a_query_that_names_what_is_not_logged_or_is_not_known_fails(watched, query, error):
    watched.get("/health")

    with pytest.raises(error):
        ask(query, function_lines(watched))
