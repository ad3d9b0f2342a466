"""The shell completes the command: in a real bash at a terminal, and in zsh and fish where they are installed."""

import os
import pty
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from specbound.cli import COMMANDS, SHELLS, main

# Who presses the key, then runs what is there: the command is a function, which says what it was given.
BASH = """PS1=''; set +o history; . {script}; specbound() {{ echo "ran: $*"; }}
specbound {typed}
exit
"""
TYPED = {
    "rol\t": "rollback",
    "check --fail-on warn\t": "check --fail-on warning",
    "check main --chan\t": "check main --changelog",
    "cloud u\t": "cloud up",
    "completion z\t": "completion zsh",
    "compile lat\t": "compile later.yaml",
    "clients --out fol\t": "clients --out folder/",
    "package --arch\t arm\t": "package --architecture arm64",
}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scripts")
    for shell in SHELLS:
        made = subprocess.run([sys.executable, "-m", "specbound", "completion", shell], capture_output=True, check=True)
        (folder / shell).write_bytes(made.stdout)
    (folder / "later.yaml").touch()
    (folder / "folder").mkdir()
    return folder


@pytest.mark.parametrize("typed", TYPED)
def test_bash_completes_at_a_terminal(typed: str, scripts: Path) -> None:
    said = at_a_terminal(BASH.format(script=scripts / "bash", typed=typed), scripts)

    # The shell shows what it read as well; what it ran stands at the beginning of a line.
    assert f"ran: {TYPED[typed]}" in [line.strip() for line in said.splitlines()], said


def at_a_terminal(typed: str, folder: Path) -> str:
    """What a bash shows to whom types this."""
    terminal, end = pty.openpty()
    command = ["bash", "--norc", "--noprofile", "-i"]
    environment = os.environ | {"TERM": "dumb", "INPUTRC": os.devnull}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=end, stdout=end, stderr=end, start_new_session=True
    ):
        os.close(end)
        os.write(terminal, typed.encode())
        shown = b""
        # On Linux a terminal whose other end is closed is an error to read, and no end of a file.
        with suppress(OSError):
            while part := os.read(terminal, 4096):
                shown += part
    os.close(terminal)
    return shown.decode()


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_names_every_command_and_is_one_of_its_shell(shell: str, scripts: Path) -> None:
    text = (scripts / shell).read_text(encoding="utf-8")

    assert [each.name for each in COMMANDS if each.name not in text] == []
    if shutil.which(shell):
        subprocess.run([shell, "-n", scripts / shell], check=True)


def test_whoever_reads_only_the_first_lines_is_told_of_no_mistake() -> None:
    reads, writes = os.pipe()
    os.close(reads)

    done = subprocess.run(
        [sys.executable, "-m", "specbound", "completion", "bash"], stdout=writes, stderr=subprocess.PIPE, check=False
    )

    os.close(writes)
    assert (done.returncode, done.stderr) == (141, b"")


def test_another_shell_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["completion", "nushell"])

    assert "'nushell' is none of bash, zsh, fish" in capsys.readouterr().err
