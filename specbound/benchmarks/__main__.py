"""`make bench`: what a whole request costs in CPU time, and a cold start, beside what else people run."""

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import measuring, report, sizes
from benchmarks.database import served
from benchmarks.measuring import MEMORY, START_REQUEST, ZIP, Stack
from benchmarks.workload import CASES, MEASURED
from specbound.compiled import read

BASE = "Powertools, pydantic, boto3.resource"
OF_POWERTOOLS = "aws-lambda-powertools"
STACKS = [
    Stack("bare: nothing is checked", "bare", ()),
    Stack(BASE, "powertools_pydantic", (OF_POWERTOOLS, "pydantic")),
    Stack("FastAPI, Mangum", "fastapi_mangum", ("fastapi", "mangum")),
    Stack("Connexion, Mangum", "connexion_mangum", ("connexion", "mangum", "pyyaml")),
    Stack("Powertools, openapi-core", "powertools_openapi_core", (OF_POWERTOOLS, "openapi-core", "pyyaml")),
]
NOTHING = Stack("Python alone", "nothing", ())
OUT = Path("build") / "bench"
PAGE = Path("docs") / "performance.md"
README = Path("README.md")
COLUMNS = (*MEASURED, START_REQUEST, MEMORY, ZIP)
QUOTED = ("POST", "POST with a key", "GET by id", "list of 20", "batch of 100", START_REQUEST)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="of requests (15); a third as many of cold starts")
    parser.add_argument("--calls", type=int, help="in a sample; as many as take 0.15 s by default")
    parser.add_argument("--stacks", nargs="*", help="only those whose module is named, and what people run")
    parser.add_argument("--page", type=Path, default=PAGE, help="docs/performance.md")
    chosen = parser.parse_args(arguments)
    wanted = {"powertools_pydantic", *(chosen.stacks or ())}
    stacks = [each for each in (*STACKS, *ours()) if chosen.stacks is None or each.module in wanted]
    OUT.mkdir(parents=True, exist_ok=True)
    users = OUT / "users.json"
    environment = of_function(users)
    seeding = [sys.executable, "-W", "ignore", "-m", "benchmarks.seeding", users]
    subprocess.run(seeding, check=True, env=environment | {"LOG_LEVEL": "ERROR"})
    with served(users) as url:
        result, alone = measured(stacks, environment | {"AWS_ENDPOINT_URL": url}, chosen.rounds, chosen.calls)
    (OUT / "requests.svg").write_text(report.as_picture(result, COLUMNS), encoding="utf-8")
    chosen.page.write_text(page(result, alone), encoding="utf-8")
    if chosen.page == PAGE:
        README.write_text(quoted(README.read_text(encoding="utf-8"), report.table(result, QUOTED)), encoding="utf-8")
    for stubbed in (False, True):
        print(f"\n{report.as_text(report.table(result, COLUMNS, stubbed=stubbed))}")
    print(f"\n{chosen.page} and {OUT / 'requests.svg'} are written.")


def quoted(readme: str, cells: list[list[str]]) -> str:
    """The README with this table in the place of its own, whose head begins alike: of the stacks that check."""
    table = report.as_markdown([each for each in cells if not each[0].startswith("bare")])
    head = re.escape("| | right | POST")
    return re.sub(rf"^{head}.*?\n\n", lambda _: f"{table}\n\n", readme, count=1, flags=re.DOTALL | re.MULTILINE)


def ours() -> list[Stack]:
    """This project, with each client of DynamoDB that it knows; its own is the first."""
    by_boto3 = Stack("ours, by boto3", "ours", ("specbound",), {"DATABASE_CLIENT": "boto3"})
    return [Stack("ours", "ours", ("specbound",)), by_boto3]


def of_function(users: Path) -> dict[str, str]:
    """The environment of each stack, as Lambda's function has it."""
    tables = {f"TABLE_{name.upper()}": name.ljust(3, "_") for name in read()["tables"]}
    return {
        **{name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ},
        **tables,
        "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench", "LOG_LEVEL": "INFO", "BENCH_USERS": str(users.resolve()),
        "POWERTOOLS_SERVICE_NAME": "bench", "POWERTOOLS_TRACE_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
    }  # fmt: skip


def measured(
    stacks: Sequence[Stack], environment: Mapping[str, str], rounds: int, calls: int | None
) -> tuple[report.Result, float]:
    """Everything of all stacks; and what Python alone takes to start."""
    with measuring.workers(stacks, environment) as found:
        measuring.refuse_wrong(found)
        right = measuring.answers(found)
        whole = measuring.measure(found, rounds, calls, stub=False, tell=_tell)
        memory = measuring.memory(found)
        stubbed = measuring.measure(found, rounds, calls, stub=True, tell=_tell)
    starts = measuring.starts([*stacks, NOTHING], environment, max(1, rounds // 3), _tell)
    for each in stacks:
        whole[each.name] |= {
            START_REQUEST: starts[each.name], MEMORY: [memory[each.name]], ZIP: [sizes.zipped_mb(each.needs)],
        }  # fmt: skip
    return report.Result(BASE, whole, stubbed, right), min(starts[NOTHING.name])


def _tell(what: str) -> None:
    print(f"\r{what:<40}", end="" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)


def page(result: report.Result, alone: float) -> str:
    """docs/performance.md."""
    head = f"""# What a request costs

Written by `make bench`. It is CPU time of the function's process, from an event of API Gateway to its reply, with all
calls to a database on the same machine that answers as DynamoDB does. Each number is a ratio to what people run
({result.base}) in the same round; in parentheses is between what the middle half of the rounds
lies. The worst row is the first, and less is better.

- Each stack is a process of its own; they share a core, one at a time, and the database works on it while they wait.
  Every round measures all of them, and each sample is scaled by a yardstick that is timed beside it. Python
  {platform.python_version()}, {platform.machine()}.
- Before that, each answers the same {len(CASES)} right and wrong requests: `right` says how many as the contract
  demands.
- Ours does all its checks, of requests and replies, keeps every address unique, and writes its log line with metrics.
  The others write no line. They store users by `boto3.resource`, without a look at the address; a list is one query,
  and a batch is written 25 at a time. A key is Powertools' idempotency; "none" says that a stack has no such thing.
- `cold start` is until a new process has answered its first GET, Python included, which alone takes
  {alone * 1e3:.0f} ms. `memory` is the most that a process had. `zip` is without the SDK, which comes with Lambda.

"""
    whole, stubbed = (report.as_markdown(report.table(result, COLUMNS, stubbed=each)) for each in (False, True))
    wrong = "\n".join(
        f"- {name}: {'; '.join(each)}" for name, each in misses(result).items() if each and not name.startswith("bare")
    )
    return f"""{head}{whole}

## Where the database answers at once

The same without the client: its calls return within the process, which leaves what a stack costs by itself. Ours still
turns items into DynamoDB's JSON and back; of the others that is the client's work, and left out.

{stubbed}

## What they answer otherwise

Of the right and wrong requests, each stack has another answer than the contract to these:

{wrong}
"""


def misses(result: report.Result) -> dict[str, list[str]]:
    """Of each stack, what it does not answer as the contract says."""
    return {name: [what for what, is_right in each.items() if not is_right] for name, each in result.right.items()}


if __name__ == "__main__":
    main()
