"""`specbound deploy` of a new index: it is filled before the function lists by it, and afterwards once more."""

import pytest

from specbound.local.emulator import emulator
from specbound.local.issuer import issuer
from tests.cloud.services import Service

pytestmark = pytest.mark.slow

ORDERS = 30


@pytest.fixture
def service(terraform, tmp_path):
    with emulator() as aws, issuer() as tokens:
        yield Service(tmp_path / "orders", aws, tokens)


def test_a_new_index_lists_all_that_was_there_before_it(service):
    contract = (service.folder / "openapi.yaml").read_text(encoding="utf-8")
    service.change(r" +by_status: .*\n", "")
    service.change(" statusPartition: S,", "")
    first = service.deploy()
    assert first.returncode == 0, first.stdout + first.stderr
    with service.caller() as caller:
        new = {"article": "Teapot", "pieces": 2}
        created = {caller.post("/orders", json=new).json()["orderId"] for _ in range(ORDERS)}
    (service.folder / "openapi.yaml").write_text(contract, encoding="utf-8")

    second = service.deploy()

    assert second.returncode == 0, second.stdout + second.stderr
    said = second.stdout
    steps = ["New to the version that the API calls: orders by by_status.", f"{ORDERS} filled", "Now the rest:",
             f"{ORDERS} right already"]  # fmt: skip
    assert [step for step in steps if step in said] == steps
    assert sorted(steps, key=said.index) == steps
    with service.caller() as caller:
        listed = caller.get("/orders", params={"status": "open", "limit": 100}).json()["items"]
    assert {each["orderId"] for each in listed} == created

    third = service.deploy()
    assert (third.returncode, "New to the version" in third.stdout) == (0, False), third.stderr
