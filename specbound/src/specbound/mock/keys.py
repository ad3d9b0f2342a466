"""Keys: what was answered under an idempotency key is answered again, as the service keeps them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from specbound.messages import Response
from specbound.resources.idempotency import IdempotencyKey


def once(key: IdempotencyKey, do: Callable[[], Response]) -> Response:
    """What `do` answers, or what was answered to the first request of this key. Raises what `do` does, and
    IdempotencyKeyReused.
    """

    def attempt() -> list[Any]:
        # What was done before is known before anything is done.
        key.look()
        outcomes = [_packed(do())]
        key.write(outcomes)
        return outcomes

    return _unpacked(key.once(attempt)[0])


def _packed(response: Response) -> dict[str, Any]:
    is_binary = isinstance(response.body, bytes)
    body = response.body.decode("latin-1") if is_binary else response.body
    return {
        "status": int(response.status), "body": body, "binary": is_binary, "headers": dict(response.headers),
        "media_type": response.media_type,
    }  # fmt: skip


def _unpacked(outcome: dict[str, Any]) -> Response:
    body = outcome["body"].encode("latin-1") if outcome["binary"] else outcome["body"]
    return Response(HTTPStatus(outcome["status"]), body, outcome["headers"], outcome["media_type"])
