"""The import command: creates what a CSV or JSON Lines file holds, through the API's batch operations."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from .. import ApiError
from . import trial
from .api import admit, connect, connect_async, explain, kinds, known
from .columns import Said, choose, read
from .display import bar, figures, reasons
from .progress import load
from .rejects import Rejects
from .rows import Row
from .sending import Sender
from .source import Source, opened
from .stopped import Stopped

# An import that gives up is more trouble than one that waits a minute for an API that is busy.
PATIENCE = 10
COMMAND = f"{str(__package__).partition('.')[0].replace('_', '-')}-import"
EXAMPLE = f"API_TOKEN=… {COMMAND} rows.csv https://api.example.com"


@dataclass(frozen=True)
class Order:
    """What was asked for, each text "" if it was not given."""

    file: str
    url: str
    kind: str
    token: str = field(repr=False)
    said: Said = field(default_factory=Said)
    is_trial: bool = False


def main() -> int:
    """Exits with 0 if every row of the file was created, now or earlier."""
    try:
        order = _order()
        known()
        with opened(Path(_given("FILE", order.file))) as source:
            return _try(source, order) if order.is_trial else _import(source, order)
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'The disk'}: {error.strerror}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 1


def _order() -> Order:
    """From the arguments, or else the environment. Other users of this machine see arguments: the token is none."""
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description="Create what a file holds through the API's batch operations. Interrupted, it goes on from there.",
        epilog=f"The token comes from the environment alone, as API_TOKEN. For example: {EXAMPLE}",
        allow_abbrev=False,
    )
    parser.add_argument("FILE", nargs="?", help="*.csv (*.tsv, *.txt) or *.jsonl (or set FILE)")
    parser.add_argument("API_URL", nargs="?", help="where the API answers (or set API_URL)")
    parser.add_argument("KIND", nargs="?", help=f"{_names()}, where the fields do not tell (or set KIND)")
    parser.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="which field a column is; again for others"
    )
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="COLUMN", help="pass over it; again for others"
    )
    parser.add_argument("--dry-run", action="store_true", help="send nothing, and say what each row would be")
    given, others = parser.parse_known_intermixed_args()
    if others:  # not shown: one of them may be a token
        raise Stopped(f"{COMMAND} takes FILE, API_URL and KIND, and the token from API_TOKEN in the environment.")
    file, url, kind = (getattr(given, name) or _variable(name) for name in ("FILE", "API_URL", "KIND"))
    said = read(given.map, given.ignore)
    return Order(file, url.rstrip("/"), kind, _variable("API_TOKEN"), said, given.dry_run)


def _names() -> str:
    try:
        return " or ".join(each.name for each in known())
    except Stopped:
        return "nothing: this API creates nothing in batches"


def _try(source: Source, order: Order) -> int:
    _count(source)
    kind = choose(known(), order.kind, source.table.names(), source.path, order.said)
    return trial.run(source.table.rows(kind, order.said), kind)


def _count(source: Source) -> int:
    total = source.table.count()
    if total < 1:
        raise Stopped(f"{source.path.name} holds no rows.")
    return total


def _import(source: Source, order: Order) -> int:
    url, token = _given("API_URL", order.url), _given("API_TOKEN", order.token)
    total = _count(source)
    client = connect(url, token)
    kind = choose(kinds(client), order.kind, source.table.names(), source.path, order.said)
    rows = source.table.rows(kind, order.said)
    progress = load(source.path, source.digest, url, f"{kind.name} {order.said}".strip())
    rejects = Rejects(source)
    progress.rejects = rejects.resume(progress.rejects)
    admit(client, kind)
    before = replace(progress)
    with bar(source.path.name, total, progress.done) as shown:
        trouble = _send(Sender(connect_async(url, token, PATIENCE), kind, progress, rejects, shown), rows)
        seconds = shown.format_dict["elapsed"]
    progress.save()
    print(figures(before, progress, total, seconds))
    if rejects.reasons:
        print(reasons(rejects.reasons))
    if trouble:
        print(f"\n{trouble} Nothing is lost: the same command goes on from here.", file=sys.stderr)
    elif progress.rejected:
        print(f"\nThe rejected rows are in {rejects.path}, with the reasons. Correct them there and import that file.")
    elif before.done == total:
        print(f"\nThere was nothing left to do. To import all of it once more, delete {progress.path} first.")
    return 1 if trouble or progress.rejected else 0


def _send(sender: Sender, rows: Iterator[Row]) -> str:
    """Send the rows. Returns what kept it from sending them all, if anything did."""
    trouble = ""
    try:
        asyncio.run(sender.send_all(rows))
    except* ApiError as group:
        trouble = explain(group.exceptions[0])
    except* OSError as group:
        trouble = f"{group.exceptions[0]}."
    except* KeyboardInterrupt:
        trouble = "Stopped."
    return trouble


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()


def _given(name: str, value: str) -> str:
    if value:
        return value
    way = "Set it in the environment" if name == "API_TOKEN" else "Give it as an argument, or in the environment"
    raise Stopped(f"{name} is missing. {way}, as in: {EXAMPLE}")
