"""What holds of the checker of AWS's limits: it takes what is just within each, and nothing beyond."""

import pytest

from specbound.local.aws_values import item_size
from specbound.store.values import encode
from specbound.testing.aws_limits import objections
from tests.subject import table_name

USERS, PRODUCTS, EMAILS = (table_name(name) for name in ("users", "products", "emails"))


def put(item, table=EMAILS, **others):
    return {"TableName": table, "Item": encode(item), **others}


def email(**attributes):
    return put({"email": "ada@example.com", **attributes})


def object_with(name):
    return {"TableName": EMAILS, "Item": {"email": {"S": "x"}, "a": {"M": {name: {"S": "x"}}}}}


def number(text):
    return {"TableName": EMAILS, "Item": {"email": {"S": "x"}, "a": {"N": text}}}


def look_up(**key):
    return {"TableName": EMAILS, "Key": encode(key)}


def update(expression, values, names=None, **others):
    names = {"ExpressionAttributeNames": names} if names else {}
    values = {"ExpressionAttributeValues": encode(values)} if values else {}
    key = {"TableName": PRODUCTS, "Key": encode({"productId": "1"})}
    return key | names | values | {"UpdateExpression": expression} | others


def condition(expression, count=0, **others):
    values = {f":v{number}": number for number in range(count)}
    return update("SET a = :v0", values, ConditionExpression=expression, **others)


def one_of(count):
    """The condition that a number is one of so many."""
    return condition(f"a IN ({', '.join(f':v{number}' for number in range(count))})", count)


def compared(count):
    """A condition of twice as many operators, less one."""
    return condition(" OR ".join(f"a = :v{number}" for number in range(count)), count)


def nested(levels):
    value = "bottom"
    for _ in range(levels):
        value = {"a": value}
    return email(value=value)


def sum_of(operators):
    return update("SET a = a" + " + :a" * operators, {":a": 1})


def transaction(count, token="t", **action):
    entries = [{"Put": email() | put({"email": f"{number}"}) | action} for number in range(count)]
    return {"TransactItems": entries, "ClientRequestToken": token}


def large_transaction(bytes_each):
    items = [put({"email": f"{number}", "a": "x" * bytes_each}) for number in range(12)]
    return {"TransactItems": [{"Put": item} for item in items]}


def keys(count):
    return {"RequestItems": {EMAILS: {"Keys": [encode({"email": f"{number}"}) for number in range(count)]}}}


def query(partition="#0", **others):
    return {
        "TableName": USERS,
        "IndexName": "newest",
        "KeyConditionExpression": "listPartition = :partition",
        "ExpressionAttributeValues": encode({":partition": partition}),
        **others,
    }


def batch(count):
    return {"RequestItems": {EMAILS: [{"PutRequest": {"Item": encode({"email": str(n)})}} for n in range(count)]}}


# An action, arguments that AWS takes, and arguments that it does not.
LIMITS = {
    "an item has 400 KB": ("PutItem", email(a="x" * (400 * 1024 - 21)), email(a="x" * (400 * 1024 - 20))),
    "an update stores 400 KB": (
        "UpdateItem",
        update("SET a = :a", {":a": "x" * (400 * 1024 - 11)}),
        update("SET a = :a", {":a": "x" * (400 * 1024 - 10)}),
    ),
    "a partition key has 2048 bytes": ("PutItem", put({"email": "é" * 1024}), put({"email": "é" * 1024 + "x"})),
    "a key is not empty": ("PutItem", put({"email": "x"}), put({"email": ""})),
    "a key is text, number or binary": ("PutItem", put({"email": "x"}), put({"email": True})),
    "an item has its key": ("PutItem", put({"email": "x"}), put({"name": "x"})),
    "a sort key of an index has 1024 bytes": (
        "PutItem",
        put({"userId": "1", "position": "x" * 1024}, USERS),
        put({"userId": "1", "position": "x" * 1025}, USERS),
    ),
    "a key of an index is not updated to nothing": (
        "UpdateItem",
        update("SET categoryPartition = :a", {":a": "x"}),
        update("SET categoryPartition = :a", {":a": ""}),
    ),
    "a key to look up is not empty": (
        "GetItem",
        look_up(email="x"),
        look_up(email=""),
    ),
    "a key to look up is the whole key": (
        "GetItem",
        look_up(email="x"),
        look_up(email="x", a="x"),
    ),
    "a number has 38 digits": ("PutItem", number("1" * 38 + "0"), number("1" * 39)),
    "a number is below 1E126": (
        "PutItem",
        number("9.9E125"),
        number("1E126"),
    ),
    "a number is not below 1E-130": (
        "PutItem",
        number("-1E-130"),
        number("-9E-131"),
    ),
    "values are nested 32 levels deep": ("PutItem", nested(32), nested(33)),
    "a name is not empty": ("PutItem", email(a=1), email(**{"": 1})),
    "a name has 65,535 bytes": ("PutItem", email(**{"a" * 65_535: 1}), email(**{"a" * 65_536: 1})),
    "IN has 100 operands": ("UpdateItem", one_of(100), one_of(101)),
    "a condition has 300 operators": ("UpdateItem", compared(150), compared(151)),
    "an update has 300 operators": ("UpdateItem", sum_of(300), sum_of(301)),
    "an expression has 4 KB": (
        "UpdateItem",
        condition("a = :v0" + " " * 4089, 1),
        condition("a = :v0" + " " * 4090, 1),
    ),
    "a placeholder has 255 bytes": (
        "UpdateItem",
        update(f"SET #{'a' * 254} = :a", {":a": 1}, {f"#{'a' * 254}": "a"}),
        update(f"SET #{'a' * 255} = :a", {":a": 1}, {f"#{'a' * 255}": "a"}),
    ),
    "every value is used": ("UpdateItem", condition("a = :v0", 1), condition("a = :v0", 2)),
    "every value is defined": ("UpdateItem", condition("a = :v0", 1), condition("a = :v1", 1)),
    "every name is used": (
        "UpdateItem",
        update("SET #a = :a", {":a": 1}, {"#a": "a"}),
        update("SET a = :a", {":a": 1}, {"#a": "a"}),
    ),
    "an attribute is set once": (
        "UpdateItem",
        update("SET #a = :a, b = :b", {":a": 1, ":b": 2}, {"#a": "a"}),
        update("SET #a = :a, a = :b", {":a": 1, ":b": 2}, {"#a": "a"}),
    ),
    "a clause comes once": (
        "UpdateItem",
        update("SET a = :a REMOVE b", {":a": 1}),
        update("SET a = :a SET b = :a", {":a": 1}),
    ),
    "a key is not changed": ("UpdateItem", update("SET a = :a", {":a": 1}), update("SET productId = :a", {":a": "1"})),
    "BETWEEN has the lower value first": (
        "UpdateItem",
        condition("a BETWEEN :v0 AND :v1", 2),
        condition("a BETWEEN :v1 AND :v0", 2),
    ),
    "parentheses are not doubled": (
        "UpdateItem",
        condition("(attribute_exists(a) OR a = :v0) AND b = :v0", 1),
        condition("((attribute_exists(a) OR a = :v0)) AND b = :v0", 1),
    ),
    "a put returns the old item or nothing": (
        "PutItem",
        email() | {"ReturnValues": "ALL_OLD"},
        email() | {"ReturnValues": "ALL_NEW"},
    ),
    "an update returns the old or the new": (
        "UpdateItem",
        update("SET a = :a", {":a": 1}, ReturnValues="UPDATED_NEW"),
        update("SET a = :a", {":a": 1}, ReturnValues="NEW"),
    ),
    "a failed condition returns the old item": (
        "UpdateItem",
        condition("a = :v0", 1, ReturnValuesOnConditionCheckFailure="ALL_OLD"),
        condition("a = :v0", 1, ReturnValuesOnConditionCheckFailure="ALL_NEW"),
    ),
    "a member of an object has a name": ("PutItem", object_with("b"), object_with("")),
    "a transaction has 100 actions": ("TransactWriteItems", transaction(100), transaction(101)),
    "a transaction is not empty": ("TransactWriteItems", transaction(1), transaction(0)),
    "a transaction has 4 MB": (
        "TransactWriteItems",
        large_transaction(4 * 1024 * 1024 // 12 - 10),
        large_transaction(4 * 1024 * 1024 // 12),
    ),
    "a transaction touches an item once": (
        "TransactWriteItems",
        {"TransactItems": [{"Put": email()}, {"Delete": look_up(email="x")}]},
        {"TransactItems": [{"Put": put({"email": "x"})}, {"Delete": look_up(email="x")}]},
    ),
    "a transaction returns nothing": ("TransactWriteItems", transaction(1), transaction(1, ReturnValues="ALL_OLD")),
    "a token has 36 characters": ("TransactWriteItems", transaction(1, "x" * 36), transaction(1, "x" * 37)),
    "each action of a transaction keeps the limits": (
        "TransactWriteItems",
        {"TransactItems": [{"Update": one_of(100)}]},
        {"TransactItems": [{"Update": one_of(101)}]},
    ),
    "a batch reads 100 items": ("BatchGetItem", keys(100), keys(101)),
    "a batch reads something": ("BatchGetItem", keys(1), keys(0)),
    "a batch reads an item once": (
        "BatchGetItem",
        keys(2),
        {"RequestItems": {EMAILS: {"Keys": [encode({"email": "x"})] * 2}}},
    ),
    "a batch writes 25 items": ("BatchWriteItem", batch(25), batch(26)),
    "a query asks for an item": ("Query", query(Limit=1), query(Limit=0)),
    "an index is not read consistently": ("Query", query(ConsistentRead=False), query(ConsistentRead=True)),
    "a query's key is not empty": ("Query", query("x"), query("")),
    "a query goes on at a whole key": (
        "Query",
        query(ExclusiveStartKey=encode({"userId": "1", "listPartition": "#0", "position": "1"})),
        query(ExclusiveStartKey=encode({"userId": "1"})),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("action", "within", "beyond"), LIMITS.values(), ids=LIMITS)
def test_what_is_within_a_limit_is_taken_and_what_is_beyond_is_not(action, within, beyond):
    assert objections(action, within) == []
    assert len(set(objections(action, beyond))) == 1


def test_an_action_whose_limits_are_not_known_is_named():
    assert objections("CreateTable", {}) == ["not an action whose limits are known here"]


@pytest.mark.parametrize(
    ("item", "bytes_"),
    [
        ({"a": {"S": "é"}}, 3),
        ({"a": {"N": "0"}}, 2),
        ({"a": {"N": "100"}}, 3),
        ({"a": {"N": "-123.45"}}, 6),
        ({"a": {"B": "AAEC"}}, 4),
        ({"a": {"BOOL": False}, "b": {"NULL": True}}, 4),
        ({"a": {"SS": ["x", "yz"]}}, 4),
        ({"a": {"L": [{"S": "x"}, {"N": "1"}]}}, 9),
        ({"a": {"M": {"b": {"S": "x"}}}}, 7),
    ],
)
def test_an_item_has_the_size_that_aws_says(item, bytes_):
    assert item_size(item) == bytes_
