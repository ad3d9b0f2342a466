"""What an export shows while it runs, and at its end."""

import sys
from time import monotonic

SECONDS_BETWEEN_LINES = 5


class Shown:
    """How many rows there are, on stderr: one line drawn over and over in a terminal, a line now and then elsewhere."""

    def __init__(self, name: str, rows: int) -> None:
        self._name, self._before, self._is_terminal = name, rows, sys.stderr.isatty()
        self._start = self._last = monotonic()

    def update(self, rows: int, is_last: bool) -> None:
        now = monotonic()
        if not self._is_terminal and not is_last and now - self._last < SECONDS_BETWEEN_LINES:
            return
        self._last = now
        rate = (rows - self._before) / max(now - self._start, 1e-3)
        end = "" if self._is_terminal and not is_last else "\n"
        start = "\r" if self._is_terminal else ""
        print(f"{start}{self._name} {rows:,} rows, {rate:,.0f} rows/s", end=end, file=sys.stderr, flush=True)

    def figures(self, rows: int) -> str:
        """What this run wrote, and what an earlier one had."""
        seconds = monotonic() - self._start
        lines = [f"  {'exported':<14}{rows - self._before:>9,}"]
        lines += [f"  {'before':<14}{self._before:>9,}"] if self._before else []
        return "\n".join([*lines, f"  {'seconds':<14}{seconds:>9,.1f}"])
