"""What is exported from one service and imported into an empty one is the same data there."""

import json
import subprocess
import sys

import httpx
import pytest

from tests.exporting import commands as exporting
from tests.importing import commands as importing
from tests.tools import SERVICE

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]
OWN = ["productId", "version", "createdAt", "updatedAt"]
MADE = [
    {
        "name": "=HYPERLINK(1)",
        "price": 0.01,
        "category": "odd",
        "description": 'two\nlines, "quoted"; semicolons\tand tabs',
    },
    {"name": "'=quoted already", "price": 999999.99, "category": "odd", "description": "-1"},
    {"name": "Åsa\u2019s cup 火", "price": 19.9, "category": "odd", "description": "@home"},
    {"name": "1,5", "price": 7, "category": "odd"},
]


@pytest.fixture
def empty():
    """Another API, with nothing in it."""
    command = [sys.executable, "-m", "specbound", "run", "--port", "0", "--empty"]
    with subprocess.Popen(command, cwd=SERVICE, stdout=subprocess.PIPE, text=True) as server:
        yield next(line.split()[-1] for line in server.stdout if "answers on" in line)
        server.terminate()


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_what_was_exported_is_the_same_where_it_is_imported(api, url, empty, tmp_path, suffix):
    items = [each | {"category": f"trip-{suffix}"} for each in MADE]
    items += [{"name": f"Thing {each}", "price": each + 0.5, "category": f"trip-{suffix}"} for each in range(60)]
    assert api.post("/products/batch", json={"items": items}).json()["failed"] == 0
    file = tmp_path / f"products.{suffix}"

    exported, _, _ = exporting.run(file, url, "--filter", f"category=trip-{suffix}", "--limit", "25")
    command = [*importing.COMMAND, *(part for each in OWN for part in ("--ignore", each))]
    imported, figures, errors = importing.run(file, empty, command=command)

    with httpx.Client(base_url=empty, headers={"authorization": "Bearer local"}, timeout=60) as client:
        there = importing.listed(client, "/products")
    here = importing.listed(api, "/products", category=f"trip-{suffix}")
    assert (exported, imported, figures["created"]) == (0, 0, 64), errors
    assert shown(there) == shown(here)


def shown(products):
    own = [{name: value for name, value in each.items() if name not in OWN} for each in products]
    return sorted(json.dumps(each, sort_keys=True) for each in own)
