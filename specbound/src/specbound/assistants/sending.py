"""Sending: a call to the API, once more where that is safe, and under an idempotency key where there is one."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx

from specbound.assistants.calls import Call
from specbound.assistants.tools import KEY

ATTEMPTS = 3
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 10.0
TIMEOUT_SECONDS = 30.0
PASSING = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
OUTCOME_UNKNOWN = "urn:problem-type:outcome-unknown"
STILL_RUNNING = "urn:problem-type:still-running"


@dataclass(frozen=True)
class Lost:
    """No answer came, for this reason; `is_unknown` if it may have been done all the same."""

    reason: str
    is_unknown: bool


Reply = httpx.Response | Lost


class Sender:
    """An API at an address, called with these headers.

    The key of a call whose outcome nobody knows is kept: who makes the same call once more has it done once.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._client = httpx.AsyncClient(base_url=url, headers=dict(headers), timeout=TIMEOUT_SECONDS)
        self._open: defaultdict[tuple[str, bytes | None], list[str]] = defaultdict(list)

    async def send(self, call: Call) -> Reply:
        """What the API answers in the end, or that it did not."""
        if not call.tool.is_keyed:
            return await self._attempts(call, call.headers)
        same = (call.line, call.content)
        key = self._open[same].pop() if self._open[same] else str(uuid4())
        reply: Reply = Lost("The call was cancelled.", is_unknown=True)
        try:
            reply = await self._attempts(call, call.headers | {KEY: key})
        finally:
            if is_unknown(reply):
                self._open[same].append(key)
            elif not self._open[same]:
                del self._open[same]
        return reply

    async def _attempts(self, call: Call, headers: Mapping[str, str]) -> Reply:
        is_safe = call.tool.reads or call.tool.is_keyed
        reply = await self._once(call, headers)
        for number in range(ATTEMPTS - 1):
            wait = _wait(reply, number)
            if wait is None or not (is_safe or _was_not_done(reply)):
                break
            await asyncio.sleep(wait)
            reply = await self._once(call, headers)
        return reply

    async def _once(self, call: Call, headers: Mapping[str, str]) -> Reply:
        try:
            return await self._client.request(
                call.tool.method, call.target, headers=dict(headers), content=call.content
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return Lost(f"Nothing answers at {self._client.base_url}: {error}", is_unknown=False)
        except httpx.TransportError as error:
            return Lost(f"No answer came: {type(error).__name__} {error}".strip(), is_unknown=not call.tool.reads)


def is_unknown(reply: Reply) -> bool:
    """Whether nobody knows if it was done."""
    if isinstance(reply, Lost):
        return reply.is_unknown
    return reply.status_code >= 500 or kind(reply) in (OUTCOME_UNKNOWN, STILL_RUNNING)


def kind(reply: httpx.Response) -> str:
    """The type of the problem that it tells."""
    return str(told(reply).get("type", ""))


def told(reply: httpx.Response) -> dict[str, Any]:
    """The problem as an object; {} for what is none."""
    try:
        found = reply.json() if reply.is_error else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def _was_not_done(reply: Reply) -> bool:
    """Whether it was not even begun."""
    if isinstance(reply, Lost):
        return not reply.is_unknown
    return reply.status_code == HTTPStatus.TOO_MANY_REQUESTS


def _wait(reply: Reply, number: int) -> float | None:
    """How long to wait before another attempt; None if it would not help."""
    own = FIRST_WAIT_SECONDS * 2**number
    if isinstance(reply, Lost):
        return own if reply.is_unknown or number == 0 else None
    if reply.status_code not in PASSING and kind(reply) != STILL_RUNNING:
        return None
    said = reply.headers.get("retry-after", "")
    wait = float(said) if said.isascii() and said.isdecimal() else own
    return wait if wait <= LONGEST_WAIT_SECONDS else None
