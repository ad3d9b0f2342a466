"""The client of DynamoDB: AWS JSON 1.0, signed by Signature Version 4, for the calls in use.

https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
"""

import secrets
import time
import zlib
from typing import Any

import orjson

from specbound.store import credentials
from specbound.store.attempts import ATTEMPT_SECONDS, ATTEMPTS, Arguments, DatabaseError, Reply, Unanswered, course
from specbound.store.connections import Answer, Closed, Connections
from specbound.store.retries import Quota, is_passing, pause_seconds
from specbound.store.signatures import Scope, Unsigned, signed
from specbound.store.values import serialized

TARGET = "DynamoDB_20120810."
MEDIA_TYPE = "application/x-amz-json-1.0"
# What is said of a signature whose time is not the other side's.
SKEWED = {"InvalidSignatureException", "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"}
# AWS takes a clock that is wrong by five minutes; so much less is no reason.
LEAST_SKEW_SECONDS = 240


class Client:
    """A client of DynamoDB at `endpoint`, whose credentials are those that AWS's SDKs find: in the environment, of a
    profile, of the container or the instance. `exchange` is how a signed request is sent.
    """

    def __init__(self, region: str, endpoint: str) -> None:
        self.region = region
        self._scope = Scope(region, "dynamodb")
        self._credentials = credentials.source()
        self._connections = Connections(endpoint)
        self.exchange = self._connections.exchange
        self.forget = self._connections.forget
        self._quota = Quota()
        self._skew_seconds = 0.0

    def send(self, action: str, arguments: Arguments) -> Reply:
        """One call, with all its attempts. Raises DatabaseError and Unanswered."""
        content = serialized(arguments)
        call_id, taken = secrets.token_hex(16), 0
        attempt = 0
        while True:
            attempt += 1
            try:
                reply = self._attempt(action, content, call_id, attempt)
            except (DatabaseError, Unanswered) as error:
                _note(error)
                if attempt == ATTEMPTS:
                    raise
                if isinstance(error, Closed) or self._is_corrected(error):
                    pause = 0.0
                elif is_passing(error) and (taken := self._quota.take(error)):
                    pause = pause_seconds(error, attempt)
                else:
                    raise
                if not course.has_time(pause + ATTEMPT_SECONDS):
                    raise
                time.sleep(pause)
            else:
                self._quota.give_back(taken)
                return reply

    def _is_corrected(self, error: DatabaseError | Unanswered) -> bool:
        """Whether a signature was refused for this machine's clock, by which the next one is not made any more."""
        if isinstance(error, Unanswered) or error.code not in SKEWED:
            return False
        said = error.metadata["HTTPHeaders"].get("date")
        if not said:
            return False
        from email.utils import parsedate_to_datetime  # noqa: PLC0415  # a start does without its modules

        try:
            skew = parsedate_to_datetime(said).timestamp() - time.time()
        except ValueError:
            return False
        if abs(skew - self._skew_seconds) < LEAST_SKEW_SECONDS:
            return False
        self._skew_seconds = skew
        return True

    def _attempt(self, action: str, content: bytes, call_id: str, attempt: int) -> Reply:
        answer = self.exchange(self._headers(action, content, call_id, attempt), content)
        expected = answer.headers.get("x-amz-crc32")
        if expected is not None and expected != str(zlib.crc32(answer.content)):
            raise Unanswered("a reply was damaged on its way", was_sent=True)
        return _read(action, answer, attempt)

    def _headers(self, action: str, content: bytes, call_id: str, attempt: int) -> dict[str, str]:
        said = {"content-type": MEDIA_TYPE, "host": self._connections.host, "x-amz-target": TARGET + action}
        request = Unsigned(said, content, path=self._connections.path)
        return {
            **signed(request, self._credentials(), self._scope, time.time() + self._skew_seconds),
            "accept-encoding": "identity",
            "amz-sdk-invocation-id": call_id,
            "amz-sdk-request": f"attempt={attempt}; max={ATTEMPTS}",
            "user-agent": "specbound",
        }


def _read(action: str, answer: Answer, attempt: int) -> Reply:
    """The reply that an answer is. Raises DatabaseError, and Unanswered for what is none."""
    metadata = {
        "RequestId": answer.headers.get("x-amzn-requestid", ""),
        "HTTPStatusCode": answer.status,
        "HTTPHeaders": answer.headers,
        "RetryAttempts": attempt - 1,
    }
    try:
        body: Any = orjson.loads(answer.content or b"{}")
    except orjson.JSONDecodeError:
        body = None
    if answer.status >= 300:
        said = body if isinstance(body, dict) else {}
        # Such as com.amazonaws.dynamodb.v20120810#ValidationException, with more behind a colon.
        code = str(said.get("__type") or answer.status).partition(":")[0].rpartition("#")[2]
        raise DatabaseError(action, code, said.get("message") or said.get("Message") or "", metadata, said)
    if not isinstance(body, dict):
        raise Unanswered("a reply that is not JSON", was_sent=True)
    return body | {"ResponseMetadata": metadata}


def _note(error: DatabaseError | Unanswered) -> None:
    if isinstance(error, DatabaseError):
        course.note_status(error.status)
    else:
        course.note_silence(error.was_sent)
