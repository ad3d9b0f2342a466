"""The project as its users work on it: what make and pytest do, and what they say of an operation without function."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from specbound.compiler.document import ROOT
from specbound.local import embedded
from tests.repository.project import ENGINE, copy_to, files

# What reads YAML of itself, and a contract that a program is given as it is written.
READS_YAML = re.compile(r"\b(?:import |from |js-|ruamel\.)['\"]?yaml\b|\bfrom_(?:path|file)\(.*\.ya?ml")
GIVES_YAML = re.compile(r"\b(?:redocly|openapi-typescript|schemathesis|connexion)\b.*\bopenapi\.ya?ml")
CODE = {".py", ".mjs", ".mts", ".ts", ".js", ".tf", ".sh", ".yml", ".yaml", ".toml", ".md", ""}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project, with an operation that has no function."""
    copy = tmp_path_factory.mktemp("project")
    copy_to(copy)
    contract = (copy / "openapi.yaml").read_text(encoding="utf-8")
    archive = contract.replace("      operationId: get_health\n", "      operationId: archive_user\n")
    (copy / "openapi.yaml").write_text(archive, encoding="utf-8")
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


@pytest.mark.parametrize(
    "command",
    [
        "make --no-print-directory --old-file=.venv/ready run PORT=0",
        "make --no-print-directory --old-file=.venv/ready package",
        f"{sys.executable} -m specbound compile",
        f"{sys.executable} -m specbound run --port 0",
        f"{sys.executable} -m pytest",
    ],
)
def test_an_operation_without_a_function_is_one_line_that_says_what_to_write(project, command):
    lines = (project / "openapi.yaml").read_text(encoding="utf-8").splitlines()
    line = lines.index("      operationId: archive_user") + 1

    # By itself, the local server answers the operation's example.
    strict = os.environ | {"EXAMPLES": "false"}
    run = subprocess.run(shlex.split(command), cwd=project, env=strict, capture_output=True, text=True, check=False)

    assert run.returncode != 0
    # Within another make, its own line has the depth in it.
    [message] = [
        said for said in (run.stdout + run.stderr).splitlines() if not re.match(r"make(\[\d+\])?: \*\*\*", said)
    ]
    assert re.fullmatch(
        f"openapi.yaml:{line}: operation archive_user has no function: "
        r"write `def archive_user\(request: Request\) -> Response` in a module that Api is given "
        r"\((handlers\.\w+(, )?)+\)\.",
        message,
    )


def test_the_function_itself_does_not_start_without_the_function_of_an_operation(project):
    subprocess.run([sys.executable, "-m", "specbound", "compile"], cwd=project, capture_output=True, check=False)
    command = [sys.executable, "-c", "import handlers.router"]

    started = subprocess.run(command, cwd=project, env=function(), capture_output=True, text=True, check=False)

    assert "operation archive_user has no function: write" in started.stderr.splitlines()[-1]


def function():
    """The environment of the function."""
    return {"PATH": os.environ["PATH"], **embedded.environment()}


def test_make_compares_with_a_git_ref(tmp_path: Path) -> None:
    for each in (ROOT / "Makefile", ENGINE / "tests/service/openapi.yaml"):
        shutil.copy(each, tmp_path)
    for each in ("specbound", "requirements", ".venv"):
        (tmp_path / each).symlink_to(ROOT / each)
    author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for arguments in (["init", "--quiet"], ["add", "openapi.yaml"], [*author, "commit", "--quiet", "--message=First"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    text = (tmp_path / "openapi.yaml").read_text(encoding="utf-8")
    (tmp_path / "openapi.yaml").write_text(text.replace("maxLength: 2000", "maxLength: 20"), encoding="utf-8")

    done = subprocess.run(
        ["make", "--silent", "--old-file=.venv/ready", "check-contract", "BASE=HEAD"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "description/maxLength: 2000 → 20" in done.stdout
    assert done.returncode != 0


def test_pytest_by_itself_finds_what_python_m_pytest_finds():
    command = [Path(sys.executable).with_name("pytest"), "--collect-only", "--ignore=tests/repository"]

    collected = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert collected.returncode == 0, collected.stdout


def test_the_compiler_alone_reads_contracts() -> None:
    code = {
        name.as_posix(): (ROOT / name) for name in files() if name.suffix in CODE and not (ROOT / name).is_symlink()
    }
    lines = [(name, line) for name, file in code.items() for line in file.read_text(encoding="utf-8").splitlines()]

    readers = {name for name, line in lines if READS_YAML.search(line)}
    given = [f"{name}: {line}" for name, line in lines if GIVES_YAML.search(line)]

    # Of the others one writes what an adopted contract gets at its end, and two read workflows and hooks.
    assert readers == {
        "specbound/src/specbound/adoption/text.py",
        "specbound/src/specbound/compiler/source.py",
        "tests/repository/test_editing.py",
        "tests/repository/test_workflows.py",
    }
    assert given == []
