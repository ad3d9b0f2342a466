"""A terminal: what a command shows in one, and a picture of it."""

import fcntl
import html
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from specbound.compiler.files import ROOT

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

COLUMNS, ROWS = 118, 40
COLOUR = re.compile("\033\\[([0-9;]*)m")
# As a dark terminal shows what is bold or faint, and the colours that the local server has.
STYLES = {
    "1": "font-weight: bold; color: #fff", "2": "color: #8b949e", "31": "color: #ff7b72", "32": "color: #7ee787",
    "33": "color: #e3b341", "36": "color: #79c0ff",
}  # fmt: skip
PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #0d1117 }
pre { margin: 0; padding: 16px 20px; display: inline-block; color: #c9d1d9 }
pre { font: 14px/1.45 'DejaVu Sans Mono', monospace }
</style><pre>%s</pre>"""


@contextmanager
def shown(*arguments: str) -> Iterator["Screen"]:
    """The engine's command in a terminal of its own, with colours. It is stopped as by Ctrl-C."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    unset = {"LOG_LEVEL", "NO_COLOR"}
    environment = {name: each for name, each in os.environ.items() if name not in unset} | {"TERM": "xterm"}
    command = [sys.executable, "-m", "specbound", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        with os.fdopen(ours, encoding="utf-8", errors="replace") as output:
            try:
                yield Screen(output)
            finally:
                process.send_signal(signal.SIGINT)


class Screen:
    """What a command has written so far: lines, with their colours."""

    def __init__(self, output: Iterator[str]) -> None:
        self._output = output
        self.lines: list[str] = []

    def read_until(self, words: str) -> str:
        """Read on to the end of the line that has these words, and return it."""
        for line in self._output:
            self.lines.append(line.rstrip("\r\n"))
            if words in line:
                return self.lines[-1]
        raise AssertionError(f"{words!r} was never written:\n" + "\n".join(self.lines))

    def text(self) -> str:
        """Without colours."""
        return COLOUR.sub("", "\n".join(self.lines))


def drawn(lines: list[str]) -> str:
    """A page that shows lines as a terminal does."""
    spans = [html.escape(each) for each in COLOUR.split("\n".join(lines))]
    # Text and codes in turn; a span ends where the next code stands.
    parts = [spans[0]]
    for code, text in zip(spans[1::2], spans[2::2], strict=True):
        style = STYLES.get(code, "")
        parts.append(f'<span style="{style}">{text}</span>' if style else text)
    return PAGE % "".join(parts)


def photograph(browser: "Chrome", lines: list[str], file: Path) -> None:
    """Save a picture of lines."""
    browser.get(f"data:text/html;charset=utf-8,{quote(drawn(lines))}")
    [terminal] = browser.find_elements("css selector", "pre")
    browser.set_window_size(terminal.size["width"] + 40, terminal.size["height"] + 200)
    terminal.screenshot(str(file))
