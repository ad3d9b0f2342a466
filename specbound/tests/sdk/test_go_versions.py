"""The Go client of a contract in several versions: of all of them, or of an earlier one alone, over real HTTP."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specbound.clients import build
from tests.editions import EDITIONS, copied
from tests.sdk.modules import project, run

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

CALLERS = Path(__file__).parent / "golang" / "versions"


@pytest.fixture(scope="module")
def editions_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    service = copied(tmp_path_factory.mktemp("service"))
    command = [sys.executable, "-m", "specbound", "run", "--port", "0", "--empty"]
    environment = {"PATH": os.environ["PATH"]}
    with subprocess.Popen(command, cwd=service, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield next(line.split()[-1] for line in process.stdout if "answers on" in line)
        process.terminate()


@pytest.mark.parametrize(("caller", "version"), [("both.go", ""), ("earlier.go", "v1")])
def test_go_clients_call_the_versions_that_they_are_built_of(
    go: str, editions_url: str, tmp_path: Path, caller: str, version: str
) -> None:
    build.run(EDITIONS / "openapi.yaml", tmp_path / "sdk", only=build.GO, version=version)
    module = (tmp_path / "sdk" / "go" / "go.mod").read_text(encoding="utf-8").split()[1]
    project(tmp_path, tmp_path / "sdk" / "go", module, "2.1.0" if module.endswith("/v2") else "1.4.0")
    shutil.copy(CALLERS / caller, tmp_path)

    done = run(tmp_path, go, "run", caller, editions_url)

    assert done.returncode == 0, done.stdout + done.stderr
