"""What the fixtures for any service do: over the service of orders, whose conftest has one line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from specbound.testing import referee

pytestmark = pytest.mark.slow

ORDERS, NOTES = (Path(__file__).parent / name for name in ("orders", "notes"))
SLOW = ("hypothesis", "schemathesis", "selenium")
# As `python -m pytest` does, without the plugins that the service's own configuration would leave out.
PYTEST = f"""
import sys, pytest
status = pytest.main(["-q", "-p", "no:schemathesis", "-p", "no:anyio", *sys.argv[1:]])
print("Slow:", [name for name in {SLOW} if name in sys.modules])
sys.exit(status)
"""


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return copy(ORDERS, tmp_path)


def copy(service: Path, folder: Path) -> Path:
    ignored = shutil.ignore_patterns("compiled", "__pycache__")
    return Path(shutil.copytree(service, folder / service.name, ignore=ignored))


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PYTEST, *options]
    environment = {"PATH": os.environ["PATH"]}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_another_service_is_tested_and_nothing_slow_is_imported(orders: Path) -> None:
    done = run(orders)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
    assert "Slow: []" in done.stdout


def test_a_contract_that_keeps_no_house_rule_is_served_as_it_says(tmp_path: Path) -> None:
    done = run(copy(NOTES, tmp_path))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 passed" in done.stdout


def test_the_api_may_be_anywhere(orders: Path) -> None:
    (orders / "handlers" / "router.py").rename(orders / "entry.py")

    done = run(orders, "-o", "specbound_handler=entry.lambda_handler")

    assert "4 passed" in done.stdout, done.stdout + done.stderr


def test_a_contract_that_cannot_be_kept_is_one_line_and_no_test_runs(orders: Path) -> None:
    contract = orders / "openapi.yaml"
    lines = contract.read_text(encoding="utf-8").splitlines()
    line = lines.index("      operationId: place_order") + 1
    contract.write_text("\n".join(lines).replace("place_order", "list_orders"), encoding="utf-8")

    done = run(orders)

    assert done.returncode != 0
    assert done.stderr == (f"openapi.yaml:{line}: POST /orders: operationId list_orders is taken by GET /orders.\n")
    assert "passed" not in done.stdout


def test_an_operation_without_a_function_is_one_line_and_no_test_runs(orders: Path) -> None:
    file = orders / "handlers" / "orders.py"
    file.write_text(file.read_text(encoding="utf-8").replace("def place_order", "def _place_order"), encoding="utf-8")
    contract = orders / "openapi.yaml"
    # The engine would serve a plain creation by itself.
    contract.write_text(contract.read_text(encoding="utf-8").replace("'201':", "'202':"), encoding="utf-8")

    done = run(orders)

    assert done.returncode != 0
    assert "operation place_order has no function: write" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "passed" not in done.stdout


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, json={"items": "none", "count": 0}, headers={"x-request-id": "1"}),
        httpx.Response(418, json={}),
        httpx.Response(200, text="<html>"),
    ],
    ids=["another body", "another status", "another media type"],
)
def test_a_reply_that_the_contract_does_not_promise_fails_its_test(reply: httpx.Response) -> None:
    reply.request = httpx.Request("GET", "http://localhost/users")

    with pytest.raises(AssertionError, match=str(reply.status_code)):
        referee.check(reply)
