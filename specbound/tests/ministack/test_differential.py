"""What holds of thousands of calls, each made by both clients: the same travels, and the same comes back."""

import json
import random
from base64 import b64decode
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from specbound.store import sdk
from specbound.store.attempts import DatabaseError
from specbound.store.client import Client
from specbound.store.values import encode, serialized

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

CALLS = 2500
KEYS = ["a", "b", "ü", "日本", "x" * 200, "q\"\\\n\t'"]
VALUES: list[Any] = [
    "", "text", "é\U0001f600\u2028\x7f", 0, -1, 10**37, Decimal("0.1"), Decimal("-1.5E-100"), Decimal("9.9E+100"),
    True, None, b"", b"\x00\xff\xfe", [1, ["x", {"y": b"z"}]], {"deep": {"er": [None, {}]}}, {"s", "t"},
    {1, Decimal("2.5")}, {b"a"},
]  # fmt: skip
GROUPS = ["g#0", "g#1"]


class Caller:
    """One client, with tables of its own; `sent` is what it has sent last."""

    def __init__(self, client: Any, prefix: str, listen: Callable[["Caller"], None]) -> None:
        self.client, self.prefix, self.sent = client, prefix, b""
        listen(self)

    def call(self, action: str, arguments: Mapping[str, Any]) -> Any:
        """What travelled, and what came of it, as JSON whose tables have one name for both."""
        renamed = json.loads(serialized(arguments).replace(b"TABLE", self.prefix.encode()), object_hook=_with_bytes)
        try:
            reply = self.client.send(action, renamed)
            came = ["reply", {name: each for name, each in reply.items() if name != "ResponseMetadata"}]
        except DatabaseError as error:
            came = ["error", error.code, error.status, error.message, error.reasons, error.item]
        except ArithmeticError as error:
            came = ["refused", str(error)]
        told = [self.sent, serialized(came)]
        return [_sorted(json.loads(each.replace(self.prefix.encode(), b"TABLE"))) for each in told]


def _with_bytes(value: dict[str, Any]) -> Any:
    """What boto3 takes as bytes, and the other as well."""
    match value:
        case {"B": str(content)} if len(value) == 1:
            return {"B": b64decode(content)}
        case {"BS": [*contents]} if len(value) == 1:
            return {"BS": [b64decode(each) for each in contents]}
    return value


def _sorted(value: Any) -> Any:
    """Sets come in any order."""
    if isinstance(value, dict):
        return {name: sorted(each) if name in ("SS", "NS", "BS") else _sorted(each) for name, each in value.items()}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _listen_to_own(caller: Caller) -> None:
    exchange = caller.client.exchange

    def listen(headers: Any, content: bytes) -> Any:
        caller.sent = content
        return exchange(headers, content)

    caller.client.exchange = listen


def _listen_to_sdk(caller: Caller) -> None:
    def listen(request: Any, **_: Any) -> None:
        caller.sent = request.body

    caller.client.sdk.meta.events.register("before-send.dynamodb", listen)


def some_call(chance: random.Random) -> tuple[str, dict[str, Any]]:
    make = chance.choices([_get, _query, _batch, _update, _transact, _wrong], [3, 4, 2, 6, 6, 2])[0]
    return make(chance)


def _key(chance: random.Random) -> dict[str, Any]:
    return encode({"id": chance.choice(KEYS)})


def _item(chance: random.Random) -> dict[str, Any]:
    fields = {f"f{number}": chance.choice(VALUES) for number in range(chance.randrange(4))}
    listed = (
        {"group": chance.choice(GROUPS), "position": f"{chance.randrange(100):03}"} if chance.random() < 0.7 else {}
    )
    return encode({"id": chance.choice(KEYS), "version": chance.randrange(3), **fields, **listed})


def _conditional(chance: random.Random) -> dict[str, Any]:
    asked = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if chance.random() < 0.8 else {}
    return chance.choice(
        [
            {},
            {"ConditionExpression": "attribute_not_exists(id)", **asked},
            {
                "ConditionExpression": "#v = :v",
                "ExpressionAttributeNames": {"#v": "version"},
                "ExpressionAttributeValues": encode({":v": chance.randrange(3)}),
                **asked,
            },
        ]
    )


def _get(chance: random.Random) -> tuple[str, dict[str, Any]]:
    return "GetItem", {"TableName": "TABLE", "Key": _key(chance), "ConsistentRead": chance.random() < 0.5}


def _query(chance: random.Random) -> tuple[str, dict[str, Any]]:
    after = {"AND #p < :p": {":p": f"{chance.randrange(100):03}"}} if chance.random() < 0.5 else {"": {}}
    [(condition, values)] = after.items()
    return "Query", {
        "TableName": "TABLE",
        "IndexName": "newest",
        "KeyConditionExpression": f"#g = :g {condition}".strip(),
        "ExpressionAttributeNames": {"#g": "group", **({"#p": "position"} if condition else {})},
        "ExpressionAttributeValues": encode({":g": chance.choice(GROUPS), **values}),
        "ScanIndexForward": chance.random() < 0.5,
        "Limit": chance.randrange(1, 5),
    }


def _batch(chance: random.Random) -> tuple[str, dict[str, Any]]:
    keys = [encode({"id": key}) for key in chance.sample(KEYS, chance.randrange(1, len(KEYS)))]
    return "BatchGetItem", {"RequestItems": {"TABLE": {"Keys": keys, "ConsistentRead": True}}}


def _update(chance: random.Random) -> tuple[str, dict[str, Any]]:
    conditional = _conditional(chance)
    values = {**conditional.get("ExpressionAttributeValues", {}), **encode({":x": chance.choice(VALUES)})}
    return "UpdateItem", {
        "TableName": "TABLE",
        "Key": _key(chance),
        "UpdateExpression": f"SET f{chance.randrange(4)} = :x",
        **conditional,
        "ExpressionAttributeValues": values,
    }


def _transact(chance: random.Random) -> tuple[str, dict[str, Any]]:
    items = []
    for key in chance.sample(KEYS, chance.randrange(1, 4)):
        target = {"TableName": "TABLE", "Key": encode({"id": key})}
        conditional = _conditional(chance)
        kind = chance.choice(["Put", "Delete", "ConditionCheck"])
        if kind == "Put":
            items.append({"Put": {"TableName": "TABLE", "Item": _item(chance) | encode({"id": key}), **conditional}})
        elif kind == "Delete" or not conditional:
            items.append({"Delete": target | conditional})
        else:
            items.append({"ConditionCheck": target | conditional})
    token = {"ClientRequestToken": f"TABLE{chance.getrandbits(64):x}"} if chance.random() < 0.8 else {}
    return "TransactWriteItems", {"TransactItems": items, **token}


def _wrong(chance: random.Random) -> tuple[str, dict[str, Any]]:
    return chance.choice(
        [
            ("GetItem", {"TableName": "not-there", "Key": _key(chance)}),
            ("GetItem", {"TableName": "TABLE", "Key": encode({"other": "x"})}),
            ("UpdateItem", {"TableName": "TABLE", "Key": _key(chance), "UpdateExpression": "SET"}),
            ("Query", {"TableName": "TABLE", "KeyConditionExpression": "id = :x"}),
        ]
    )


def test_both_clients_send_the_same_and_read_the_same(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    keys = {"group": "HASH", "position": "RANGE"}
    for prefix in ("tableone", "tabletwo"):
        aws.sdk("dynamodb").create_table(
            TableName=prefix,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("id", *keys)],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "newest",
                    "KeySchema": [{"AttributeName": each, "KeyType": kind} for each, kind in keys.items()],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
    ours = Caller(Client("us-east-1", aws.url), "tableone", _listen_to_own)
    theirs = Caller(sdk.Client(), "tabletwo", _listen_to_sdk)
    chance = random.Random(11)
    came = {"reply": 0, "error": 0}

    for _ in range(CALLS):
        action, arguments = some_call(chance)
        one, two = ours.call(action, arguments), theirs.call(action, arguments)
        if "ClientRequestToken" not in arguments:  # boto3 makes one
            two[0].pop("ClientRequestToken", None)
        assert one == two, (action, arguments)
        came[one[1][0]] += 1

    assert min(came.values()) > CALLS / 10
