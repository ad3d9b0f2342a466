"""The connection to DynamoDB, and the only module that imports boto3: calls, values, and what can go wrong."""

import os
import random
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from handlers.configuration import check_database
from handlers.contract import contract

Item = dict[str, Any]
Attributes = dict[str, Any]

# What DynamoDB says when the same call may succeed later, after the SDK has retried it.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
CONFLICTS = {"TransactionConflict", "TransactionConflictException"}
BUSY = CONFLICTS | {
    "InternalServerError", "LimitExceededException", "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestTimeout", "ServiceUnavailable",
    "ThrottlingError", "ThrottlingException", "TransactionInProgressException",
}  # fmt: skip
TRIES = 7


class Unavailable(Exception):
    """The database did not take the call, or did not answer in time. The same request may be tried again."""


check_database(contract.tables)
# Made at import, while Lambda lends a whole core, and reused by every request of this process.
client = boto3.client(
    "dynamodb",
    config=Config(
        retries={"mode": "standard", "total_max_attempts": 3},
        connect_timeout=1,
        read_timeout=2,
        tcp_keepalive=True,
        max_pool_connections=50,
    ),
)


def table_name(table: str) -> str:
    """The name of a table of the contract in this deployment, from `TABLE_<NAME>`."""
    return os.environ[f"TABLE_{table.upper()}"]


def call(action: str, **arguments: Any) -> dict[str, Any]:
    """One DynamoDB call. A conflict with another transaction is tried again, which the SDK leaves to us.

    Raises Unavailable for what may pass, and ClientError for everything else.
    """
    method = getattr(client, action)
    for _ in tries():
        try:
            result: dict[str, Any] = method(**arguments)
            return result
        except (ClientError, ConnectionError, HTTPClientError) as error:
            if not may_pass(error):
                raise
            if not _codes(error) <= CONFLICTS:
                raise Unavailable(" ".join(_codes(error))) from error
    raise Unavailable("TransactionConflict")


def tries() -> Iterator[int]:
    """As many tries as are worth their while; before each but the first a pause: random, doubling, 1.6 s at most."""
    for number in range(TRIES):
        if number:
            time.sleep(random.uniform(0, 0.0125 * 2**number))  # noqa: S311  # no secret depends on it
        yield number


def may_pass(error: BaseException | None) -> bool:
    """Whether the call that failed may succeed later."""
    return isinstance(error, ClientError | ConnectionError | HTTPClientError) and bool(_codes(error) <= BUSY)


def _codes(error: ClientError | ConnectionError | HTTPClientError) -> set[str]:
    """Why a call failed; for a transaction, why each of its items did."""
    if not isinstance(error, ClientError):
        return {"RequestTimeout"}
    reasons = error.response.get("CancellationReasons")
    if reasons is not None:
        codes = {each["Code"] for each in reasons} - {"None"}
        # Beside a conflict, one item's refusal does not say that the conditions of the others would have held.
        return codes - {"ConditionalCheckFailed"} or codes
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return {"InternalServerError"} if status >= 500 else {error_code(error)}


def error_code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def encode(item: Mapping[str, Any]) -> Attributes:
    return {name: _serializer.serialize(value) for name, value in item.items()}


def decode(attributes: Mapping[str, Any]) -> Item:
    return {name: _plain(_deserializer.deserialize(value)) for name, value in attributes.items()}


def _plain(value: Any) -> Any:
    # DynamoDB hands every number back as a Decimal; the contract's integers are int.
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


_serializer = TypeSerializer()
_deserializer = TypeDeserializer()
