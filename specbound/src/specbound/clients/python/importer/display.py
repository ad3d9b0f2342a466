"""What an import shows while it runs, and at its end."""

import sys
from collections import Counter
from typing import Any, Protocol, Self

from tqdm import tqdm  # type: ignore[import-untyped]  # it ships no types

from .progress import Progress

TERMINAL = "{desc} {percentage:3.0f}% |{bar}| {n:,} of {total:,} rows, {rate_noinv_fmt}, {remaining} left{postfix}"
LINES = TERMINAL.replace(" |{bar}|", "")
SECONDS_BETWEEN_LINES = 5
MOST_SHOWN, LONGEST = 5, 160


class Bar(Protocol):
    """What is used of tqdm's."""

    format_dict: dict[str, Any]
    """With the seconds that have passed as `elapsed`."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *raised: object) -> None: ...

    def update(self, rows: int, /) -> object:
        """So many rows more are done."""

    def set_postfix_str(self, text: str, refresh: bool) -> None:
        """Shown at the end of the line."""


class _Lines:
    """Where stderr is no terminal: what would be drawn over and over becomes a line each time."""

    def write(self, text: str) -> None:
        if text.strip():
            print(text.strip(), file=sys.stderr)

    def flush(self) -> None:
        sys.stderr.flush()


def bar(name: str, total: int, done: int) -> Bar:
    """Progress with the rate and the time left: a bar in a terminal, a line now and then elsewhere."""
    is_terminal = sys.stderr.isatty()
    shown: Bar = tqdm(
        desc=name,
        total=total,
        initial=done,
        unit=" rows",
        file=sys.stderr if is_terminal else _Lines(),
        bar_format=TERMINAL if is_terminal else LINES,
        mininterval=0.1 if is_terminal else SECONDS_BETWEEN_LINES,
        dynamic_ncols=is_terminal,
    )
    return shown


def reasons(counted: Counter[str]) -> str:
    """The reasons that were given most, each with how often; "" for none."""
    shown = [f"  {count:>7,} x {_short(reason)}" for reason, count in counted.most_common(MOST_SHOWN)]
    more = len(counted) - len(shown)
    return "\n".join([*shown, *([f"  and for {more} other reason{'s' * (more > 1)}"] if more > 0 else [])])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def figures(before: Progress, now: Progress, total: int, seconds: float) -> str:
    """What this run did, and what others did and left."""
    lines = {
        "created": now.created - before.created,
        "rejected": now.rejected - before.rejected,
        "already done": before.done,
        "left": total - now.done,
    }
    done = now.done - before.done
    shown = [f"  {name:<14}{rows:>9,}" for name, rows in lines.items() if rows or name == "created"]
    return "\n".join([*shown, f"  {'seconds':<14}{seconds:>9,.1f}", f"  {'rows/s':<14}{done / seconds:>9,.0f}"])
