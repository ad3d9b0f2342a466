"""Settings: what the function's environment says. Nonsense keeps the function from starting, and says why."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specbound.http.origins import read_origins

# A name, or an ARN: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}|arn:[A-Za-z0-9_.:/-]{1,1020}")
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
ENDPOINT = re.compile(r"|https?://[A-Za-z0-9.:\[\]_-]+(/[!-~]*)?")
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
NAMESPACE = re.compile(r"(?!AWS/)[0-9A-Za-z._/#-][0-9A-Za-z._/#: -]{0,254}")
# A dimension's value: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
SERVICE = re.compile(r"[!-9;-~][ -~]{0,1023}")
LEVEL = re.compile("|DEBUG|INFO|WARNING|ERROR|CRITICAL", re.IGNORECASE)


class Misconfigured(Exception):
    """The function cannot start. The message is one line that says what to write, and where.

    Raised at import, by Contract.load and Api, for a variable, an artefact or an operation that is missing or wrong.
    """


@dataclass(frozen=True)
class Settings:
    """All that a deployment decides.

    `tables` leads from a table of the contract to its name in DynamoDB. No page is longer than `page_limit`. With
    `allow_anonymous` callers are let in without a token, which Lambda never does. The pages of `cors_origins` may call.
    """

    tables: Mapping[str, str]
    page_limit: int
    cors_origins: frozenset[str]
    allow_anonymous: bool
    metrics_namespace: str

    @classmethod
    def read(cls, tables: Iterable[str], longest_page: int, environment: Mapping[str, str] = os.environ) -> "Settings":
        """What the variables say. Raises Misconfigured."""
        check_logging(environment)
        try:
            origins = read_origins(environment.get("CORS_ORIGINS", ""))
        except ValueError as error:
            raise Misconfigured(f"CORS_ORIGINS {error}") from error
        allow_anonymous = switch("ALLOW_ANONYMOUS", environment)
        return cls(
            tables={name: table_name(name, environment) for name in tables},
            page_limit=whole_number("PAGE_LIMIT", 1, longest_page, environment),
            cors_origins=origins,
            allow_anonymous=allow_anonymous and "AWS_LAMBDA_FUNCTION_NAME" not in environment,
            metrics_namespace=metrics_namespace(environment),
        )


def whole_number(name: str, lowest: int, highest: int, environment: Mapping[str, str] = os.environ) -> int:
    """A variable's number; where it is not set, the highest. Raises Misconfigured."""
    text = environment.get(name)
    if text is None:
        return highest
    if not re.fullmatch("[1-9][0-9]{0,8}|0", text) or not lowest <= int(text) <= highest:
        raise _refused(name, text, f"a whole number from {lowest} to {highest}")
    return int(text)


def switch(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a variable is `true`; not set, or empty, it is off. Raises Misconfigured."""
    text = environment.get(name, "")
    if text not in ("true", "false", ""):
        raise _refused(name, text, "true or false")
    return text == "true"


def text(
    name: str, form: re.Pattern[str], what: str, environment: Mapping[str, str], default: str | None = None
) -> str:
    """A variable of a certain form. Raises Misconfigured for another, and where it is not set but has no default."""
    value = environment.get(name, default)
    if value is None:
        raise Misconfigured(f"{name} is not set: write {what}.")
    if not form.fullmatch(value):
        raise _refused(name, value, what, is_needed=default is None)
    return value


def table_name(table: str, environment: Mapping[str, str] = os.environ) -> str:
    """What a table of the contract is called in DynamoDB. Raises Misconfigured if nothing says so."""
    what = f"what the contract's table {table} is called in DynamoDB"
    return text(f"TABLE_{table.upper()}", TABLE, what, environment)


def check_endpoints(environment: Mapping[str, str] = os.environ) -> None:
    """Raise Misconfigured for an address that is none."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        text(name, ENDPOINT, "an emulator's address, as http://127.0.0.1:4566", environment, default="")


def check_logging(environment: Mapping[str, str] = os.environ) -> None:
    """Raise Misconfigured for what Powertools, or CloudWatch behind it, would not take."""
    for name in ("POWERTOOLS_LOG_LEVEL", "LOG_LEVEL"):
        text(name, LEVEL, "DEBUG, INFO, WARNING, ERROR or CRITICAL", environment, default="")
    text("POWERTOOLS_SERVICE_NAME", SERVICE, "a name in ASCII, of at most 1024 characters", environment, default="api")


def metrics_namespace(environment: Mapping[str, str] = os.environ) -> str:
    """What the metrics are filed under. Raises Misconfigured."""
    form = "a name of letters, digits, spaces and ._-/#: that does not begin with AWS/"
    return text("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE, form, environment, default="Api")


def _refused(name: str, value: str, expected: str, is_needed: bool = False) -> Misconfigured:
    way_out = "" if is_needed else ", or take the variable away"
    return Misconfigured(f"{name} is {value!r}: write {expected}{way_out}.")
