"""Users in DynamoDB as people store them: `boto3.resource`, an item each, one query a list, 25 items in a batch."""

import os
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import boto3
from boto3.dynamodb.conditions import Attr, Key

User = dict[str, Any]
table: Any = boto3.resource("dynamodb").Table(os.environ["TABLE_USERS"])
SHOWN = ("userId", "name", "email", "status", "version", "createdAt", "updatedAt")


def create(given: User) -> User:
    user = _new(given)
    table.put_item(Item=user, ConditionExpression=Attr("userId").not_exists())
    return shown(user)


def create_many(given: list[User]) -> list[User]:
    users = [_new(each) for each in given]
    with table.batch_writer() as batch:
        for each in users:
            batch.put_item(Item=each)
    return [shown(each) for each in users]


def find(user_id: str) -> User | None:
    item = table.get_item(Key={"userId": user_id}, ConsistentRead=True).get("Item")
    return shown(item) if item else None


def newest(limit: int) -> list[User]:
    reply = table.query(
        IndexName="newest", KeyConditionExpression=Key("listPartition").eq("all"), ScanIndexForward=False, Limit=limit
    )
    return [shown(each) for each in reply["Items"]]


def shown(item: User) -> User:
    return {name: item[name] for name in SHOWN} | {"version": int(item["version"])}


def headers(user: User) -> dict[str, str]:
    return {"location": f"/users/{user['userId']}", "etag": f'"{user["version"]}"'}


def results(users: list[User]) -> dict[str, Any]:
    """As the contract has what became of a batch."""
    return {"results": [{"status": 201, "user": each} for each in users], "created": len(users), "failed": 0}


def _new(given: User) -> User:
    time = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    of_engine = {"status": "active", "version": 1, "createdAt": time, "updatedAt": time, "listPartition": "all"}
    return {"userId": str(uuid4()), "name": given["name"], "email": given["email"].strip(), **of_engine}


def stub(items: list[User]) -> None:
    """Let a table answer at once, with what boto3 would have made of these items."""
    global table  # noqa: PLW0603  # the one thing that this module has
    table = _Stub(items)


class _Stub:
    def __init__(self, items: list[User]) -> None:
        from boto3.dynamodb.types import TypeDeserializer  # noqa: PLC0415

        plain = TypeDeserializer().deserialize
        self._items = [{name: plain(value) for name, value in each.items()} for each in items]

    def put_item(self, **_: Any) -> User:
        return {}

    def get_item(self, Key: User, **_: Any) -> User:
        return {"Item": self._items[0] | Key}

    def query(self, Limit: int, **_: Any) -> User:
        return {"Items": self._items[:Limit]}

    def batch_writer(self) -> "_Stub":
        return self

    def __enter__(self) -> "_Stub":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is kept."""
