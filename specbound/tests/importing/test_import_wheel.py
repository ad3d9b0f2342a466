"""The import as it comes with the client's wheel: in an environment of its own, with no repository in sight."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from specbound.clients import importing, python_client
from specbound.compiler.document import ROOT, load
from tests.environments import environment
from tests.importing.commands import listed, products
from tests.importing.relay import created, relay

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    built = next((importing.FOLDER / "client").glob("*.whl"))
    return shutil.copy(built, tmp_path_factory.mktemp("wheel"))


def called(python, folder, *arguments, **variables):
    settings = {"PATH": os.environ["PATH"], "API_TOKEN": "local"} | variables
    return subprocess.run([*python, *arguments], cwd=folder, env=settings, capture_output=True, text=True, check=False)


def test_the_wheel_with_the_oldest_packages_imports_a_file_with_no_repository_in_sight(wheel, api, url, tmp_path):
    python = environment(tmp_path / "empty", f"{wheel}[import]", "--resolution", "lowest-direct")
    names = products(tmp_path / "things.jsonl", "strange", 12)

    done = called([python.with_name("catalogue-api-client-import")], tmp_path, "things.jsonl", url, "products")

    assert done.returncode == 0, done.stderr
    assert [each["name"] for each in listed(api, "/products", category="strange")] == names
    paths = called([python, "-c", "import catalogue_api_client, sys; print(catalogue_api_client, sys.path)"], tmp_path)
    assert str(tmp_path / "empty") in paths.stdout
    assert str(ROOT) not in paths.stdout


@pytest.mark.parametrize("command", ["catalogue-api-client-import", "python"])
def test_without_its_extra_it_says_what_to_install(wheel, tmp_path, command):
    python = environment(tmp_path / "empty", wheel)
    module = ["-m", "catalogue_api_client.importer"] if command == "python" else []

    done = called([python.with_name(command), *module], tmp_path, "things.csv", "http://127.0.0.1:9")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "The import needs tqdm, which is not installed: pip install 'catalogue-api-client[import]'\n"
    )


def test_an_argument_comes_before_a_variable(wheel, tmp_path):
    python = environment(tmp_path / "empty", f"{wheel}[import]")

    done = called([python, "-m", "catalogue_api_client.importer"], tmp_path, "argument.csv", FILE="variable.csv")

    assert done.stderr == "argument.csv: No such file or directory.\n"


def test_another_contract_needs_neither_to_be_served_nor_to_have_tags_or_names_of_its_own(tmp_path):
    python, posted = environment(tmp_path / "empty", f"{python_client.build(bent(), tmp_path / 'sdk')}[import]"), []
    (tmp_path / "rows.csv").write_text("Name,Article number\nKettle,12\nTeapot,13\n")

    def answer(path, key, body):
        posted.append((path, body["items"]))
        return created(path, key, body)

    (tmp_path / "unclear.csv").write_text("Colour\nred\n")

    with relay(answer) as gateway:
        command = [python, "-m", "stock_api_client.importer"]
        unclear = called(command, tmp_path, "unclear.csv", gateway.url)
        done = called(command, tmp_path, "rows.csv", gateway.url)

    assert "KIND=create_users or KIND=import_more" in unclear.stderr
    assert done.returncode == 0, done.stderr
    rows = [{"name": "Kettle", "articleNumber": 12}, {"name": "Teapot", "articleNumber": 13}]
    assert posted == [("/v2/things/batch", []), ("/v2/things/batch", rows)]


def test_a_service_without_pinned_requirements_has_the_import_too(tmp_path):
    shutil.copy(ROOT / "openapi.yaml", tmp_path)

    done = called([sys.executable, "-m", "specbound", "import"], tmp_path, "none.csv", **os.environ)

    assert (done.returncode, done.stderr.splitlines()[1:]) == (1, ["none.csv: No such file or directory."])


def test_a_folder_without_a_contract_is_left_as_it_is(tmp_path):
    done = called([sys.executable, "-m", "specbound", "import"], tmp_path, "none.csv", **os.environ)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "Run this in the folder of a service" in done.stderr
    assert not list(tmp_path.iterdir())


def bent():
    """The contract without the operation that serves it, with batches that differ in their tags and their paths."""
    contract = json.loads(json.dumps(load()))
    contract["info"]["title"] = "Stock API"
    paths = contract["paths"]
    del paths["/openapi.json"]
    paths["/v1/things/batch"], paths["/v2/things/batch"] = paths.pop("/users/batch"), paths.pop("/products/batch")
    users, things = paths["/v1/things/batch"]["post"], paths["/v2/things/batch"]["post"]
    things["operationId"], users["tags"] = "import_more", ["All that is"]
    del things["tags"], things["x-throttle"]
    number = {"type": "object", "required": ["articleNumber"], "properties": {"articleNumber": {"type": "integer"}}}
    named = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    schemas = contract["components"]["schemas"]
    schemas["NewUser"] = named
    schemas["NewProduct"] = {"allOf": [named, number]}
    return contract
