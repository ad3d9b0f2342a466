"""`Idempotency-Key`: a request that is sent again is not done again, it gets the first answer.

Powertools keeps the record: which request a key came with, whether it is running, what it was answered. Should a
process die before the answer is kept, the request is done anew under the same `identity`; operations derive their new
ids from it, so the second attempt meets the first one's items instead of making more.
"""

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.idempotency.serialization.custom_dict import CustomDictSerializer

from handlers.contract import contract
from handlers.database import Unavailable, client, may_pass, table_name
from handlers.messages import Request
from handlers.problems import IdempotencyKeyReused, StillRunning

KEY = "Idempotency-Key"
LIFETIME = timedelta(hours=24)
Reply = dict[str, Any]


def identity(operation_id: str, subject: str | None, parameters: Mapping[str, Any], body: Any) -> str | None:
    """What is the same for every attempt at one request; None without a key: every request is one of its own."""
    if KEY not in parameters:
        return None
    request = [operation_id, subject, dict(parameters), body]
    return str(uuid5(NAMESPACE_URL, json.dumps(request, sort_keys=True, default=str)))


def outlived(item: Mapping[str, Any]) -> bool:
    """Whether an item is older than a key's life: an attempt that meets it is not the one that made it."""
    return datetime.fromisoformat(item["createdAt"]) < datetime.now(UTC) - LIFETIME


def once(request: Request, context: Any, answer: Callable[[], Reply]) -> Reply:
    """The reply of `answer`, which runs once for a subject, an operation and a key, however often they come.

    Raises IdempotencyKeyReused, StillRunning, and whatever `answer` raises: then nothing is kept, and the key is free.
    """
    # A record that was left running is taken over once the invocation that left it can't be running any more.
    _config.lambda_context = context if hasattr(context, "get_remaining_time_in_millis") else None
    record = {
        "key": [request.operation_id, request.subject, request.parameters[KEY]],
        "request": [dict(request.parameters), request.body],
    }
    try:
        reply: Reply = _once(answer, record=record)
    except IdempotencyValidationError:
        raise IdempotencyKeyReused from None
    except IdempotencyAlreadyInProgressError:
        raise StillRunning from None
    except IdempotencyPersistenceLayerError as error:
        if may_pass(error.__cause__):
            raise Unavailable("the record of the key") from error
        raise
    return reply


def _pack(reply: Reply) -> dict[str, str]:
    # Packed, the longest reply to the longest batch fits into one item (400 KB).
    return {"reply": base64.b64encode(zlib.compress(json.dumps(reply).encode(), 1)).decode()}


def _unpack(packed: dict[str, str]) -> Reply:
    reply: Reply = json.loads(zlib.decompress(base64.b64decode(packed["reply"])))
    return reply


_config = IdempotencyConfig(
    event_key_jmespath="key",
    payload_validation_jmespath="request",
    raise_on_no_idempotency_key=True,
    expires_after_seconds=int(LIFETIME.total_seconds()),
    hash_function="sha256",
)


# The compiler sees to it that there is one if any operation takes a key.
_table = table_name("idempotency") if "idempotency" in contract.tables else ""


@idempotent_function(  # type: ignore[untyped-decorator]  # Powertools leaves it untyped
    data_keyword_argument="record",
    config=_config,
    persistence_store=DynamoDBPersistenceLayer(table_name=_table, boto3_client=client),
    output_serializer=CustomDictSerializer(to_dict=_pack, from_dict=_unpack),
    key_prefix="once",
)
def _once(answer: Callable[[], Reply], *, record: Mapping[str, Any]) -> Reply:
    return answer()
