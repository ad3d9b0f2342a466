"""Batch operations as the contract declares them: what can be imported, and in what portions."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

KEY = "Idempotency-Key"
# For a contract that leaves its throttle to the stage, and a list's length to the size of the body.
GENTLE = {"rate": 5, "burst": 5}
MODEST = 25
# How the first tag of an operation begins that an earlier version of the contract has.
EARLIER = re.compile(r"(v[0-9]{1,4})(?:/|$)")

Contract = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of thing that the API creates in batches, under a key."""

    name: str
    operation_id: str
    types: dict[str, str]
    """The JSON type of each field, "" where the contract names none."""
    required: frozenset[str]
    most_items: int
    most_bytes: int
    rate: float
    """Requests a second."""
    at_once: int


def batches(contract: Contract) -> list[Kind]:
    """What the contract lets be created in batches. Two of one name are told apart by their operations."""
    items = ((path, item) for path, item in contract["paths"].items() if path.startswith("/") and "post" in item)
    found = [kind for path, item in items if (kind := _kind(contract, path, item))]
    count = Counter(each.name for each in found)
    return [replace(each, name=each.operation_id) if count[each.name] > 1 else each for each in found]


def _kind(contract: Contract, path: str, item: Contract) -> Kind | None:
    """What a POST creates, if it takes `{"items": […]}` and a key and nothing else, and answers with `results`."""
    operation = item["post"]
    parameters = [resolve(contract, each) for each in item.get("parameters", []) + operation.get("parameters", [])]
    if [each["name"] for each in parameters] != [KEY]:
        return None
    body = resolve(contract, operation.get("requestBody", {}))
    sent, answered = _schema(contract, body), of_answer(contract, operation)
    if sent.get("properties", {}).keys() != {"items"} or "results" not in answered.get("properties", {}):
        return None
    items = resolve(contract, sent["properties"]["items"])
    fields, required = members(contract, items["items"])
    throttle = operation.get("x-throttle", GENTLE)
    return Kind(
        name=versioned(operation, collection(path)),
        operation_id=operation["operationId"],
        types={name: _type(contract, each) for name, each in fields.items()},
        required=required,
        most_items=items.get("maxItems", MODEST),
        most_bytes=body["x-max-bytes"],
        rate=throttle["rate"],
        # A second's worth on the way is enough; the rest of the burst is left to others, and to repetitions.
        at_once=int(min(throttle["rate"], throttle["burst"])),
    )


def versioned(operation: Contract, name: str) -> str:
    """The name of what an operation is for; of an earlier version's below it, as the client has it: `v1.users`."""
    found = EARLIER.match(str((operation.get("tags") or [""])[0]))
    return f"{found[1]}.{name}" if found else name


def collection(path: str) -> str:
    """The collection that the path is about: `users` of `/users/batch`."""
    return path.strip("/").split("/")[-2:][0]


def of_answer(contract: Contract, operation: Contract) -> Contract:
    """What the JSON of an operation's 200 is to be; {} where it has none."""
    return _schema(contract, resolve(contract, operation["responses"].get("200", {})))


def _schema(contract: Contract, body: Contract) -> Contract:
    """What the JSON of a body or an answer is to be; {} where it has none."""
    return resolve(contract, body.get("content", {}).get("application/json", {}).get("schema", {}))


def members(contract: Contract, schema: Contract) -> tuple[Contract, frozenset[str]]:
    """An object's members and the names of the required ones, with those of its allOf."""
    schema = resolve(contract, schema)
    parts = [members(contract, each) for each in schema.get("allOf", [])]
    own = schema.get("properties", {}), frozenset[str](schema.get("required", []))
    return reduce(lambda left, right: (left[0] | right[0], left[1] | right[1]), parts, own)


def _type(contract: Contract, schema: Contract) -> str:
    schema = resolve(contract, schema)
    inherited = (_type(contract, each) for each in schema.get("allOf", []))
    own = schema.get("type") or next(filter(None, inherited), "")
    return str(own) if isinstance(own, str) else next((str(each) for each in own if each != "null"), "")


def resolve(contract: Contract, value: Contract) -> Contract:
    """What a value is, or what it refers to."""
    while "$ref" in value:
        steps: Iterable[str] = value["$ref"].split("/")[1:]
        value = reduce(lambda part, step: part[step], steps, contract)
    return value
