"""What can go wrong between the function and DynamoDB, made to happen where a client hands a request to the network."""

import io
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from typing import Any, Self

ALWAYS = 1_000_000
LONG_SECONDS = 2


@dataclass(frozen=True)
class Fault:
    """`kind` is a function of this module. It strikes `times` times, from a call's `first` sending on.

    With an `action` (PutItem, …) only sendings of that action are counted and struck. The client's own retries count.
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


@dataclass(frozen=True)
class Sending:
    """A request that is about to be sent: `send` does so, and nobody sees the reply."""

    arguments: Any
    send: Callable[[], object]


class NoReply(Exception):
    """Nothing comes in time."""


class Reset(Exception):
    """The connection ends."""


# What DynamoDB is made to answer: a status, and what the body says.
Struck = tuple[int, Mapping[str, Any]]


class Line:
    """The line between the function's client and DynamoDB. `calls` names every request that was sent down it."""

    def __init__(self, client: Any, header: str | None) -> None:
        self.calls: list[str] = []
        self.fault = Fault(*json.loads(header)) if header else None
        self._tap = SdkTap(client.sdk, self) if hasattr(client, "sdk") else OwnTap(client, self)

    def __enter__(self) -> Self:
        self._tap.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._tap.close()

    def strike(self, action: str, sending: Sending) -> Struck | None:
        """What is answered instead of DynamoDB; None if it is to be asked. Raises NoReply and Reset."""
        self.calls.append(action)
        fault = self.fault
        if fault is None or fault.action not in ("", action):
            return None
        number = self.calls.count(action) if fault.action else len(self.calls)
        return KINDS[fault.kind](sending) if fault.first <= number < fault.first + fault.times else None


class SdkTap:
    """Where boto3 hands a request to the network."""

    def __init__(self, sdk: Any, line: Line) -> None:
        self._events, self._line = sdk.meta.events, line

    def open(self) -> None:
        self._events.register("before-send.dynamodb", self._send)

    def close(self) -> None:
        self._events.unregister("before-send.dynamodb", self._send)

    def _send(self, request: Any, event_name: str, **_: Any) -> Any:
        from botocore.awsrequest import AWSResponse  # noqa: PLC0415  # where the other client runs it is not there
        from botocore.compat import HTTPHeaders  # noqa: PLC0415
        from botocore.exceptions import ConnectionClosedError, ReadTimeoutError  # noqa: PLC0415
        from botocore.httpsession import URLLib3Session  # noqa: PLC0415
        from urllib3 import HTTPResponse  # noqa: PLC0415

        sending = Sending(json.loads(request.body), lambda: URLLib3Session().send(request))
        try:
            struck = self._line.strike(event_name.rpartition(".")[2], sending)
        except NoReply:
            raise ReadTimeoutError(endpoint_url=request.url) from None
        except Reset:
            raise ConnectionClosedError(endpoint_url=request.url) from None
        if struck is None:
            return None
        status, body = struck
        headers = HTTPHeaders.from_dict({"content-type": "application/x-amz-json-1.0"})
        raw = HTTPResponse(io.BytesIO(json.dumps(body).encode()), preload_content=False)
        return AWSResponse(request.url, status, headers, raw)


class OwnTap:
    """Where the client of our own does so."""

    def __init__(self, client: Any, line: Line) -> None:
        self._client, self._line = client, line
        self._exchange = client.exchange

    def open(self) -> None:
        self._client.exchange = self._send

    def close(self) -> None:
        self._client.exchange = self._exchange

    def _send(self, headers: Mapping[str, str], content: bytes) -> Any:
        from specbound.store.attempts import Unanswered  # noqa: PLC0415  # where the other client runs it is not there
        from specbound.store.connections import Answer  # noqa: PLC0415

        action = headers["x-amz-target"].rpartition(".")[2]
        sending = Sending(json.loads(content), lambda: self._exchange(headers, content))
        try:
            struck = self._line.strike(action, sending)
        except (NoReply, Reset) as lost:
            raise Unanswered(type(lost).__name__, was_sent=True) from lost
        if struck is None:
            return self._exchange(headers, content)
        status, said = struck
        return Answer(status, {}, json.dumps(said).encode())


def lost_reply(sending: Sending) -> Struck:
    """The call is done, but its reply does not arrive in time."""
    sending.send()
    raise NoReply


def lost_late(sending: Sending) -> Struck:
    """The call is done, and it takes long until its reply is given up: others write meanwhile."""
    sending.send()
    time.sleep(LONG_SECONDS)
    raise NoReply


def reset_after(sending: Sending) -> Struck:
    """The call is done, but the connection ends before its reply."""
    sending.send()
    raise Reset


def timed_out(sending: Sending) -> Struck:
    raise NoReply


def reset(sending: Sending) -> Struck:
    raise Reset


def died(sending: Sending) -> Struck:
    """The process ends before the call."""
    os._exit(1)


def died_after(sending: Sending) -> Struck:
    """The process ends when the call is done."""
    sending.send()
    os._exit(1)


def throttled(sending: Sending) -> Struck:
    return _error("ProvisionedThroughputExceededException")


def throttled_item(sending: Sending) -> Struck:
    return _cancelled(sending, "ThrottlingError")


def conflict(sending: Sending) -> Struck:
    """Another transaction is at work on an item."""
    if "TransactItems" in sending.arguments:
        return _cancelled(sending, "TransactionConflict")
    return _error("TransactionConflictException")


def refused_beside_conflict(sending: Sending) -> Struck:
    """One item is in conflict, and another one's condition did not hold at that moment."""
    return _cancelled(sending, "TransactionConflict", "ConditionalCheckFailed")


def internal(sending: Sending) -> Struck:
    return _error("InternalServerError", status=500)


def denied(sending: Sending) -> Struck:
    return _error("AccessDeniedException", "User: arn:aws:sts::1:role is not authorized on table/secret")


def unprocessed(sending: Sending) -> Struck:
    """A batch of which nothing was read."""
    return 200, {"Responses": {}, "UnprocessedKeys": sending.arguments["RequestItems"]}


KINDS: dict[str, Callable[[Sending], Struck]] = {
    each.__name__: each
    for each in (
        conflict, denied, died, died_after, internal, lost_late, lost_reply, refused_beside_conflict, reset,
        reset_after, throttled, throttled_item, timed_out, unprocessed,
    )
}  # fmt: skip


def _cancelled(sending: Sending, *codes: str) -> Struck:
    """A transaction is cancelled for the first items for these reasons, and for no other item."""
    others = len(sending.arguments["TransactItems"]) - len(codes)
    reasons = [{"Code": code} for code in [*codes, *["None"] * others]]
    return _error("TransactionCanceledException", CancellationReasons=reasons)


def _error(code: str, message: str = "Injected.", status: int = 400, **members: Any) -> Struck:
    return status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message, **members}
