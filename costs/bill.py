"""Bills: what one request of a case costs, and what a month of a mix does, by the prices and the assumptions."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any

from costs.measure import Measured
from specbound.compiled import read
from specbound.compiler.document import ROOT

FOLDER = Path(__file__).parent
TERRAFORM = ROOT / "terraform"
MILLION = 1_000_000
KILOBYTE = 1024
GIGABYTE = KILOBYTE**3
# API Gateway counts a request again for each of these.
PAYLOAD_BYTES = 512 * KILOBYTE
# As api.tf has them: requestId = "$context.requestId".
ACCESS = re.compile(r'(\w+) += "(\$context[\w.]+)"')
MEMORY = re.compile(r'variable "memory_mb" \{[^}]*?default += (\d+)')
RETENTION = re.compile(r'variable "log_retention_days" \{[^}]*?default += (\d+)')
Costs = dict[str, float]


class Bill:
    """Dollars by what they are for. Raises KeyError for a case, a price or an assumption that is not there."""

    def __init__(self, measured: Iterable[Measured]) -> None:
        self.cases = {each.name: each for each in measured}
        self.prices: Mapping[str, Any] = load("prices.toml")
        self.assumed: Mapping[str, Any] = load("assumptions.toml")
        self.memory_gb = _default(MEMORY) / 1024
        self.retention_days = _default(RETENTION)
        self.mix = {self.cases[name]: percent / 100 for name, percent in self.assumed["mix"].items()}

    def dollars(self, price: str, amount: float) -> float:
        per = self.prices[price]
        return float(per["dollars"]) / int(per["per"]) * amount

    def request(self, case: Measured) -> Costs:
        """Of one request, but for what goes out, of which there is a free share."""
        waits = self.assumed["milliseconds"]["request"] + self.assumed["milliseconds"]["call"] * case.calls
        return {
            "API Gateway": self.dollars("requests", ceil(case.body_bytes / PAYLOAD_BYTES) or 1),
            "Lambda": self.dollars("invocations", 1) + self.dollars("gigabyte_seconds", self.memory_gb * waits / 1000),
            "DynamoDB, reads": self.dollars("read_units", case.reads),
            "DynamoDB, writes": self.dollars("write_units", case.writes),
            "Logs": self.dollars("logged_gigabytes", self.logged(case) / GIGABYTE),
        }

    def sent(self, case: Measured) -> int:
        """Bytes of a reply, as they leave AWS."""
        return int(case.body_bytes + self.assumed["header_bytes"])

    def logged(self, case: Measured) -> int:
        """Bytes in both logs."""
        return int(case.log_bytes + self.access_bytes + 2 * self.assumed["line_bytes"])

    @cached_property
    def access_bytes(self) -> int:
        fields = dict(ACCESS.findall((TERRAFORM / "api.tf").read_text(encoding="utf-8")))
        return len(json.dumps({name: self.assumed["access"][variable] for name, variable in fields.items()}))

    def month(self, requests: int) -> Costs:
        """A month of so many requests of the mix, by what is paid, with what is paid whether or not anybody asks."""
        each: Costs = {}
        for case, share in self.mix.items():
            for name, dollars in self.request(case).items():
                each[name] = each.get(name, 0) + share * dollars
        logged = requests * sum(share * self.logged(case) for case, share in self.mix.items()) / GIGABYTE
        sent = requests * sum(share * self.sent(case) for case, share in self.mix.items()) / GIGABYTE
        costs = {name: dollars * requests for name, dollars in each.items()}
        costs["Logs"] += self.dollars("kept_log_gigabytes", logged * self.retention_days / 30)
        costs["What is sent"] = self.dollars("sent_gigabytes", sent)
        return costs | self.fixed()

    def fixed(self) -> Costs:
        """What a month costs whether or not anybody asks."""
        stored = self.assumed["stored_gigabytes"]
        return {
            "Cognito, tokens": self.dollars("tokens", self.tokens),
            "Cognito, clients": self.dollars("clients", self.assumed["clients"]),
            "Metrics": self.dollars("metrics", self.metrics),
            "Alarms": self.dollars("alarm_metrics", alarm_metrics()),
            "Dashboard": self.dollars("dashboards", dashboards()),
            "DynamoDB, stored": self.dollars("stored_gigabytes", stored),
            "DynamoDB, restorable": self.dollars("restorable_gigabytes", stored),
        }

    @property
    def tokens(self) -> int:
        """A token holds for an hour."""
        return int(self.assumed["processes"] * self.assumed["hours"])

    @property
    def metrics(self) -> int:
        """Three for the service and for each operation that is called and has an objective, if instances of it start
        all the time, and one for violations.
        """
        return 3 * (1 + len({case.operation for case in self.mix} & with_objective())) + 1


def alarm_metrics() -> int:
    """How many metrics the alarms of alarms.tf read."""
    infrastructure = read()["infrastructure"]
    # HEAD is answered by GET's operation, and counted with it.
    by_operation = {route["id"]: route["slo"] for route in infrastructure["routes"].values()}
    objectives = [value for slo in by_operation.values() for value in slo.values()]
    throttled = sum(1 + len(table["indexes"]) for table in infrastructure["tables"].values())
    # Two of API Gateway, one of Lambda, one of violations.
    return 2 * (len(objectives) - objectives.count(None)) + 2 * throttled + 4


def dashboards() -> int:
    """A hundred rows are on each of dashboard.tf's, beside the tables': all requests, and an operation's each."""
    return ceil((1 + len(with_objective())) / 100)


def with_objective() -> set[str]:
    """The operations that have metrics of their own."""
    routes = read()["infrastructure"]["routes"].values()
    return {route["id"] for route in routes if any(value is not None for value in route["slo"].values())}


def load(name: str) -> dict[str, Any]:
    """What a file of this folder says."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _default(variable: re.Pattern[str]) -> int:
    """The default of a variable of Terraform. Raises LookupError if it has none."""
    found = variable.search((TERRAFORM / "variables.tf").read_text(encoding="utf-8"))
    if not found:
        raise LookupError(f"variables.tf has nothing like {variable.pattern}")
    return int(found[1])
