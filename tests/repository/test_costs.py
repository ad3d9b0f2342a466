"""What holds of the page of costs: it is what is measured now, by prices that say where they are from."""

import re
import subprocess
import sys

import pytest

from costs.bill import MILLION, Bill, alarm_metrics, load
from costs.measure import Measured
from specbound.compiler.document import ROOT, declarations
from specbound.compiler.document import load as load_contract

PAGE = ROOT / "docs" / "costs.md"


def cells(line: str) -> list[str]:
    return [each.strip() for each in line.strip("|").split("|")]


def requests() -> list[list[str]]:
    """The rows of the page's last table."""
    table = PAGE.read_text(encoding="utf-8").rpartition("| a million |")[2]
    return [cells(line) for line in table.splitlines() if line.startswith("| `")]


def bill(**measured: float) -> Bill:
    """A bill of requests that all use the same."""
    names = list(load("assumptions.toml")["mix"])
    same = {"calls": 1, "reads": 0, "writes": 0, "body_bytes": 0, "log_bytes": 0} | measured
    return Bill([Measured(*name.partition(" ")[::2], **same) for name in names])  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_page_says_what_is_measured_now(tmp_path):
    written = tmp_path / "costs.md"

    subprocess.run([sys.executable, "-m", "costs", written], cwd=ROOT, check=True, stdout=subprocess.PIPE)

    assert PAGE.read_text(encoding="utf-8") == written.read_text(encoding="utf-8"), "`make costs` writes it anew."


def test_every_operation_of_the_contract_has_its_price():
    named = {re.match("`([a-z_]+)`", row[0])[1] for row in requests()}

    assert named == {each.operation_id for each in declarations(load_contract())}


def test_every_price_says_where_and_when_it_was_found():
    for name, price in load("prices.toml").items():
        assert price["dollars"] > 0, name
        assert price["per"] >= 1, name
        assert price["source"].startswith("https://aws.amazon.com/"), name
        assert re.fullmatch(r"20\d\d(-[01]\d)?", str(price["as_of"])), name


def test_the_shares_of_the_mix_are_a_hundred():
    assert sum(bill().mix.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("used", "line", "dollars"),
    [
        ({"reads": 1}, "DynamoDB, reads", 0.125),
        ({"writes": 2}, "DynamoDB, writes", 1.25),
        ({"body_bytes": 512 * 1024}, "API Gateway", 1),
        ({"body_bytes": 512 * 1024 + 1}, "API Gateway", 2),
    ],
)
def test_a_month_pays_for_what_its_requests_use(used, line, dollars):
    assert bill(**used).month(MILLION)[line] == pytest.approx(dollars)
    assert bill(**used).month(10 * MILLION)[line] == pytest.approx(10 * dollars)


def test_what_is_paid_in_any_case_does_not_grow():
    few, many = (bill().month(number * MILLION) for number in (1, 100))

    assert {name for name in few if few[name] == many[name]} >= bill().fixed().keys()


def test_the_figures_are_nowhere_else():
    deploying = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")

    assert "(costs.md)" in deploying
    assert re.findall(r"\$[0-9]", deploying) == []


def test_alarms_are_counted_by_the_objectives_tables_and_indexes_of_the_contract():
    page = PAGE.read_text(encoding="utf-8")

    assert f"{alarm_metrics()} metrics that they read" in page
