"""Settings: what the function's environment says. Nonsense keeps the function from starting, and says why."""

import os
import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from specbound.classes import record
from specbound.patterns import pattern

# A name, or an ARN: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
TABLE = pattern(r"[A-Za-z0-9_.-]{3,255}|arn:[A-Za-z0-9_.:/-]{1,1020}")
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
ENDPOINT = pattern(r"|https?://[A-Za-z0-9.:\[\]_-]+(/[!-~]*)?")
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
NAMESPACE = pattern(r"(?!AWS/)[0-9A-Za-z._/#-][0-9A-Za-z._/#: -]{0,254}")
# A dimension's value: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
SERVICE = pattern(r"[!-9;-~][ -~]{0,1023}")
LEVEL = pattern("|DEBUG|INFO|WARNING|ERROR|CRITICAL", re.IGNORECASE)
METRICS_BY = pattern("|service|operation")
DATABASE_CLIENT = pattern("|specbound|boto3")
# Where a region's hosts are, by how its name begins: https://docs.aws.amazon.com/general/latest/gr/rande.html
SUFFIXES = {
    "cn-": "amazonaws.com.cn", "us-iso-": "c2s.ic.gov", "us-isob-": "sc2s.sgov.gov", "us-isof-": "csp.hci.ic.gov",
    "eu-isoe-": "cloud.adc-e.uk", "eusc-": "amazonaws.eu",
}  # fmt: skip
# What boto3 alone does here.
ONLY_BOTO3 = (
    "AWS_USE_DUALSTACK_ENDPOINT", "AWS_USE_FIPS_ENDPOINT", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"
)  # fmt: skip
ANY_ORIGIN = "*"
# What a browser's `Origin` can be: scheme, host and port in lower case and ASCII (RFC 6454, section 6.2). The port is
# left out where it is the scheme's own. `null` is that of every page whose origin is nobody's: it is not to be trusted.
LABEL = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
# One that is a number (0x7f, too) makes the host an IPv4 address: https://url.spec.whatwg.org/#ends-in-a-number-checker
TOP_LABEL = r"(?!0x[0-9a-f]*\.?(:|$))([0-9][0-9-]*)?[a-z_]([a-z0-9_-]*[a-z0-9_])?"
OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
HOST = rf"(({LABEL}\.)*{TOP_LABEL}\.?|{OCTET}(\.{OCTET}){{3}}|\[(?P<ipv6>[0-9a-f:]+)\])"
PORT = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
# Nobody's pages have these: https://fetch.spec.whatwg.org/#fetch-scheme, and what is opened by a page but is none.
NO_PAGES = "(about|blob|data|file|ftp|javascript|wss?):"
ORIGIN = pattern(f"(?!{NO_PAGES})[a-z][a-z0-9+.-]*://{HOST}(:{PORT})?")
OWN_PORTS = {"http": ":80", "https": ":443"}


class Misconfigured(Exception):
    """The function cannot start. The message is one line that says what to write, and where.

    Raised at import, by Contract.load and Api, for a variable, an artefact or an operation that is missing or wrong.
    """


@record
class Settings:
    """All that a deployment decides.

    `tables` leads from a table of the contract to its name in DynamoDB. No page is longer than `page_limit`. With
    `allow_anonymous` callers are let in without a token, which Lambda never does. The pages of `cors_origins` may call.
    `log_level` is None where no variable of ours says: then Lambda's own level holds, or INFO. `is_lambda` where Lambda
    runs it, whose log metrics are read from, and `version` which version of the function it runs; None elsewhere.
    `measures_all` if each operation has metrics of its own, and not only those with an objective.
    Without `shows_docs` there is no docs page. With `shows_examples` what has no function answers its example, which
    Lambda never does.
    """

    tables: Mapping[str, str]
    page_limit: int
    cors_origins: frozenset[str]
    allow_anonymous: bool
    log_level: str | None
    metrics_namespace: str
    measures_all: bool
    is_lambda: bool
    version: str | None
    shows_docs: bool
    shows_examples: bool

    @classmethod
    def read(cls, tables: Iterable[str], longest_page: int, environment: Mapping[str, str] = os.environ) -> "Settings":
        """What the variables say. Raises Misconfigured."""
        check_service(environment)
        try:
            origins = read_origins(environment.get("CORS_ORIGINS", ""))
        except ValueError as error:
            raise Misconfigured(f"CORS_ORIGINS {error}") from error
        allow_anonymous = switch("ALLOW_ANONYMOUS", environment)
        is_lambda = "AWS_LAMBDA_FUNCTION_NAME" in environment
        return cls(
            tables={name: table_name(name, environment) for name in tables},
            page_limit=whole_number("PAGE_LIMIT", 1, longest_page, environment),
            cors_origins=origins,
            allow_anonymous=allow_anonymous and not is_lambda,
            log_level=log_level(environment),
            metrics_namespace=metrics_namespace(environment),
            measures_all=metrics_by(environment) == "operation",
            is_lambda=is_lambda,
            version=environment.get("AWS_LAMBDA_FUNCTION_VERSION"),
            shows_docs=switch("DOCS", environment, default=True),
            shows_examples=switch("EXAMPLES", environment) and not is_lambda,
        )


def whole_number(name: str, lowest: int, highest: int, environment: Mapping[str, str] = os.environ) -> int:
    """A variable's number; where it is not set, the highest. Raises Misconfigured."""
    text = environment.get(name)
    if text is None:
        return highest
    if not re.fullmatch("[1-9][0-9]{0,8}|0", text) or not lowest <= int(text) <= highest:
        raise _refused(name, text, f"a whole number from {lowest} to {highest}")
    return int(text)


def switch(name: str, environment: Mapping[str, str] = os.environ, default: bool = False) -> bool:
    """Whether a variable is `true`; the default where it is not set, or empty. Raises Misconfigured."""
    text = environment.get(name, "")
    if text not in ("true", "false", ""):
        raise _refused(name, text, "true or false")
    return text == "true" if text else default


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


def database_client(environment: Mapping[str, str] = os.environ) -> str:
    """What is to call DynamoDB: specbound, whose own client that is, or boto3. Raises Misconfigured."""
    chosen = text("DATABASE_CLIENT", DATABASE_CLIENT, "specbound or boto3", environment, default="")
    if not region(environment):
        if chosen == "specbound":
            raise Misconfigured("AWS_REGION is not set: write where DynamoDB is, as us-east-1.")
        return "boto3"
    asked = [name for name in ONLY_BOTO3 if environment.get(name, "").lower() not in ("", "false")]
    if chosen == "specbound" and asked:
        raise Misconfigured(f"DATABASE_CLIENT is 'specbound', which does not do what {asked[0]} asks: write boto3.")
    return "boto3" if asked else chosen or "specbound"


def region(environment: Mapping[str, str] = os.environ) -> str:
    """Where DynamoDB is; "" if only a profile may know."""
    return environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ""


def endpoint(region: str, environment: Mapping[str, str] = os.environ) -> str:
    """The address of a region's DynamoDB, or of the emulator that stands for it."""
    suffix = next((each for name, each in SUFFIXES.items() if region.startswith(name)), "amazonaws.com")
    named = (environment.get(f"AWS_ENDPOINT_URL{of}") for of in ("_DYNAMODB", ""))
    return next(filter(None, named), f"https://dynamodb.{region}.{suffix}")


def log_level(environment: Mapping[str, str] = os.environ) -> str | None:
    """The least severe level that is written, in capitals; None where no variable says. Raises Misconfigured."""
    what = "DEBUG, INFO, WARNING, ERROR or CRITICAL"
    levels = [text(name, LEVEL, what, environment, default="") for name in ("POWERTOOLS_LOG_LEVEL", "LOG_LEVEL")]
    return next((level.upper() for level in levels if level), None)


def check_service(environment: Mapping[str, str] = os.environ) -> None:
    """Raise Misconfigured for a name that CloudWatch would not take."""
    text("POWERTOOLS_SERVICE_NAME", SERVICE, "a name in ASCII, of at most 1024 characters", environment, default="api")


def metrics_namespace(environment: Mapping[str, str] = os.environ) -> str:
    """What the metrics are filed under. Raises Misconfigured."""
    form = "a name of letters, digits, spaces and ._-/#: that does not begin with AWS/"
    return text("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE, form, environment, default="Api")


def metrics_by(environment: Mapping[str, str] = os.environ) -> str:
    """What has metrics of its own: `operation` for each; `service`, or "", for those with an objective alone.

    Raises Misconfigured.
    """
    return text("METRICS_BY", METRICS_BY, "service or operation", environment, default="")


def read_origins(text: str) -> frozenset[str]:
    """Origins separated by commas. Raises ValueError for one that no browser ever sends."""
    origins = frozenset(filter(None, map(str.strip, text.split(","))))
    for origin in sorted(origins - {ANY_ORIGIN}):
        if not _is_sent(origin):
            raise ValueError(f"names {origin!r}, which no browser sends as an origin: {_advice(origin)}")
    return origins


def _refused(name: str, value: str, expected: str, is_needed: bool = False) -> Misconfigured:
    way_out = "" if is_needed else ", or take the variable away"
    return Misconfigured(f"{name} is {value!r}: write {expected}{way_out}.")


def _is_sent(origin: str) -> bool:
    """Whether a browser may send it, as the origin of a page."""
    found = ORIGIN.fullmatch(origin)
    if not found or origin.endswith(OWN_PORTS.get(origin.partition(":")[0], "/")):
        return False
    return found["ipv6"] is None or _spelled(found["ipv6"]) == found["ipv6"]


def _spelled(address: str) -> str | None:
    """The one spelling of an IPv6 address in origins; None if it is none. https://url.spec.whatwg.org/#host-serializing

    Python's own writes some addresses with dots, and not the same ones in all versions.
    """
    try:
        packed = IPv6Address(address).packed
    except ValueError:
        return None
    groups = ":".join(f"{high << 8 | low:x}" for high, low in zip(packed[::2], packed[1::2], strict=True))
    zeros = max(re.findall(r"\b0(?::0)+\b", groups), key=len, default=None)
    if zeros is None:
        return groups
    head, tail = re.split(rf"\b{zeros}\b", groups, maxsplit=1)
    return f"{head.rstrip(':')}::{tail.lstrip(':')}"


def _advice(origin: str) -> str:
    """How an origin is written; if it is plain what was meant, this one."""
    rule = "write scheme, host and, if it is not the usual one, port, in lower case and ASCII, with nothing after them"
    meant = _meant(origin)
    return f"{rule}: {meant}" if meant else f"{rule}, as in https://app.example.com"


def _meant(origin: str) -> str | None:
    if re.search(r"\s", origin):
        return None
    try:
        parts = urlsplit(origin)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{_spelled(host)}]"
    meant = f"{parts.scheme}://{host}{'' if port == OWN_PORTS.get(parts.scheme) else port}"
    return meant if _is_sent(meant) else None
