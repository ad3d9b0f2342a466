"""The pace of a pass: how much it asks of DynamoDB in a second, whatever the number of its threads."""

import threading
import time
from typing import Any

from botocore.exceptions import ClientError

Attributes = dict[str, Any]
# A condition of a write did not hold, of one or of a transaction.
REFUSED = ("ConditionalCheckFailedException", "TransactionCanceledException")


class Stopped(Exception):
    """No more calls are made, since somebody or something ended the pass."""


class Paced:
    """An SDK client whose calls take `rate` capacity units a second on average, reads and writes together.

    What a call takes is known after it: the calls that follow wait until that is made up for.
    """

    def __init__(self, client: Any, rate: float) -> None:
        self._client = client
        self._rate = rate
        self._lock = threading.Lock()
        self._next = 0.0
        self._stop = threading.Event()

    def call(self, action: str, **arguments: Any) -> dict[str, Any]:
        """One call, when its turn has come. Raises ClientError and BotoCoreError as the SDK does, and Stopped."""
        if self._stop.wait(max(0, self._next - time.monotonic())):
            raise Stopped
        units = 1.0  # what a write takes at least that is refused: DynamoDB does not say
        try:
            reply: dict[str, Any] = getattr(self._client, action)(ReturnConsumedCapacity="TOTAL", **arguments)
            consumed = reply["ConsumedCapacity"]  # of a transaction, of each of its tables
            tables = consumed if isinstance(consumed, list) else [consumed]
            units = sum(each["CapacityUnits"] for each in tables)
        except ClientError as error:
            if error.response["Error"]["Code"] not in REFUSED:
                units = 0
            raise
        finally:
            with self._lock:
                self._next = max(self._next, time.monotonic()) + units / self._rate
        return reply

    def stop(self) -> None:
        """Let no more calls through: who waits, or asks later, is told by Stopped."""
        self._stop.set()
