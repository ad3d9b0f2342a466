"""`python -m tests.model`: asks for so many runs, and says what was not answered as the model says."""

import argparse
import logging
import os
import sys
from collections import Counter
from itertools import count

from specbound.proof.records import record
from specbound.testing import callers

SIZE = 50


def main() -> int:
    options = _options()
    # The database is made to fail all the time.
    logging.disable(logging.CRITICAL)
    callers.prepare()
    from tests.model.playing import play  # noqa: PLC0415  # the function has to be there before

    met: Counter[str] = Counter()
    failures = []
    for seed in count(options.seed):
        found, failure = play(seed, min(SIZE, options.runs - met["runs"]))
        met += found
        failures += [f"seed {seed}: {failure}"] if failure else []
        sys.stderr.write(
            f"{met['runs']:,} of {options.runs:,} runs, {met['requests']:,} requests, {len(failures)} failed\n"
        )
        if met["runs"] >= options.runs:
            break
    print(", ".join(f"{number:,} {what}" for what, number in met.items()))
    if failures:
        print("\n".join(failures))
    record("model", dict(met), failures, f"make model RUNS={options.runs} SEED={options.seed}")
    return int(bool(failures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make model", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help=f"the first; every {SIZE} runs have the next")
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    sys.exit(main())
