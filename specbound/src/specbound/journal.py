"""The journal: a line of JSON for each request, which is its metrics as well; and whatever else the function logs.

The line is what Powertools' Logger would write, at a quarter of its cost, and without importing it (40 modules). All
else is written by Powertools itself, which is imported for the first such line, or as soon as the service uses it.
"""

import logging
import os
import sys
from collections.abc import Container, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from time import time
from typing import TYPE_CHECKING, Any

import orjson

from specbound.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

# The line of a request is its metrics as well: CloudWatch takes them from there, as this tells it.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
METRICS: dict[str, dict[str, Any]] = {
    "always": {"Metrics": [{"Name": "latencyMs", "Unit": "Milliseconds"}, {"Name": "fault", "Unit": "Count"}]},
    "coldStart": {"Metrics": [{"Name": "coldStart", "Unit": "Count"}]},
    "violation": {"Dimensions": [["service"]], "Metrics": [{"Name": "violation", "Unit": "Count"}]},
    # Who still calls what is to go: the line has the subject.
    "deprecated": {"Dimensions": [["service", "operation"]], "Metrics": [{"Name": "deprecated", "Unit": "Count"}]},
    # Of two versions that are called beside each other, this tells which one fails.
    "fault": {"Dimensions": [["service", "version"]], "Metrics": [{"Name": "fault", "Unit": "Count"}]},
}
# Each is one more that is paid for, so the dimensions are the service's alone; whatever its operation, the line has it.
OF_SERVICE = [["service"]]
OF_OPERATION = [["service"], ["service", "operation"]]
# What Lambda calls a level, where Python's name is another; a line whose level it does not know, it takes for INFO.
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
LAMBDA_LEVELS = {"WARNING": "WARN", "CRITICAL": "FATAL"}
LEVELS_OF_LAMBDA = {"TRACE": logging.NOTSET, "DEBUG": logging.DEBUG, "INFO": logging.INFO, "WARN": logging.WARNING,
                    "ERROR": logging.ERROR, "FATAL": logging.CRITICAL}  # fmt: skip


class Journal:
    """Writes the function's lines, from a level on. The operations that are `measured` have metrics of their own."""

    def __init__(
        self, settings: Settings, measured: Container[str] = (), environment: Mapping[str, str] = os.environ
    ) -> None:
        self._settings = settings
        self._environment = environment
        self.service = environment.get("POWERTOOLS_SERVICE_NAME") or "service_undefined"
        self._level = settings.log_level
        self._standard = logging.getLogger(self.service)
        self._powertools: Logger | None = None
        self._own_handler: logging.StreamHandler[Any] | None = None
        self._own_keys: dict[str, Any] = {}
        self._measured = measured
        self._of_service = _metrics(settings.metrics_namespace, OF_SERVICE)
        self._of_operation = _metrics(settings.metrics_namespace, OF_OPERATION)
        lambdas = LEVELS_OF_LAMBDA.get(environment.get("AWS_LAMBDA_LOG_LEVEL", ""), logging.INFO)
        level = logging.getLevelNamesMapping()[self._level] if self._level else lambdas
        sampled = environment.get("POWERTOOLS_LOGGER_SAMPLE_RATE")
        self._always = {"service": self.service} | ({"sampling_rate": sampled} if sampled else {})
        # A service that logs by Powertools has set it up by now; and what is sampled is Powertools' to decide.
        if hasattr(self._standard, "powertools_handler") or sampled:
            level = self.logger.log_level
        self.logs_requests = level <= logging.INFO

    @property
    def logger(self) -> "Logger":
        """Powertools' Logger, as Lambda reads its lines: `level`, and `timestamp` by RFC 3339."""
        if self._powertools is None:
            self._powertools = self._make()
        return self._powertools

    def _make(self) -> "Logger":
        from aws_lambda_powertools import Logger  # noqa: PLC0415  # what is seldom needed costs no start anything

        is_own = not hasattr(self._standard, "powertools_handler")
        # Without a location: finding where in the code a line was written costs more than the line.
        # With `str`: otherwise each message, a word of ours, is tried as JSON first, which raises an exception.
        logger = Logger(
            level=self._level, location=None, json_serializer=_line, json_deserializer=str, use_rfc3339=True, utc=True
        )
        if self._level:
            # Not by Powertools, for which Lambda's own level goes before. That one lets INFO through, for the metrics.
            self._standard.setLevel(self._level)
        if is_own and isinstance(logger.registered_handler, logging.StreamHandler):
            self._own_handler = logger.registered_handler
            self._own_keys = dict(logger.get_current_keys())
        return logger

    def answered(
        self, metrics: dict[str, Any], rare: list[str], *, status: int, request_id: str | None, subject: str | None
    ) -> None:
        """The line of a request, with nothing in it that a caller sent; of metrics alone, if the level is higher.

        `rare` are those metrics that are there only if they happened: one is paid for while it is sent.
        """
        now = int(time() * 1000)
        kinds = self._of_operation if metrics["operation"] in self._measured else self._of_service
        metrics["_aws"] = {
            "Timestamp": now,
            "CloudWatchMetrics": [kinds[name] for name in ("always", *rare)],
        }
        if not self.logs_requests:
            self._write({"service": self.service} | metrics)
            return
        fields: dict[str, Any] = {"status": status, "requestId": request_id}
        if subject:
            fields["subject"] = subject
        if not self._is_plain():
            self.logger.info("answered", **fields, **metrics)
            return
        line = {
            "level": "INFO",
            "message": "answered",
            "timestamp": f"{_to_the_second(now // 1000)}.{now % 1000:03}+00:00",
            **self._always,
            **fields,
            **metrics,
        }
        if request_id is None:
            del line["requestId"]  # as Powertools leaves out what is None
        trace = self._environment.get("_X_AMZN_TRACE_ID")
        if trace:
            line["xray_trace_id"] = trace.split(";")[0].replace("Root=", "")
        self._write(line)

    def _is_plain(self) -> bool:
        """Whether Powertools would write what is written here: the service has no Logger, and nobody added keys."""
        if getattr(self._standard, "powertools_handler", None) is not self._own_handler:
            return False
        return self._powertools is None or self._powertools.get_current_keys() == self._own_keys

    def _write(self, line: dict[str, Any]) -> None:
        stream = self._own_handler.stream if self._own_handler else sys.stdout
        try:
            stream.write(orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE).decode())
            stream.flush()
        except (OSError, ValueError):
            # A line that nobody takes costs no caller the answer; so it is with Python's logging.
            return


def _metrics(namespace: str, dimensions: list[list[str]]) -> dict[str, dict[str, Any]]:
    return {name: {"Namespace": namespace, "Dimensions": dimensions, **each} for name, each in METRICS.items()}


@lru_cache(maxsize=1)
def _to_the_second(seconds: int) -> str:
    """A time, in seconds since 1970: it is the same for all lines of a second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _line(fields: dict[str, Any]) -> str:
    level = fields.get("level")
    if level in LAMBDA_LEVELS:
        fields["level"] = LAMBDA_LEVELS[level]
    return orjson.dumps(fields, default=str).decode()
