"""The README's way to a service of one's own, followed: another contract, its functions and their tests."""

import os
import shutil
import subprocess
import sys

import httpx
import pytest

from specbound.compiler.document import ROOT, load
from tests.repository.project import ENGINE, copy_to, files

pytestmark = pytest.mark.slow

OWN = ENGINE / "tests" / "orders"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, with the contract, the operations and the tests of a service of orders."""
    copy = tmp_path_factory.mktemp("project")
    copy_to(copy)
    for old in [copy / "seed.json", *copy.glob("handlers/*.py"), *copy.glob("tests/*")]:
        if old.name != "repository" and old.exists():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(OWN, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "compiled"))
    (copy / ".venv").symlink_to(ROOT / ".venv")
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    run(copy, "-m", "specbound", "compile")
    return copy


@pytest.fixture(scope="module")
def api(project):
    """The service as `make run` starts it."""
    command = [sys.executable, "-m", "specbound", "run", "--port", "0"]
    server = subprocess.Popen(command, cwd=project, env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        lines = iter(server.stdout.readline, "")
        url = next(line.split()[-1] for line in lines if line.startswith("The API answers on"))
        with httpx.Client(base_url=url, headers={"authorization": "Bearer local"}) as client:
            yield client
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()


def test_only_the_contract_the_operations_and_their_tests_differ(project):
    changed = {name for name in files() if not same(ROOT / name, project / name)}

    assert same(OWN / "openapi.yaml", project / "openapi.yaml")
    assert {name.parts[0] for name in changed} <= {"openapi.yaml", "seed.json", "handlers", "tests"}
    assert [name for name in changed if name.parts[:2] == ("tests", "repository")] == []


def test_its_tests_and_those_of_the_repository_pass(project, node):
    lend_node(project)

    # This test, there, would do all of it once more.
    subprocess.run(["make", "--old-file=.venv/ready", "--old-file=.venv/dev", "check"], cwd=project, check=True)
    run(project, "-m", "pytest", "--ignore=tests/repository")


def test_it_can_be_replaced_in_turn(project):
    """By the same service: what is tested here holds whatever service the repository has."""
    run(project, "-m", "pytest", "tests/repository/test_own_service.py", "-k", "differ or keeps_the_rules or answer")


def test_its_code_has_the_form_that_make_asks_for(project):
    run(project, "-m", "ruff", "format", "--check")
    run(project, "-m", "ruff", "check")


def test_its_operations_answer(api):
    placed = api.post("/orders", json={"article": "Kettle", "pieces": 1}, headers={"idempotency-key": "1"})
    again = api.post("/orders", json={"article": "Kettle", "pieces": 1}, headers={"idempotency-key": "1"})
    refused = api.post("/orders", json={"article": "Kettle", "pieces": 0})

    assert placed.status_code == 201
    assert again.json() == placed.json() == api.get(placed.headers["location"]).json()
    assert refused.json()["errors"][0]["pointer"] == "/pieces"
    assert [order["article"] for order in api.get("/orders").json()["items"]] == ["Kettle", "Teapot"]
    assert api.get("/users").status_code == 404


def test_an_item_is_in_an_index_only_while_it_has_what_the_index_groups_by(api):
    gift = api.post("/orders", json={"article": "Ring", "pieces": 1, "gift": "wedding"}).json()
    plain = api.post("/orders", json={"article": "Lamp", "pieces": 1}).json()

    assert gifts(api) == {"wedding": [gift], "birthday": []}
    lamp = api.put(f"/orders/{plain['orderId']}", json={"gift": "birthday"}).json()
    assert gifts(api) == {"wedding": [gift], "birthday": [lamp]}
    lamp = api.put(f"/orders/{plain['orderId']}", json={"gift": "wedding"}).json()
    assert gifts(api) == {"wedding": [lamp, gift], "birthday": []}
    ring = api.put(f"/orders/{gift['orderId']}", json={"gift": None}).json()
    assert gifts(api) == {"wedding": [lamp], "birthday": []}
    assert api.get("/orders").json()["items"][:2] == [lamp, ring]


def gifts(api):
    return {each: api.get("/orders", params={"gift": each}).json()["items"] for each in ("wedding", "birthday")}


def test_its_docs_and_its_contract_are_its_own(api):
    assert "Orders API" in api.get("/docs").text
    assert api.get("/openapi.json").json()["paths"].keys() == load(OWN / "openapi.yaml")["paths"].keys()


def test_schemathesis_finds_nothing(project, api):
    command = [
        "run",
        "handlers/compiled/openapi.json",
        "--url",
        str(api.base_url),
        "--max-examples",
        "20",
        "--seed",
        "1",
    ]

    run(project, "-m", "schemathesis.cli", *command)


def test_its_contract_keeps_the_rules(project):
    run(project, "-m", "specbound", "lint")


def test_its_code_is_typed(project):
    run(project, "-m", "mypy")


def test_it_has_clients(project, node):
    lend_node(project)

    run(project, "-m", "specbound", "clients")

    assert {path.suffix: path.stem for path in (project / "build" / "sdk").glob("orders*")} == {
        ".whl": "orders_api_client-1.0.0-py3-none-any",
        ".tgz": "orders-api-client-1.0.0",
    }


def test_its_client_says_that_nothing_is_created_in_batches(project):
    command = [sys.executable, "-m", "specbound", "import", "orders.csv", "http://127.0.0.1:9"]

    done = subprocess.run(command, cwd=project, env=environment(), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[1:] == ["This API creates nothing in batches, so there is nothing to import into."]


def test_it_can_be_deployed(project):
    if shutil.which("terraform") is None and os.environ.get("CI") != "true":
        pytest.skip("Terraform is not installed.")
    folder = project / "terraform"
    stand_ins = {each.stem: each for each in (folder / "tests" / "contracts").glob("*.yaml")}

    for name, contract in {"catalogue": "openapi.yaml", **stand_ins}.items():
        output = f"build/terraform-test/{name}.zip"
        run(project, "-m", "specbound", "package", "--empty", str(contract), "--output", output)
    subprocess.run(["terraform", "init", "-backend=false", "-input=false"], cwd=folder, check=True)
    subprocess.run(["terraform", "test"], cwd=folder, check=True)


def lend_node(project):
    """The tools that are installed here."""
    tools = project / "build" / "node"
    tools.parent.mkdir(exist_ok=True)
    if not tools.exists():
        tools.symlink_to(ROOT / "build" / "node")


def run(project, *arguments):
    subprocess.run([sys.executable, *arguments], cwd=project, env=environment(), check=True)


def environment():
    return os.environ | {"API_TOKEN": "local", "PYTHONPATH": ""}


def same(left, right):
    return left.is_file() == right.is_file() and (not left.is_file() or left.read_bytes() == right.read_bytes())
