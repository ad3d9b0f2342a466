"""What an import shows while it runs, and at its end."""

import sys

from tqdm import tqdm

from importer.progress import Progress

TERMINAL = "{desc} {percentage:3.0f}% |{bar}| {n:,} of {total:,} rows, {rate_noinv_fmt}, {remaining} left{postfix}"
LINES = TERMINAL.replace(" |{bar}|", "")
SECONDS_BETWEEN_LINES = 5


class _Lines:
    """Where stderr is no terminal: what would be drawn over and over becomes a line each time."""

    def write(self, text: str) -> None:
        if text.strip():
            print(text.strip(), file=sys.stderr)

    def flush(self) -> None:
        sys.stderr.flush()


def bar(name: str, total: int, done: int) -> tqdm:
    """Progress with the rate and the time left: a bar in a terminal, a line now and then elsewhere."""
    is_terminal = sys.stderr.isatty()
    return tqdm(
        desc=name,
        total=total,
        initial=done,
        unit=" rows",
        file=sys.stderr if is_terminal else _Lines(),
        bar_format=TERMINAL if is_terminal else LINES,
        mininterval=0.1 if is_terminal else SECONDS_BETWEEN_LINES,
        dynamic_ncols=is_terminal,
    )


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
