"""`specbound new`: the service that it writes, and when it writes nothing. How one runs is in test_wheel.py."""

import re
import subprocess
import sys
import tomllib

import pytest

from specbound import template
from specbound.cli import main
from specbound.compiled import VERSION
from specbound.compiler import common
from specbound.compiler.compilation import compile_to
from specbound.compiler.document import ROOT, load
from specbound.compiler.lint import complaints
from specbound.compiler.rules import check

TERRAFORM = ("*.tf", "policies/*.json")


@pytest.fixture
def service(tmp_path):
    assert main(["new", "my-shop", "--into", str(tmp_path / "shop")]) == 0
    return tmp_path / "shop"


def test_its_contract_keeps_the_rules_and_has_its_name(service, tmp_path):
    compile_to(tmp_path / "compiled", service / "openapi.yaml")

    assert complaints(service / "openapi.yaml") == []
    assert load(service / "openapi.yaml")["info"]["title"] == "My Shop API"
    assert tomllib.loads((service / "pyproject.toml").read_text())["project"] == {
        "name": "my-shop",
        "version": "1.0.0",
        "description": "My Shop API: an API that keeps its contract, openapi.yaml.",
        "requires-python": ">=3.11",
        "dependencies": [f"specbound[dev]=={VERSION}"],
    }
    assert [path for path in service.rglob("*") if path.is_file() and re.search("__[A-Z]", path.read_text())] == []


def test_its_docs_page_which_is_large_and_open_to_all_is_throttled_the_hardest(service):
    operations = [each for path in load(service / "openapi.yaml")["paths"].values() for each in path.values()]
    rates = {each["operationId"]: each["x-throttle"]["rate"] for each in operations if "x-throttle" in each}

    assert [name for name, rate in rates.items() if rate == min(rates.values())] == ["get_docs"]


@pytest.mark.slow
def test_its_code_is_typed(service):
    subprocess.run([sys.executable, "-m", "specbound", "compile"], cwd=service, check=True)
    subprocess.run([sys.executable, "-m", "mypy", "--strict", "handlers"], cwd=service, check=True)


def test_its_terraform_is_this_projects(service):
    written, own = (
        {each.name: each.read_text() for form in TERRAFORM for each in (folder / "terraform").glob(form)}
        for folder in (service, ROOT)
    )

    assert own
    assert written == {name: text for name, text in own.items() if name != "backend.tf"}
    # One copy: the template's are links, which the wheel holds as files.
    assert all(each.is_symlink() for form in TERRAFORM for each in (template.SERVICE / "terraform").glob(form))


def test_ministack_is_the_one_that_is_tested_with(service):
    [ministack] = re.findall(r"ministack==[0-9.]+", (service / "Makefile").read_text())

    assert f'"{ministack}"' in (ROOT / "pyproject.toml").read_text()


def test_a_folder_that_is_not_empty_stays_as_it_is(tmp_path, capsys):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "mine").write_text("mine")

    assert main(["new", "shop", "--into", str(tmp_path / "shop")]) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path}/shop is not empty, so nothing was written: name a new folder with --into FOLDER.\n"
    )
    assert [each.name for each in (tmp_path / "shop").iterdir()] == ["mine"]


def test_an_empty_folder_is_taken_and_a_file_is_not(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")

    assert main(["new", "shop", "--into", str(tmp_path / "empty")]) == 0
    assert main(["new", "shop", "--into", str(tmp_path / "file")]) == 1
    assert (
        capsys.readouterr().err
        == f"{tmp_path}/file is a file: name a folder that is new or empty, with --into FOLDER.\n"
    )


@pytest.mark.parametrize(
    "name", ["", "Orders", "1orders", "my_shop", "shop-", "my--shop", "../shop", "ördérs", "x" * 41]
)
def test_a_name_that_is_none_is_refused_before_anything_is_written(name, tmp_path, capsys):
    assert main(["new", name, "--into", str(tmp_path / "shop")]) == 1
    assert capsys.readouterr().err.startswith(f"{name!r} is no name for a service: write up to 40 lower-case letters")
    assert list(tmp_path.iterdir()) == []


COMMON = [(kind, name) for kind, found in common.components().items() for name in found]


@pytest.mark.parametrize(("kind", "name"), COMMON)
def test_a_common_component_that_is_another_is_found_by_the_lint(kind, name):
    contract = load()
    contract["components"][kind][name] = {"type": "string", "description": "Ours.", "pattern": "x", "maxLength": 1}

    assert [
        complaint.partition(":")[0] for place, complaint in common.differences(contract) if place[1:] == (kind, name)
    ] == [f"the engine's {name} is another"]


def test_other_words_examples_and_lengths_of_pages_are_a_services_own():
    contract = load()
    contract["components"]["parameters"]["Limit"]["schema"] |= {"maximum": 50, "default": 10}
    contract["components"]["schemas"]["Count"]["maximum"] = 50
    contract["components"]["responses"]["NotFound"] |= {"description": "Nothing."}
    contract["components"]["schemas"]["Version"] |= {"description": "Counts.", "example": 7}

    assert list(common.differences(contract)) == []


def test_the_lint_compares():
    contract = load()
    contract["components"]["schemas"]["Problem"]["properties"]["detail"]["maxLength"] = 99

    assert [place for place, complaint in check(contract) if complaint.startswith("the engine's")] == [
        ("components", "schemas", "Problem")
    ]
