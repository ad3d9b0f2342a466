"""A backfill of claims that is killed, beside writes: each stored address is claimed once, or told as another's."""

import json
import os
import signal
import subprocess
import sys
import time
from uuid import UUID

import pytest

from specbound.compiler.document import ROOT
from specbound.local import embedded
from specbound.store.values import encode
from tests.ministack import rows
from tests.ministack.test_filling import TIME, meanwhile
from tests.subject import table_name

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

ITEMS, TWICE = 300, 3
TABLE = table_name("users")
FILE = ROOT / "build" / "backfill" / f"{TABLE}.jsonl"
PROGRESS = FILE.with_suffix(".json")


def old_user(number):
    """A user as a version of the function wrote it to whom addresses were not unique: the last have those of others."""
    email = f"User{number if number < ITEMS - TWICE else number - ITEMS + TWICE}@example.com"
    user = {"userId": str(UUID(int=number)), "name": f"User {number}", "email": email, "status": "active"}
    return user | {"version": 1, "createdAt": TIME, "updatedAt": TIME}


def write_old(database):
    for start in range(0, ITEMS, 25):
        puts = [{"PutRequest": {"Item": encode(old_user(start + each))}} for each in range(25)]
        database.batch_write_item(RequestItems={TABLE: puts})


def start(aws):
    command = [sys.executable, "-m", "specbound", "backfill", "users", "--rate", "1000000"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | embedded.environment() | aws.environment, **pipes)


def killed(process):
    while process.poll() is None and not (PROGRESS.exists() and json.loads(PROGRESS.read_bytes())["outcomes"]):
        time.sleep(0.01)
    process.kill()
    process.communicate()
    return process.returncode


def writing(client):
    """Addresses that change, users who go, and new ones with what an old one has."""

    def write(chance):
        user_id = str(UUID(int=chance.randrange(ITEMS)))
        client.put(f"/users/{user_id}", json={"email": f"new{chance.randrange(ITEMS)}@example.com"})
        client.delete(f"/users/{UUID(int=chance.randrange(ITEMS))!s}")
        client.post("/users", json={"name": "Ada", "email": f"user{chance.randrange(ITEMS)}@example.com"})

    return write


def test_after_a_backfill_that_is_killed_beside_writes_every_address_is_claimed_once(aws, client, database):
    write_old(database)
    PROGRESS.unlink(missing_ok=True)

    with meanwhile(writing(client)):
        status = killed(start(aws))
        start(aws).communicate(timeout=300)
    end = start(aws)
    said, errors = end.communicate(timeout=300)

    found = rows.read(database)
    users = {each["userId"]: each["email"].lower() for each in found["users"]}
    claims = {each["email"]: each["userId"] for each in found["emails"]}
    told = {line["key"]: line["beside"] for line in map(json.loads, FILE.read_text().splitlines())}
    assert status == -signal.SIGKILL
    assert claims.keys() == {*users.values()}
    assert all(users[owner] == email for email, owner in claims.items())
    # Who has an address and not its claim is told, beside who has that.
    assert told == {each: [claims[email]] for each, email in users.items() if claims[email] != each}
    assert end.returncode == int(bool(told)), errors
    assert ("have what another has" in said) == bool(told)
    for each in told:
        assert client.delete(f"/users/{each}").status_code == 204
