"""`make import`: creates what a CSV or JSON Lines file holds, through the API's batch operations.

FILE, API_URL, API_TOKEN and, where the fields do not tell, KIND come from the environment: other users of this machine
see a command's arguments, and not its environment.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx

from importer.api import ProblemError, admit, connect, explain, kinds
from importer.display import bar, figures
from importer.progress import load
from importer.rejects import Rejects
from importer.rows import Row, choose
from importer.sending import Sender
from importer.source import Source, opened
from importer.stopped import ImportStopped

# An import that gives up is more trouble than one that waits a minute for an API that is busy.
PATIENCE = 10
USAGE = "For example: API_TOKEN=local make import FILE=users.csv API_URL=http://127.0.0.1:8000"


def main() -> int:
    """Exits with 0 if every row of the file was created, now or earlier."""
    try:
        with opened(Path(_setting("FILE"))) as source:
            return _import(source, os.environ.get("KIND", ""))
    except ImportStopped as stopped:
        print(stopped, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'The disk'}: {error.strerror}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 1


def _import(source: Source, wanted: str) -> int:
    url, token = _setting("API_URL").rstrip("/"), _setting("API_TOKEN")
    total = source.table.count()
    if total < 1:
        raise ImportStopped(f"{source.path.name} holds no rows.")
    client = connect(url, token)
    kind = choose(kinds(client), wanted, source.table.names(), source.path)
    rows = source.table.rows(kind)
    progress = load(source.path, source.digest, url, kind.name)
    rejects = Rejects(source)
    progress.rejects = rejects.resume(progress.rejects)
    admit(client, kind)
    before = replace(progress)
    with bar(source.path.name, total, progress.done) as shown:
        trouble = _send(Sender(connect(url, token, PATIENCE), kind, progress, rejects, shown), rows)
        seconds = shown.format_dict["elapsed"]
    progress.save()
    print(figures(before, progress, total, seconds))
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
    except* (ProblemError, httpx.TransportError) as group:
        trouble = explain(group.exceptions[0])
    except* OSError as group:
        trouble = f"{group.exceptions[0]}."
    except* KeyboardInterrupt:
        trouble = "Stopped."
    return trouble


def _setting(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImportStopped(f"{name} is missing. {USAGE}")
    return value


if __name__ == "__main__":
    sys.exit(main())
