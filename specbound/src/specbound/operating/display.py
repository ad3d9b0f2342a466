"""What a pass shows while it runs: how many items are done, how fast, and how much time is left."""

import sys
import time


class Display:
    """A line on standard error: redrawn in a terminal, and a new one every five seconds elsewhere.

    `expected` is how many items DynamoDB says there are. It counts them about every six hours.
    """

    def __init__(self, name: str, expected: int, done: int) -> None:
        self._name = name
        self._expected = expected
        self._before = done
        self._start = time.monotonic()
        self._is_terminal = sys.stderr.isatty()
        self._interval = 0.2 if self._is_terminal else 5
        self._next = self._start + self._interval
        self._is_shown = False

    def show(self, done: int) -> None:
        """Say how many are done, if it is time to."""
        if time.monotonic() >= self._next:
            self._print(done, is_last=False)

    def end(self, done: int) -> None:
        """Say how many are done for the last time, if it was said before."""
        if self._is_shown:
            self._print(done, is_last=True)

    def _print(self, done: int, is_last: bool) -> None:
        now = time.monotonic()
        self._next = now + self._interval
        self._is_shown = True
        line = said(self._name, done, self._expected, (done - self._before) / (now - self._start))
        if self._is_terminal:
            print(f"\r{line}\033[K", end="\n" if is_last else "", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


def said(name: str, done: int, expected: int, rate: float) -> str:
    """`rate` is items a second. How many are left is not said where there are more than were expected."""
    if not rate or done >= expected:
        return f"{name}: {done:,} items, {rate:,.0f} items/s"
    minutes, seconds = divmod(round((expected - done) / rate), 60)
    hours, minutes = divmod(minutes, 60)
    left = f"{hours}:{minutes:02}:{seconds:02}"
    return f"{name}: {done:,} of about {expected:,} items ({done / expected:.0%}), {rate:,.0f} items/s, {left} left"
