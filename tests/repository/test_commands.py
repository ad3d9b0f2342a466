"""The commands that pages show, run by bash as they stand.

curl asks a local server. Of what would build, install, deploy or take long, its own parser is asked whether it takes
what it is given (`stand_in.py`).
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from specbound.cli import main
from specbound.clients import importing
from specbound.local.background import served
from tests.repository.project import ENGINE
from tests.repository.snippets import COMMANDS, ROOT, Snippet, snippets
from tests.repository.stand_in import PROGRAMS

TEMPLATE = "specbound/src/specbound/template/service/README.md"
PLACE = re.compile(r"(?:http://127\.0\.0\.1|localhost):[89]000(?=(/[a-z]*)?)|https://api\.example\.com|https://…")
# Which service answers, of a page that does not mean this one.
OTHERS = {TEMPLATE: "new", "examples/README.md": "blog", "specbound/docs/mock-and-proxy.md": "mock"}
Serve = Callable[[str], str]


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    service = tmp_path_factory.mktemp("new") / "orders"
    assert main(["new", "orders", "--into", str(service)]) == 0
    return service


@pytest.fixture(scope="module")
def folders(new: Path) -> dict[str, Path]:
    """Where each service is."""
    return {"new": new, "here": ROOT, "mock": ROOT, **{each: ROOT / "examples" / each for each in ("blog", "museum")}}


@pytest.fixture(scope="module")
def serve(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Where a service answers, which is started if it does not run yet."""
    logs, urls = tmp_path_factory.mktemp("logs"), dict[str, str]()
    mocked = {"mock": [str(ENGINE / "tests" / "contracts" / "mocked.yaml")]}
    with ExitStack() as running:

        def start(name: str) -> str:
            if name not in urls:
                command = "mock" if name in mocked else "run"
                server = served(logs / name, *mocked.get(name, []), command=command, folder=folders[name])
                urls[name] = running.enter_context(server)
            return urls[name]

        yield start


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bin")
    lines = {name: f'exec "{sys.executable}" -m tests.repository.stand_in {name} "$@"' for name in PROGRAMS}
    lines["aws"] = f'exec "{sys.executable}" -m tests.repository.aws_model "$@"'
    # By itself, curl is content with whatever is answered.
    lines["curl"] = 'exec "$CURL" --fail-with-body "$@"'
    for name, line in lines.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def checkout(programs: Path, tmp_path: Path) -> Path:
    """A folder that looks like the repository to who calls programs in it."""
    folder = tmp_path / "checkout"
    (folder / "specbound").mkdir(parents=True)
    (folder / "build").mkdir()
    (folder / "bin").symlink_to(programs)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(programs / "python")
    (folder / "terraform").symlink_to(ROOT / "terraform")
    return folder


@pytest.mark.parametrize("snippet", snippets(COMMANDS), ids=str)
def test_the_commands_of_a_page_run(snippet: Snippet, folders: dict[str, Path], checkout: Path, serve: Serve) -> None:
    name = OTHERS.get(snippet.page, "here")
    asks = re.search(r"\bcurl\b|\bcatalogue-api-client-", snippet.text)
    # The page says that a key is of another service.
    script = (
        PLACE.sub(lambda found: serve("museum" if found[1] == "/keys" else name), snippet.text)
        if asks
        else snippet.text
    )
    environment = {
        **{key: value for key, value in os.environ.items() if key != "API_TOKEN"},
        "PATH": f"{checkout / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(checkout),
        "CURL": "/usr/bin/curl",
        "SERVICE": str(folders[name]),
        "TOKEN": "local",
        "API_TOKEN": "local",
        "URL": serve(name) if asks else "",
    }
    if asks:
        environment["API_URL"] = environment["URL"]
    if "catalogue-api-client" in snippet.text:
        importing.install()
    if "-import" in snippet.text:
        (checkout / "users.csv").write_text(f"name,email\nAda,ada{snippet.line}@example.com\n", encoding="utf-8")

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=checkout, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "usage:" not in done.stderr
