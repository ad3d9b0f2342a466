"""The command `specbound`: what it says, its status, and that each refusal is a line or two with the way out."""

import json
import re
import subprocess
import sys

import pytest

from specbound.cli import COMMANDS, main
from specbound.compiled import VERSION
from specbound.compiler.document import ROOT

THINGS = ROOT / "specbound" / "tests" / "contracts" / "things.yaml"
NAMES = [each.name for each in COMMANDS]
# What only some command needs, and takes long to import.
HEAVY = {"boto3", "connexion", "jsonschema", "moto", "specbound.api", "specbound.compiler.document", "uvicorn", "yaml"}


def command(*arguments, folder=ROOT, env=None):
    command = [sys.executable, "-m", "specbound", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_examples_that_are_its_own_usage(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])

    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"examples:\n  specbound {name}" in said


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])

    listed = re.findall(r"^ {4}(\S+)", capsys.readouterr().out, re.MULTILINE)
    assert listed == NAMES


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["make-coffee"],
        ["compile", "--no-such-option"],
        ["new"],
        ["check"],
        ["package", "--host", "--architecture", "arm64"],
    ],
)
def test_wrong_usage_ends_with_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: specbound")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("run --port http", "--port: 'http' is not a port: write a number from 0 to 65535."),
        ("run --port 65536", "--port: '65536' is not a port: write a number from 0 to 65535."),
        ("cloud sideways", "action: 'sideways' is none of up, down, serve."),
        ("completion ksh", "shell: 'ksh' is none of bash, zsh, fish."),
        ("check main --format html", "--format: 'html' is none of text, markdown, json."),
        ("check main --fail-on all", "--fail-on: 'all' is none of error, warning."),
        ("clients --only ruby", "--only: 'ruby' is none of python, typescript, go."),
        ("package --architecture arm", "--architecture: 'arm' is none of arm64, x86_64."),
        ("package --output lambda.json", "--output: 'lambda.json' is no name for a zip: let it end with .zip."),
        ("mock --latency 3m", "--latency: '3m' is no time: write 200ms or 1.5s, up to 60s."),
        ("check-data --rate 0", "--rate: '0' is not a count: write a whole number from 1 on."),
        ("backfill --sample many", "--sample: 'many' is not a count: write a whole number from 1 on."),
        ("rollback --to last", "--to: 'last' is not a count: write a whole number from 1 on."),
        ("fuzz --seed x", "--seed: 'x' is not a number: write a whole one from 0 on."),
        ("load http://api --rate 0", "--rate: '0' is no such number: write one above 0, such as 20 or 0.5."),
        ("deploy --canary 0", "--canary: '0' is no share for a canary: write a whole number from 1 to 50."),
        ("deploy --canary 51", "--canary: '51' is no share for a canary: write a whole number from 1 to 50."),
        ("deploy --canary 10 --watch 0", "--watch: '0' are no minutes: write a number up to 1440, such as 5 or 0.5."),
    ],
)
def test_a_value_that_will_not_do_is_told_by_one_sentence_alone(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())

    assert ended.value.code == 2
    assert capsys.readouterr().err == f"{sentence}\n"


def test_it_says_its_version():
    said = command("--version")

    assert (said.returncode, said.stdout) == (0, f"specbound {VERSION}\n")


def test_only_what_the_command_needs_is_imported():
    program = "import sys, specbound.cli; print(*sys.modules)"

    imported = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True).split()

    assert "specbound.cli" in imported
    assert HEAVY & set(imported) == set()


@pytest.mark.parametrize(
    ("name", "missing", "extra"), [("lint", "yaml", "run"), ("run", "connexion", "run"), ("rollback", "boto3", "run")]
)
def test_without_what_a_command_needs_one_line_says_what_to_install(name, missing, extra):
    program = f"import sys; sys.modules[{missing!r}] = None; from specbound.cli import main; sys.exit(main([{name!r}]))"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (
        1,
        f"`specbound {name}` needs {missing}, which is not installed: pip install 'specbound[{extra}]=={VERSION}'\n",
    )


@pytest.mark.parametrize("name", ["compile", "lint", "run", "package", "clients"])
def test_where_there_is_no_service_one_line_says_so(name, tmp_path):
    ended = command(name, folder=tmp_path)

    assert ended.returncode == 1
    assert ended.stderr == (
        "openapi.yaml: there is no such file. Commands work on the service in whose folder they run: go there, or make "
        "one with `specbound new NAME`.\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "tool"),
    [
        (["rollback"], "Terraform 1.10 or newer"),
        (["prune"], "Terraform 1.10 or newer"),
        (["cloud", "up"], "Terraform 1.10 or newer"),
    ],
)
def test_without_the_tool_of_a_command_one_line_says_which(arguments, tool, tmp_path):
    (tmp_path / "openapi.yaml").write_text("", encoding="utf-8")

    ended = command(*arguments, folder=tmp_path, env={"PATH": str(tmp_path)})

    assert (ended.returncode, ended.stderr) == (1, f"This needs {tool}, which is not installed.\n")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")

    ended = command("compile", str(THINGS), "--out", f"{tmp_path}/file/inner")

    assert (ended.returncode, ended.stderr) == (1, f"{tmp_path}/file/inner: Not a directory\n")


def test_any_contract_is_compiled_to_any_folder(tmp_path):
    ended = command("compile", str(THINGS), "--out", "out/things", folder=tmp_path)

    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")
    assert json.loads((tmp_path / "out/things/contract.json").read_bytes())["infrastructure"]["title"] == "Things"


def test_any_contract_is_linted_with_a_line_for_each_finding():
    ended = command("lint", str(THINGS))

    assert ended.returncode == 1
    assert all(line.startswith("things.yaml:") for line in ended.stderr.splitlines())


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["users"], "'users' is no path: write it as callers do, '/users?limit=5'."),
        (["/users", "-H", "x-key"], "'x-key' is no header: write 'name: value'."),
        (["/users", "-d", "@nowhere.json"], "nowhere.json: No such file or directory"),
        (
            ["/users", "--url", "http://127.0.0.1:9"],
            "http://127.0.0.1:9 can't be asked: [Errno 111] Connection refused. `make run` serves the API.",
        ),
    ],
)
def test_a_request_that_cannot_be_sent_is_not_explained_and_a_line_says_why(arguments, reason):
    ended = command("explain", "GET", *arguments)

    assert (ended.returncode, ended.stderr) == (1, f"{reason}\n")


def test_a_service_that_is_not_there_is_named():
    ended = command("run", "--port", "0", "--handler", "handlers.nowhere.api")

    assert (ended.returncode, ended.stderr) == (
        1,
        "handlers.nowhere.api can't be imported: No module named 'handlers.nowhere'\n",
    )


def test_what_a_contract_breaks_is_listed_with_status_1(tmp_path):
    text = (ROOT / "specbound" / "tests" / "service" / "openapi.yaml").read_text(encoding="utf-8")
    (tmp_path / "earlier.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "openapi.yaml").write_text(text.replace("maxLength: 2000", "maxLength: 20"), encoding="utf-8")

    broken, kept = (command("check", each, folder=tmp_path) for each in ("earlier.yaml", "openapi.yaml"))
    unknown = command("check", "nowhere", folder=tmp_path)

    assert broken.returncode == 1
    assert "description/maxLength: 2000 → 20" in broken.stdout
    assert (kept.returncode, kept.stdout) == (
        0,
        "Nothing breaks for existing clients, for what is stored, or after a rollback.\n",
    )
    assert unknown.returncode == 1
    assert unknown.stderr.startswith("nowhere is neither a file nor a git ref that has openapi.yaml: ")
