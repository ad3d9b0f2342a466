"""What stands in for the programs that a page's commands call: each asks the real parser if it takes the arguments.

`python -m tests.repository.stand_in PROGRAM ARGUMENT …`, with SERVICE (the folder) and URL in the environment.
Nothing is built, installed from a registry or deployed: make only says what it would do, pytest only collects, and the
answers of a deployment are those of a local server. Status 1 and a line if the program would not take them.
"""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from packaging.requirements import Requirement

from specbound.cli import main as specbound
from specbound.cli import parser
from tests.repository.snippets import ROOT

SERVICE = Path(os.environ.get("SERVICE", ROOT))
# Where `specbound import` has the client installed.
CLIENT = ROOT / "build" / "import"
ANSWERS = {"url": os.environ.get("URL", ""), "how_to_get_a_token": "echo local"}
OF_PYTHON = re.compile(r"(?:-m |\S*bin/)specbound ([^&|;>\n]*)")
DONE = ["--old-file=.venv/ready", "--old-file=.venv/dev", "--old-file=.venv-cloud/ready", "--old-file=build/node/ready"]


def make(arguments: list[str]) -> None:
    """What make would do, and whether the command takes what it is given there."""
    folder = SERVICE
    if arguments[:1] == ["-C"]:
        folder, arguments = ROOT / arguments[1], arguments[2:]
    command = ["make", "--dry-run", "--no-print-directory", *DONE, *arguments]
    # Without this one in the place of make.
    environment = os.environ | {"PATH": os.environ["PATH"].partition(":")[2]}
    said = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(said.stderr)
    makefile = (folder / "Makefile").read_text(encoding="utf-8")
    unknown = [
        each for each in arguments if (name := re.match("([A-Z_]+)=", each)) and name[1] not in _read_by(makefile)
    ]
    if unknown:
        sys.exit(f"The Makefile reads no {unknown}.")
    for each in OF_PYTHON.findall(said.stdout.replace("\\\n", " ")):
        parser().parse_args(shlex.split(each))
    if arguments == ["cloud"]:
        print(f"API_URL={ANSWERS['url']}\nTOKEN=local")


def _read_by(makefile: str) -> set[str]:
    """Which variables it reads; import and export read theirs from the environment."""
    return {*re.findall(r"\(([A-Z_]+)\)", makefile), "FILE", "API_URL", "KIND"}


def python(arguments: list[str]) -> None:
    match arguments:
        case ["-m", "venv", folder]:
            (Path(folder) / "bin").mkdir(parents=True)
            (Path(folder) / "bin" / "activate").touch()
        case ["-m", "specbound", *rest]:
            parser().parse_args(rest)
        case ["-m", "pytest", *rest]:
            folder = SERVICE / ("specbound" if Path.cwd().name == "specbound" else "")
            # To collect them all takes long.
            files = [] if any("tests/" in each for each in rest) else ["tests/test_users.py"]
            command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", *rest, *files]
            sys.exit(subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False).returncode)
        case _:
            sys.exit(f"python {arguments}?")


def command(arguments: list[str]) -> None:
    """`specbound`: what makes a folder is run, of all else the arguments are read."""
    if arguments[0] == "new" and "--from" not in arguments:
        sys.exit(specbound(arguments))
    parser().parse_args(arguments)


def pip(arguments: list[str]) -> None:
    """The client's wheel is the one that is built; of the engine, which no registry has yet, the extras are known."""
    _, wanted = arguments
    if ".whl" in wanted:
        [wheel] = (CLIENT / "client").rglob("*.whl")
        if wheel.name + "[import]" != wanted.rpartition("/")[2]:
            sys.exit(f"What is built is {wheel.name}.")
        return
    project = tomllib.loads((ROOT / "specbound" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirement = Requirement(wanted.removeprefix("./"))
    if requirement.name != project["name"] or not requirement.extras <= project["optional-dependencies"].keys():
        sys.exit(f"There is no {requirement}.")


def terraform(arguments: list[str]) -> None:
    texts = [each.read_text(encoding="utf-8") for each in (ROOT / "terraform").glob("*.tf")]
    outputs = re.findall('^output "(.*)"', "\n".join(texts), re.MULTILINE)
    match [each for each in arguments if each != "-raw"]:
        case ["-chdir=terraform", "output", name] if name in outputs:
            print(ANSWERS.get(name, ""))
        case _:
            sys.exit(f"terraform {arguments}?")


def pre_commit(arguments: list[str]) -> None:
    """It is no package of this project: the file that it reads is there."""
    if arguments != ["install"] or not (ROOT / ".pre-commit-config.yaml").exists():
        sys.exit(f"pre-commit {arguments}?")


def client(name: str, arguments: list[str]) -> None:
    """A command of the client's wheel, as it is installed."""
    command = CLIENT / "environment" / "bin" / f"catalogue-api-client-{name}"
    sys.exit(subprocess.run([command, *arguments], check=False).returncode)


PROGRAMS: dict[str, Callable[[list[str]], None]] = {
    "make": make,
    "python": python,
    "python3": python,
    "specbound": command,
    "pip": pip,
    "terraform": terraform,
    "pre-commit": pre_commit,
    "catalogue-api-client-import": lambda arguments: client("import", arguments),
    "catalogue-api-client-export": lambda arguments: client("export", arguments),
}


if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](sys.argv[2:])
