"""What an import never shows or writes: its token, and what else may let somebody in."""

import os
import re
import subprocess

import pytest

from tests.importing.commands import COMMAND, products, run, start
from tests.importing.relay import created, relay
from tests.tools import REPOSITORY

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]
SECRET = "s3cr3t"
CLIENTS = "specbound/src/specbound/clients"
EXAMPLES = ["README.md", "docs/import.md", f"{CLIENTS}/python/importer/command.py"]
EXAMPLES += [f"{CLIENTS}/importing.py", f"{CLIENTS}/python/templates/README.md.jinja"]


def answering(status):
    """A gateway's answer to all batches but the empty one."""
    return lambda path, key, body: (status, {"message": "No"}) if body["items"] else created(path, key, body)


@pytest.mark.parametrize("answer", [created, *map(answering, (400, 401, 403, 413, 500))])
def test_neither_its_words_nor_its_files_hold_the_token(tmp_path, answer):
    products(tmp_path / "products.jsonl", "secret", 3)

    with relay(answer) as gateway:
        said, errors = start(tmp_path / "products.jsonl", gateway.url, SECRET).communicate(timeout=60)

    written = [file.read_text() for file in tmp_path.iterdir()]
    assert len(written) > 1
    assert SECRET not in "".join([said, errors, *written])


@pytest.mark.parametrize(
    ("url", "token"),
    [
        (SECRET, "local"),
        (f"http://ada:{SECRET}@127.0.0.1:9", "local"),
        (f"http://127.0.0.1:9?key={SECRET}", "local"),
        (f"http://127.0.0.1:9#{SECRET}", "local"),
        (f"http://127.0.0.1:{SECRET}", "local"),
        ("http://127.0.0.1:9", SECRET),
        ("http://127.0.0.1:9", f"{SECRET}\nline"),
        ("http://127.0.0.1:9", f"{SECRET}é"),
    ],
)
def test_what_is_refused_is_not_shown(tmp_path, url, token):
    products(tmp_path / "products.jsonl", "secret", 3)

    status, _, errors = run(tmp_path / "products.jsonl", url, token)

    assert (status, len(errors.splitlines())) == (1, 1)
    assert SECRET not in errors
    assert [file.name for file in tmp_path.iterdir()] == ["products.jsonl"]


@pytest.mark.parametrize(("before", "behind", "warned"), [({}, ["API_TOKEN=x"], True), ({"API_TOKEN": "x"}, [], False)])
def test_make_says_when_others_can_see_the_token(tmp_path, before, behind, warned):
    environment = {name: value for name, value in os.environ.items() if name != "API_TOKEN"} | before
    command = ["make", "--silent", "import", f"FILE={tmp_path}/none.csv", "API_URL=http://127.0.0.1:9", *behind]

    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)

    assert bool(re.search("Others on this machine can see this token", done.stderr)) is warned
    assert "No such file" in done.stderr


@pytest.mark.parametrize("arguments", [["f.csv", "http://127.0.0.1:9", "users", SECRET], [f"--token={SECRET}"]])
def test_the_token_is_no_argument(arguments):
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "the token from API_TOKEN in the environment" in done.stderr
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize("file", EXAMPLES)
def test_no_example_gives_the_token_as_an_argument(file):
    assert not re.search(r"(make |-)import .*API_TOKEN=", (REPOSITORY / file).read_text())
