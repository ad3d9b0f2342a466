"""The line of a request is the one that Powertools would write, whatever the settings; and it costs no answer."""

import io
import json
import logging
import sys
from datetime import datetime, timedelta
from itertools import count

import pytest
from aws_lambda_powertools import Logger

from specbound.journal import Journal
from specbound.settings import Settings
from tests.echo import Asked, document
from tests.test_startup import modules

NAMES = count()
METRICS = {"operation": "get_health", "version": "7", "latencyMs": 1.234, "fault": 1, "coldStart": 1}
RARE = ["coldStart", "fault"]
FIELDS = [
    {"status": 200, "request_id": "a-1", "subject": "ada"},
    {"status": 503, "request_id": None, "subject": None},
]
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
SETTINGS = [
    {},
    {"_X_AMZN_TRACE_ID": TRACE},
    {"POWERTOOLS_LOGGER_SAMPLE_RATE": "1"},
    {"POWERTOOLS_LOGGER_SAMPLE_RATE": "0"},
    {"POWERTOOLS_DEV": "true", "POWERTOOLS_METRICS_NAMESPACE": "Shop", "TZ": "Asia/Kolkata"},
    {"POWERTOOLS_LOG_DEDUPLICATION_DISABLED": "true", "POWERTOOLS_LOGGER_LOG_EVENT": "true"},
]
LEVELS = [None, "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LAMBDAS_LEVELS = [None, "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]


@pytest.fixture
def journal(monkeypatch):
    """Makes journals of functions with an environment, each of a service of its own: loggers live as long as Python."""

    for variable in ("LOG_LEVEL", "POWERTOOLS_LOG_LEVEL", "AWS_LAMBDA_LOG_LEVEL"):
        monkeypatch.delenv(variable, raising=False)

    def make(**variables):
        name = f"service-{next(NAMES)}"
        for variable, value in (variables | {"POWERTOOLS_SERVICE_NAME": name}).items():
            monkeypatch.setenv(variable, value)
        return Journal(Settings.read([], 100))

    return make


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def said(line):
    """A line without its times, its members in their order."""
    return [(name, value) for name, value in line.items() if name not in ("timestamp", "_aws")]


def answer(journal, fields):
    journal.answered(dict(METRICS), RARE, **fields)


def by_powertools(journal, fields, line):
    """The same by Powertools' Logger itself."""
    named = {"status": fields["status"], "requestId": fields["request_id"]}
    subject = {"subject": fields["subject"]} if fields["subject"] else {}
    journal.logger.info("answered", **named, **subject, **METRICS, _aws=line["_aws"])


@pytest.mark.filterwarnings("ignore:POWERTOOLS_DEV:UserWarning")
@pytest.mark.filterwarnings("ignore:Current log level:UserWarning")  # Powertools' own, of the two levels
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("lambdas", LAMBDAS_LEVELS)
def test_the_line_of_a_request_is_that_of_powertools(journal, capsys, settings, level, lambdas):
    levels = {"LOG_LEVEL": level, "AWS_LAMBDA_LOG_LEVEL": lambdas}
    made = journal(**settings, **{name: each for name, each in levels.items() if each})
    assert made.logs_requests == made.logger.isEnabledFor(logging.INFO)
    for fields in FIELDS:
        answer(made, fields)
        [ours] = lines(capsys)
        if not made.logs_requests:
            assert said(ours) == [("service", made.service), *METRICS.items()]
            continue
        by_powertools(made, fields, ours)
        [theirs] = lines(capsys)
        assert said(ours) == said(theirs)
        assert list(ours) == list(theirs)
        times = [datetime.fromisoformat(each["timestamp"]) for each in (ours, theirs)]
        assert timedelta() <= times[1] - times[0] < timedelta(minutes=1)
        assert times[0].utcoffset() == timedelta()
        assert int(times[0].timestamp() * 1000) == ours["_aws"]["Timestamp"]
        assert [len(each["timestamp"]) for each in (ours, theirs)] == [len("2026-01-31T09:30:00.000+00:00")] * 2


def test_without_a_line_by_powertools_the_line_is_the_same(journal, capsys):
    made = journal()
    answer(made, FIELDS[0])
    [before] = lines(capsys)
    made.logger.warning("unavailable", reason="slow")
    answer(made, FIELDS[0])
    other, after = lines(capsys)

    assert said(before) == said(after)
    assert (other["level"], other["message"], other["reason"]) == ("WARN", "unavailable", "slow")


def test_keys_that_a_service_adds_to_its_own_logger_are_on_the_line(journal, capsys, monkeypatch):
    name = f"service-{next(NAMES)}"
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", name)
    own = Logger()
    made = Journal(Settings.read([], 100))

    own.append_keys(shop="north")
    answer(made, FIELDS[0])
    [line] = lines(capsys)

    assert (line["shop"], line["message"], line["status"], line["service"]) == ("north", "answered", 200, name)


def test_keys_that_are_added_to_the_engines_logger_are_on_the_line(journal, capsys):
    made = journal()
    made.logger.append_keys(shop="north")

    answer(made, FIELDS[0])
    made.logger.remove_keys(["shop"])
    answer(made, FIELDS[0])
    first, second = lines(capsys)

    assert (first["shop"], "shop" in second) == ("north", False)
    assert said(second) == [each for each in said(first) if each[0] != "shop"]


def test_a_request_is_measured_under_the_version_of_the_function_that_answers_it(capsys):
    lambdas = {"AWS_LAMBDA_FUNCTION_NAME": "ask", "AWS_LAMBDA_FUNCTION_VERSION": "7"}
    asked = Asked(document({"/ask": {"get": {}}}), environment=lambdas)

    asked.send("GET", "/ask")

    assert lines(capsys)[0]["version"] == "7"


def test_a_stream_that_takes_no_line_costs_no_answer(journal, monkeypatch):
    made = journal()
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)

    answer(made, FIELDS[0])


def test_a_request_is_answered_without_powertools():
    event = {"version": "2.0", "rawPath": "/health", "requestContext": {"http": {"method": "GET", "path": "/health"}}}
    silenced = "import io, contextlib; contextlib.redirect_stdout(io.StringIO()).__enter__()"
    asked = f"import handlers.router; handlers.router.lambda_handler({event!r}, None)"

    loaded = modules(f"{silenced}; {asked}; sys.stdout = sys.__stdout__")

    assert "handlers.router" in loaded
    assert "aws_lambda_powertools" not in loaded
