"""The function's environment: what a variable may hold. Nonsense keeps the function from starting, and says why."""

import os
import re
from collections.abc import Collection, Iterable, Mapping

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
    """The function cannot start. The message is one line that says what to write, and where."""


def whole_number(name: str, lowest: int, highest: int) -> int:
    """A variable's number; where it is not set, the highest. Raises Misconfigured."""
    text = os.environ.get(name)
    if text is None:
        return highest
    if not re.fullmatch("[1-9][0-9]{0,8}|0", text) or not lowest <= int(text) <= highest:
        raise _refused(name, text, f"a whole number from {lowest} to {highest}")
    return int(text)


def switch(name: str) -> bool:
    """Whether a variable is `true`; not set, or empty, it is off. Raises Misconfigured."""
    text = os.environ.get(name, "")
    if text not in ("true", "false", ""):
        raise _refused(name, text, "true or false")
    return text == "true"


def text(name: str, form: re.Pattern[str], what: str, default: str | None = None) -> str:
    """A variable of a certain form. Raises Misconfigured for another, and where it is not set but has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise Misconfigured(f"{name} is not set: write {what}.")
    if not form.fullmatch(value):
        raise _refused(name, value, what, is_needed=default is None)
    return value


def check_database(tables: Iterable[str]) -> None:
    """Raise Misconfigured for a table of the contract that has no name in DynamoDB, and for an address that is none."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        text(name, ENDPOINT, "an emulator's address, as http://127.0.0.1:4566", default="")
    for table in tables:
        text(f"TABLE_{table.upper()}", TABLE, f"what the contract's table {table} is called in DynamoDB")


def check_logging() -> None:
    """Raise Misconfigured for what Powertools, or CloudWatch behind it, would not take."""
    for name in ("POWERTOOLS_LOG_LEVEL", "LOG_LEVEL"):
        text(name, LEVEL, "DEBUG, INFO, WARNING, ERROR or CRITICAL", default="")
    text("POWERTOOLS_SERVICE_NAME", SERVICE, "a name in ASCII, of at most 1024 characters", default="api")


def metrics_namespace() -> str:
    """What the metrics are filed under. Raises Misconfigured."""
    form = "a name of letters, digits, spaces and ._-/#: that does not begin with AWS/"
    return text("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE, form, default="Api")


def check_functions(functions: Collection[str], places: Mapping[str, str]) -> None:
    """Raise Misconfigured unless each operation, whose place is given, has its function, and none is left over."""
    listed = "OPERATIONS (handlers/operations/__init__.py)"
    missing = [name for name in places if name not in functions]
    left_over = [name for name in functions if name not in places]
    if missing:
        more = f" The same goes for {', '.join(missing[1:])}." if missing[1:] else ""
        raise Misconfigured(
            f"{places[missing[0]]}: operation {missing[0]} has no function: write "
            f"`def {missing[0]}(request: Request) -> Response` in handlers/operations/, and list it in {listed}.{more}"
        )
    if left_over:
        raise Misconfigured(
            f"handlers/operations/__init__.py: {', '.join(left_over)}: no operation of the contract has this name. "
            "Give one this operationId, or take the function out of OPERATIONS."
        )


def _refused(name: str, value: str, expected: str, is_needed: bool = False) -> Misconfigured:
    way_out = "" if is_needed else ", or take the variable away"
    return Misconfigured(f"{name} is {value!r}: write {expected}{way_out}.")
