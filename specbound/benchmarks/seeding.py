"""The users that stand in the database: as this project itself stores them, of two hundred that it creates."""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.context import Context
from benchmarks.workload import event
from handlers.router import lambda_handler
from specbound.store import dynamodb

USERS = 200


def main(file: Path) -> None:
    """Write the items, the newest first, in DynamoDB's JSON."""
    written: list[dict[str, Any]] = []

    def send(action: str, arguments: Any) -> dict[str, Any]:
        for each in arguments.get("TransactItems", ()):
            item = each.get("Put", {}).get("Item", {})
            if "name" in item:
                written.append(item)
        return {}

    dynamodb.line().send = send
    for number in range(USERS):
        body = json.dumps({"name": f"Ada Lovelace {number}", "email": f"ada{number}@example.com"})
        reply = lambda_handler(event("POST", "/users", body), Context())
        if reply["statusCode"] != 201:
            sys.exit(f"A user could not be created: {reply}")
    file.write_text(json.dumps(written[::-1]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
