"""Watching: what is served on this machine is another after each change of its files.

Whatever is wrong with them is told, and what was before serves on.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from specbound.compiler.files import ROOT
from specbound.failures import Failed
from specbound.settings import Misconfigured

# A change is taken up once nothing else has changed for as long.
LOOK_SECONDS = 0.2

State = dict[Path, tuple[int, int]]


async def watch(files: Callable[[], Iterable[Path]], take_up: Callable[[Sequence[str]], Awaitable[None]]) -> None:
    """Look for changes of files for good, and have them taken up, by their names."""
    seen = changed = _state(files())
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = _state(files())
        if now == changed and now != seen:
            await take_up(_names(seen, now))
            # They may be others than before.
            seen = changed = {file: now.get(file, each) for file, each in _state(files()).items()}
        else:
            changed = now


def tell(names: Sequence[str], mistakes: Sequence[str], notes: Sequence[str], server: str = "API") -> None:
    """Say what has changed; and that it is served, with these notes, or what keeps it from being served."""
    what = ", ".join(names)
    if mistakes:
        said = "\n".join(mistakes)
        print(f"\n{what} changed, and the {server} serves on as it was:\n{said}", flush=True)
    else:
        said = "\n".join(["", *notes])
        print(f"\n{what} changed: the {server} serves it now, with the data that it has.{said}", flush=True)


def told(error: BaseException) -> str:
    """What went wrong, with the service's file and line, if it is in one."""
    if isinstance(error, Failed | Misconfigured) and not isinstance(error.__cause__, SyntaxError):
        return str(error)
    if isinstance(error, SyntaxError) or isinstance(error := error.__cause__ or error, SyntaxError):
        return f"{shown(Path(error.filename or ''))}:{error.lineno}: {error.msg}"
    frames = [each for each in traceback.extract_tb(error.__traceback__) if ROOT in Path(each.filename).parents]
    where = f"{shown(Path(frames[-1].filename))}:{frames[-1].lineno}: " if frames else ""
    return f"{where}{type(error).__name__}: {error}"


def shown(file: Path) -> str:
    """A file's name, from the service's folder if it is there."""
    return str(file.relative_to(ROOT)) if ROOT in file.parents else str(file)


def _state(files: Iterable[Path]) -> State:
    """Each file, with when it was written, and how long it is."""
    found: State = {}
    for file in files:
        # Some editors take a file away before they write it.
        with suppress(OSError):
            status = file.stat()
            found[file] = status.st_mtime_ns, status.st_size
    return found


def _names(before: State, now: State) -> list[str]:
    return sorted(shown(file) for file in before.keys() | now.keys() if before.get(file) != now.get(file))
