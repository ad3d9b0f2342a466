"""Survey, `specbound survey FOLDER`: which documents compile, why others do not, and whether those that do are kept."""

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from specbound.failures import Failed
from specbound.survey.trial import Result, lines, try_document

REQUESTS = 50
KINDS = (".yaml", ".yml", ".json")
HEAD = f"{'document':40} {'operations':>10} {'valid accepted':>15} {'invalid refused':>15} {'replies declared':>16}"


def run(folder: Path, requests: int = REQUESTS, verbose: bool = False, least: int | None = None) -> int:
    """Print a line for each document, then how many compile. `requests` are sent each way to each operation.

    Returns 1 if fewer than `least` per cent compile, or what is promised of those that do was broken somewhere. Raises
    Failed if there is no document.
    """
    files = sorted(each for each in folder.iterdir() if each.suffix in KINDS)
    if not files:
        raise Failed(f"{folder} holds no document: it needs files that end with {', '.join(KINDS)}.")
    print(HEAD, flush=True)
    results = []
    for number, result in enumerate(_results(files, requests), 1):
        results.append(result)
        print(_line(result), flush=True)
        if verbose or not result.compiles:
            print("\n".join(f"    {each}" for each in _first(lines(result), None if verbose else 3)), flush=True)
        if sys.stderr.isatty():
            print(f"\r{number} of {len(files)} …", end="", file=sys.stderr, flush=True)
    return _conclusion(results, least)


def _results(files: list[Path], requests: int) -> Iterator[Result]:
    """As they come. A document that ends the process that tries it is told as one that does not compile."""
    pending = set(files)
    while pending:
        try:
            with ProcessPoolExecutor(max_tasks_per_child=1) as trying:
                running = {trying.submit(try_document, each, requests): each for each in sorted(pending)}
                for done in as_completed(running):
                    result = _outcome(done, running[done])
                    pending.remove(running[done])
                    yield result
        except BrokenProcessPool:
            each = min(pending)
            pending.remove(each)
            yield Result(each.name, refused=[f"{each.name}: the process that tried it ended."])


def _outcome(done: Future[Result], file: Path) -> Result:
    """What came of a document; a fault of ours is one that does not compile."""
    if isinstance(error := done.exception(), BrokenProcessPool):
        raise error
    return (
        done.result()
        if error is None
        else Result(file.name, refused=[f"{file.name}: {type(error).__name__}: {error}"[:1000]])
    )


def _line(result: Result) -> str:
    if not result.compiles:
        return f"{result.name:40} {'refused':>10}"
    counts = result.counts
    shares = (
        _share(counts["valid accepted"], counts["valid refused"]),
        _share(counts["invalid refused"], counts["invalid accepted"]),
        _share(counts["declared"], counts["undeclared"]),
    )
    return f"{result.name:40} {result.operations:>10} {shares[0]:>15} {shares[1]:>15} {shares[2]:>16}"


def _conclusion(results: list[Result], least: int | None) -> int:
    compiled = [each for each in results if each.compiles]
    total: Counter[str] = Counter()
    for each in compiled:
        total += each.counts
    share = 100 * len(compiled) / len(results)
    print(f"\n{len(compiled)} of {len(results)} documents compile ({share:.0f} %).")
    print(f"Valid requests accepted: {_share(total['valid accepted'], total['valid refused'])}.")
    print(f"Invalid requests refused: {_share(total['invalid refused'], total['invalid accepted'])}.")
    print(f"Replies as declared: {_share(total['declared'], total['undeclared'])}.")
    return int(share < (least or 0) or total["undeclared"] > 0)


def _share(good: int, bad: int) -> str:
    return f"{good} of {good + bad}" if good + bad else "-"


def _first(found: Iterator[str], count: int | None) -> list[str]:
    everything = list(found)
    if count is None or len(everything) <= count:
        return everything
    return [*everything[:count], f"… and {len(everything) - count} more (--verbose)"]
