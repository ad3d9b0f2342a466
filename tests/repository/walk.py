"""A walk-through: the console blocks of a page, run one after the other in one shell, with what each command says.

`python -m tests.repository.walk` writes specbound/docs/from-nothing.md anew, of a wheel of the engine that it builds. A
command is behind `$ `, its further lines behind `> `, as a shell shows them. `offered FILE` is what an editor offers.
"""

import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "specbound" / "docs" / "from-nothing.md"
EDITOR = ROOT / "tests" / "repository" / "completing.py"
PORT = "8000"
END = "walked on: "
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*(?:\n>.*)*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
# What is not the same each time, and what stands for it.
VARYING = {
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z": "2026-01-01T12:00:00.000000Z",
    r"in \d+(\.\d+)?s( \(\d+:\d\d:\d\d\))?": "in 1.00s",
}


def walked(page: str, folder: Path) -> str:
    """The page as it is after all its commands have been run in a folder. Raises RuntimeError for one that fails."""
    port = _free_port()
    with _shell(folder) as shell:

        def run(found: re.Match[str]) -> str:
            command = found[1].replace("\n> ", "\n").replace("\n>", "\n").replace(PORT, port)
            said = shell.say(command).replace(str(folder), "~").replace(port, PORT)
            for form, constant in VARYING.items():
                said = re.sub(form, constant, said)
            print(f"$ {found[1]}\n{said}", end="", file=sys.stderr, flush=True)
            return f"$ {found[1]}\n{said}"

        return BLOCK.sub(lambda block: COMMAND.sub(run, block[0]), page)


class _shell:
    """Bash, in which commands are run that know of this checkout no more than a wheel of the engine, and its tools."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> "_shell":
        wheels = self._folder.parent / "wheels"
        build = [sys.executable, "-m", "uv", "build", "--quiet", "--offline", "--wheel", "--out-dir", wheels]
        subprocess.run([*build, ROOT / "specbound"], check=True)
        programs = self._folder.parent / "bin"
        programs.mkdir()
        (programs / "offered").write_text(f'#!/bin/sh\nexec {sys.executable} {EDITOR} "$@"\n', encoding="utf-8")
        (programs / "offered").chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not _is_of_here(name)}
        environment = {
            **kept,
            "PATH": f"{os.environ['PATH']}:{programs}",
            "PIP_FIND_LINKS": str(wheels),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "TF_PLUGIN_CACHE_DIR": str(ROOT / "build" / "terraform-plugins"),
            "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "true",
            "NO_COLOR": "1",
        }
        self._process = subprocess.Popen(
            ["bash", "--norc"], cwd=self._folder, env=environment, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.say("set -o pipefail")
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, 15)
        self._process.wait()

    def say(self, command: str) -> str:
        """What a command says. Raises RuntimeError for one that fails."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        script = self._folder.parent / "command.sh"
        script.write_text(f"{command}\n", encoding="utf-8")
        # What a command reads is not what the shell is told next.
        stdin.write(f'. {script} < /dev/null; status=$?; echo; echo "{END}$status"\n')
        stdin.flush()
        said = line = ""
        for line in stdout:
            if line.startswith(END):
                break
            said += line
        if line != f"{END}0\n":
            raise RuntimeError(f"{command}\n{said}")
        return f"{said.strip()}\n" if said.strip() else ""


def _is_of_here(name: str) -> bool:
    return name in ("PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS") or name.startswith(
        ("AWS_", "TF_VAR_")
    )


def _free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def main(page: Path = PAGE) -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty"
        empty.mkdir()
        text = walked(page.read_text(encoding="utf-8"), empty)
    page.write_text(text, encoding="utf-8")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{page.name} is as it was walked, in {used.ru_utime + used.ru_stime:.0f} s of CPU.")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
