"""Request lines of the local server: aligned and coloured in a terminal, JSON where something else reads them."""

import logging
import os
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

import orjson

from specbound.api import Api
from specbound.journal import Journal
from specbound.local.calls import Calls

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

# By the first digit of a status: https://en.wikipedia.org/wiki/ANSI_escape_code#Colors
COLOURS = {2: "32", 3: "36", 4: "33", 5: "31"}
DIM, BOLD = "2", "1"
LONGEST_NAME = 40
# What every record of Python's logging has; all else is what was logged with it.
USUAL = {*logging.makeLogRecord({}).__dict__, "message"}


class Lines:
    """Where the lines go, and how they look. With `shows` false only what is logged besides is written.

    In a terminal colours are left out if NO_COLOR says so (https://no-color.org), or TERM that it has none.
    """

    def __init__(self, calls: Calls, *, shows: bool = True, out: TextIO = sys.stdout) -> None:
        self.calls = calls
        self.shows = shows
        self.out = out
        self.is_terminal = out.isatty()
        self._is_coloured = self.is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._request = ("", "")
        self._width = 0

    def listen(self, api: Api) -> None:
        """Write the lines of this API from now on."""
        api.journal = _Journal(api, self)
        self._width = min(max(map(len, api.operations), default=0), LONGEST_NAME)

    def begin(self, method: str, path: str) -> None:
        """A request comes: what is answered next, is answered to it."""
        self._request = method, path
        self.calls.begin(listens=self.shows)

    def head(self) -> str:
        """What stands above the lines in a terminal, else nothing."""
        if not self.is_terminal or not self.shows:
            return ""
        return self._painted(f"{'time':8}  {'status':6}  {'ms':>7}  {'reads':>6}  {'writes':>6}  request", DIM) + "\n"

    def end(self, operation: str, status: int, milliseconds: float, request_id: str | None) -> None:
        """The request was answered: its line."""
        milliseconds = max(0.0, milliseconds - self.calls.overhead * 1000)
        if self.is_terminal:
            self._write(self._row(operation, status, milliseconds))
            return
        method, path = self._request
        line = {
            "level": "INFO", "message": "answered",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "operation": operation, "status": status, "latencyMs": round(milliseconds, 3),
            "readUnits": self.calls.reads, "writeUnits": self.calls.writes,
            "method": method, "path": path, "requestId": request_id,
        }  # fmt: skip
        self._write(orjson.dumps(line).decode())

    def _row(self, operation: str, status: int, milliseconds: float) -> str:
        method, path = self._request
        name = "-" if operation == "none" else operation
        return "  ".join(
            (
                self._painted(time.strftime("%H:%M:%S"), DIM),
                self._painted(f"{status:<6}", COLOURS.get(status // 100, BOLD)),
                f"{milliseconds:7.1f}",
                _units(self.calls.reads),
                _units(self.calls.writes),
                self._painted(f"{name:{self._width}}", BOLD),
                self._painted(f"{method:6} {printable(path)}", DIM),
            )
        )

    def _painted(self, text: str, colour: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._is_coloured else text

    def _write(self, line: str) -> None:
        print(line, file=self.out, flush=True)


class _Journal(Journal):
    """The function's own journal, whose lines are those of a request here, and whose tracebacks can be read."""

    def __init__(self, api: Api, lines: Lines) -> None:
        self._lines = lines
        super().__init__(api.contract.settings, api.contract.measured)
        self.logs_requests = lines.shows

    def answered(
        self, metrics: dict[str, Any], rare: list[str], *, status: int, request_id: str | None, subject: str | None
    ) -> None:
        self._lines.end(metrics["operation"], status, metrics["latencyMs"], request_id)

    def _make(self) -> "Logger":
        logger = super()._make()
        if self._lines.is_terminal:
            logger.registered_handler.setFormatter(_Readable())
        return logger


class _Readable(logging.Formatter):
    """A line of what was logged, with what belongs to it; and the traceback as Python writes it."""

    def format(self, record: logging.LogRecord) -> str:
        given = {name: each for name, each in record.__dict__.items() if name not in USUAL and each is not None}
        where = f" in {given.pop('operation')}" if given.get("operation", "none") != "none" else ""
        more = "".join(f"  {name}={each}" for name, each in given.items())
        said = f"{record.levelname} {record.getMessage()}{where}{more}"
        return f"{said}\n{self.formatException(record.exc_info)}" if record.exc_info else said


def _units(number: float) -> str:
    """Halves, too; none is a dash."""
    return f"{number:6g}" if number else f"{'-':>6}"


def printable(path: str) -> str:
    """What a caller sent does nothing to a terminal."""
    return "".join(each if each.isprintable() else "?" for each in path)
