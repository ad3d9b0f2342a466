"""Lists of bookings, walked page by page while others create, change and remove some. Prints what was met, as JSON."""

import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import boto3

from tests.bookings import Service, path_of

STABLE, WALKS, WRITERS, WRITES = 40, 2, 3, 80
PAUSE_SECONDS = 0.02
NAMES = ["", "\0", "a", "a\0", "aa", "ä", "z", "￿", "\U0001f600"]
NUMBERS = [-int("9" * 38), -1.5, -1, -1e-20, 0, 1e-20, 0.1, 2, 10, int("9" * 38)]
TIMES = ["1999-12-31T23:59:59.999Z", "2026-01-31T10:00:00+01:00", "2026-01-31T09:00:00.0001Z", "2030-01-01T00:00:00Z"]
LISTS: list[dict[str, Any]] = [
    {"index": "newest"},
    {"index": "by_name"},
    {"index": "cheapest"},
    {"index": "departures"},
    {"index": "by_kind", "asked": {"group": ["open", True]}},
    {"index": "by_seats", "asked": {"group": 1}},
    {"path": "/journeys/j/bookings"},
]


def fields(chance: Random) -> dict[str, Any]:
    return {
        "name": chance.choice(NAMES),
        "price": chance.choice(NUMBERS),
        "departsAt": chance.choice(TIMES),
        "state": "open",
        "isFirstClass": True,
        "seats": 1,
    }


def writes(service: Service, number: int) -> None:
    """What somebody else does."""
    chance, own = Random(number), list[str]()
    for count in range(WRITES):
        match chance.choice(["create", "create", "change", "remove"]):
            case "create":
                key = f"{chance.randrange(10**6)}-{number}-{count}"
                service.create(key, **fields(chance))
                own.append(key)
            case "change" if own:
                service.call("PATCH", path_of(chance.choice(own)), fields(chance))
            case "remove" if own:
                service.call("DELETE", path_of(own.pop(chance.randrange(len(own)))))
        time.sleep(PAUSE_SECONDS)


def walks(service: Service) -> Iterator[dict[str, Any]]:
    for number in range(WALKS):
        for each in LISTS:
            yield {"list": each, "keys": service.keys(**each, limit=5 + number)}


def run() -> dict[str, Any]:
    chance = Random(1)
    service = Service(boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL"]))
    stable = [
        service.create(f"{chance.randrange(10**6)}-stable-{number}", **fields(chance)) for number in range(STABLE)
    ]
    with ThreadPoolExecutor(WRITERS) as writers:
        running = [writers.submit(writes, service, number) for number in range(WRITERS)]
        found = list(walks(service))
        for each in running:
            each.result()
    return {"stable": stable, "walks": found}


if __name__ == "__main__":
    # Behind the lines of the log.
    print(json.dumps(run()))
