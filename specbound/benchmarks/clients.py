"""`python -m benchmarks.clients`: what a call to DynamoDB costs in CPU time by each client, and its first one.

Each round starts a process of each client, one after the other, so that whatever else the machine does strikes both
alike; the median counts. What stands for the database is in a process of its own.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.workload import USER_ID

CLIENTS = ("boto3", "specbound")
ROUNDS = 11
CALLS = 200
KEY = {"userId": {"S": USER_ID}}
USER = {
    **KEY,
    **{name: {"S": "Ada Lovelace, of London"} for name in ("name", "email", "status", "createdAt", "updatedAt")},
    "version": {"N": "1"},
    "listPartition": {"S": "#0"},
}
PUT = {"TableName": "users", "Item": USER}
PAGE = {
    "TableName": "users",
    "KeyConditionExpression": "listPartition = :list",
    "ExpressionAttributeValues": {":list": {"S": "#0"}},
    "Limit": 20,
}
SHOWN: dict[str, tuple[str, dict[str, Any]]] = {
    "one item": ("get_item", {"TableName": "users", "Key": KEY, "ConsistentRead": True}),
    "a transaction of two": ("transact_write_items", {"TransactItems": [{"Put": PUT}] * 2, "ClientRequestToken": "a"}),
    "a page of 20": ("query", PAGE),
}


def main() -> None:
    from benchmarks.database import served  # noqa: PLC0415  # what is measured does without

    with TemporaryDirectory() as folder:
        seed = Path(folder, "users.json")
        seed.write_text(json.dumps([USER] * 20), encoding="utf-8")
        with served(seed) as url:
            rounds = [{client: _run(client, url) for client in CLIENTS} for _ in range(ROUNDS)]
    print(f"{'CPU':24}" + "".join(f"{client:>14}" for client in CLIENTS) + f"{'ratio':>10}{'of rounds':>16}")
    for name in ("the first call", *SHOWN):
        unit, factor = ("ms", 1e3) if name == "the first call" else ("µs", 1e6)
        medians = [statistics.median(each[client][name] for each in rounds) for client in CLIENTS]
        ratios = sorted(each[CLIENTS[1]][name] / each[CLIENTS[0]][name] for each in rounds)
        cells = "".join(f"{each * factor:11.0f} {unit}" for each in medians)
        print(f"{name:24}{cells}{medians[1] / medians[0]:10.2f}{ratios[0]:9.2f} to {ratios[-1]:.2f}")
    modules = [rounds[0][client]["modules"] for client in CLIENTS]
    print(f"{'modules':24}" + "".join(f"{each:14.0f}" for each in modules))


def measure() -> dict[str, float]:
    """Seconds of CPU, of this whole process: until its first call is answered, and of each call when it is warm."""
    from specbound.store.dynamodb import call, end_within  # noqa: PLC0415  # what is measured

    end_within(None)
    costs = {}
    for name, (action, arguments) in SHOWN.items():
        call(action, **arguments)
        costs.setdefault("the first call", process_time())
        costs.setdefault("modules", len(sys.modules))
        start = process_time()
        for _ in range(CALLS):
            call(action, **arguments)
        costs[name] = (process_time() - start) / CALLS
    return costs


def _run(client: str, url: str) -> dict[str, float]:
    program = "import json; from benchmarks.clients import measure; print(json.dumps(measure()))"
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1"}
    places = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": url, "DATABASE_CLIENT": client}
    environment = os.environ | keys | places
    output = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)
    costs: dict[str, float] = json.loads(output)
    return costs


if __name__ == "__main__":
    main()
