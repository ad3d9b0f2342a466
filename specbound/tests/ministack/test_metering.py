"""The meter and MiniStack, whose units of writes were compared with AWS's own, count alike."""

import random

import pytest

from specbound.compiled import read
from specbound.local.embedded import PREFIX
from specbound.local.units import metered
from specbound.store.values import encode

pytestmark = pytest.mark.slow

TABLE = f"{PREFIX}users"
WRITES = 200


def some_item(chance):
    listed = {"listPartition": "0", "position": chance.choice("12"), "statusPartition": chance.choice("ab")}
    kept = {name: value for name, value in listed.items() if chance.random() < 0.8}
    return {"note": "n" * chance.choice([0, 900, 1000, 1100, 3000])} | kept


def test_writes_of_every_kind_use_as_many_units(aws, database):
    """All is chosen by a fixed seed: items come, change, leave an index, move in one, and go."""
    chance = random.Random(1)
    caller = aws.sdk("dynamodb")
    tables = {f"{PREFIX}{name}": table for name, table in read()["infrastructure"]["tables"].items()}
    theirs = []
    with metered(tables, database, caller) as ours:
        for _ in range(WRITES):
            key = encode({"userId": chance.choice("12345")})
            part = {"TableName": TABLE}
            kind = chance.choice(["put", "delete", "transact"])
            asked = {"ReturnConsumedCapacity": "INDEXES"}
            if kind == "delete":
                reply = caller.delete_item(**part, **asked, Key=key)
            elif kind == "put":
                reply = caller.put_item(**part, **asked, Item=key | encode(some_item(chance)))
            else:
                put = {"Put": part | {"Item": key | encode(some_item(chance))}}
                reply = caller.transact_write_items(**asked, TransactItems=[put])
            [used] = found if isinstance(found := reply["ConsumedCapacity"], list) else [found]
            theirs.append(used["CapacityUnits"])

    for number in "12345":
        database.delete_item(TableName=TABLE, Key=encode({"userId": number}))
    assert [each.writes for each in ours] == theirs
