"""What can go wrong between the function and DynamoDB, made to happen where the SDK hands a request to the network."""

import io
import json
import os
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any, Self, cast

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from urllib3 import HTTPResponse

ALWAYS = 1_000_000
LONG_SECONDS = 2


@dataclass(frozen=True)
class Fault:
    """`kind` is a function of this module. It strikes `times` times, from a call's `first` sending on.

    With an `action` (PutItem, …) only sendings of that action are counted and struck. The SDK's own retries count.
    """

    kind: str
    times: int = ALWAYS
    first: int = 1
    action: str = ""

    @property
    def lasts(self) -> bool:
        return self.times == ALWAYS

    def __str__(self) -> str:
        return f"{self.kind}-{'always' if self.lasts else self.times}"

    def header(self) -> dict[str, str]:
        return {"x-fault": json.dumps(astuple(self))}


class Line:
    """The line between an SDK client and DynamoDB. `calls` names every request that was sent down it."""

    def __init__(self, client: Any, header: str | None) -> None:
        self.calls: list[str] = []
        self.fault = Fault(*json.loads(header)) if header else None
        self._events = client.meta.events

    def __enter__(self) -> Self:
        self._events.register("before-send.dynamodb", self._send)
        return self

    def __exit__(self, *_: object) -> None:
        self._events.unregister("before-send.dynamodb", self._send)

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: Any) -> AWSResponse | None:
        action = event_name.rpartition(".")[2]
        self.calls.append(action)
        fault = self.fault
        if fault is None or fault.action not in ("", action):
            return None
        number = self.calls.count(action) if fault.action else len(self.calls)
        return KINDS[fault.kind](request) if fault.first <= number < fault.first + fault.times else None


def lost_reply(request: AWSPreparedRequest) -> AWSResponse:
    """The call is done, but its reply does not arrive in time."""
    URLLib3Session().send(request)
    raise ReadTimeoutError(endpoint_url=request.url)


def lost_late(request: AWSPreparedRequest) -> AWSResponse:
    """The call is done, and it takes long until its reply is given up: others write meanwhile."""
    URLLib3Session().send(request)
    time.sleep(LONG_SECONDS)
    raise ReadTimeoutError(endpoint_url=request.url)


def reset_after(request: AWSPreparedRequest) -> AWSResponse:
    """The call is done, but the connection ends before its reply."""
    URLLib3Session().send(request)
    raise ConnectionClosedError(endpoint_url=request.url)


def timed_out(request: AWSPreparedRequest) -> AWSResponse:
    raise ReadTimeoutError(endpoint_url=request.url)


def reset(request: AWSPreparedRequest) -> AWSResponse:
    raise ConnectionClosedError(endpoint_url=request.url)


def died(request: AWSPreparedRequest) -> AWSResponse:
    """The process ends before the call."""
    os._exit(1)


def died_after(request: AWSPreparedRequest) -> AWSResponse:
    """The process ends when the call is done."""
    URLLib3Session().send(request)
    os._exit(1)


def throttled(request: AWSPreparedRequest) -> AWSResponse:
    return _error(request, "ProvisionedThroughputExceededException")


def throttled_item(request: AWSPreparedRequest) -> AWSResponse:
    return _cancelled(request, "ThrottlingError")


def conflict(request: AWSPreparedRequest) -> AWSResponse:
    """Another transaction is at work on an item."""
    if "TransactItems" in _arguments(request):
        return _cancelled(request, "TransactionConflict")
    return _error(request, "TransactionConflictException")


def refused_beside_conflict(request: AWSPreparedRequest) -> AWSResponse:
    """One item is in conflict, and another one's condition did not hold at that moment."""
    return _cancelled(request, "TransactionConflict", "ConditionalCheckFailed")


def internal(request: AWSPreparedRequest) -> AWSResponse:
    return _error(request, "InternalServerError", status=500)


def denied(request: AWSPreparedRequest) -> AWSResponse:
    return _error(request, "AccessDeniedException", "User: arn:aws:sts::1:role is not authorized on table/secret")


def unprocessed(request: AWSPreparedRequest) -> AWSResponse:
    """A batch of which nothing was read."""
    return _response(request, 200, {"Responses": {}, "UnprocessedKeys": _arguments(request)["RequestItems"]})


KINDS: dict[str, Callable[[AWSPreparedRequest], AWSResponse]] = {
    each.__name__: each
    for each in (
        conflict, denied, died, died_after, internal, lost_late, lost_reply, refused_beside_conflict, reset,
        reset_after, throttled, throttled_item, timed_out, unprocessed,
    )
}  # fmt: skip


def _arguments(request: AWSPreparedRequest) -> Any:
    return json.loads(cast(bytes, request.body))


def _cancelled(request: AWSPreparedRequest, *codes: str) -> AWSResponse:
    """A transaction is cancelled for the first items for these reasons, and for no other item."""
    others = len(_arguments(request)["TransactItems"]) - len(codes)
    reasons = [{"Code": code} for code in [*codes, *["None"] * others]]
    return _error(request, "TransactionCanceledException", CancellationReasons=reasons)


def _error(
    request: AWSPreparedRequest, code: str, message: str = "Injected.", status: int = 400, **members: Any
) -> AWSResponse:
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message, **members}
    return _response(request, status, body)


def _response(request: AWSPreparedRequest, status: int, body: dict[str, Any]) -> AWSResponse:
    headers = HTTPHeaders.from_dict({"content-type": "application/x-amz-json-1.0"})
    raw = HTTPResponse(io.BytesIO(json.dumps(body).encode()), preload_content=False)
    return AWSResponse(request.url, status, headers, raw)
