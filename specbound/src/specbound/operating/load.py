"""Load, `specbound load`: requests at a steady rate, whatever becomes of them, and how long each was under way.

The loop is open: a request is sent when its time has come, not when another was answered, and its latency counts from
that time. So a server that stalls is charged for everything that waited meanwhile (no coordinated omission).
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from specbound.failures import Failed
from specbound.operating.load_mix import MIX, Mix, Request, read
from specbound.operating.load_report import OUT, Outcome, Report, percentile, write

RATE, SECONDS, TIMEOUT_SECONDS = 20, 30, 30
# Of each kind of request that leaves something for others, before the clock runs.
FIRST = 20
MOST_CONNECTIONS = 500
# One that sends so late measures itself, too.
LATE_SECONDS = 0.05
ENOUGH = 0.99


@dataclass
class _Run:
    """One load on one API."""

    client: httpx.AsyncClient
    mix: Mix
    kept: dict[str, list[str]] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    lateness: list[float] = field(default_factory=list)

    async def prepare(self) -> None:
        """Send what leaves something for others: a path may need it. Raises Failed if nothing comes of it."""
        for each in self.mix.requests:
            for _ in range(FIRST if each.keep else 0):
                outcome = await self.send(each, time.perf_counter(), 0)
                if outcome.error:
                    raise Failed(f"{each.name}: {outcome.error}. Others of the mix need what it makes ({each.keep}).")

    async def go(self, rate: float, seconds: float, tell: Callable[[int], None]) -> None:
        """Send the whole mix at its times, and wait for all that is under way."""
        count = max(1, round(rate * seconds))
        chosen = self.mix.choose(count)
        start = time.perf_counter() + 0.1
        tasks: list[asyncio.Task[None]] = []
        for number, each in enumerate(chosen):
            due = start + number / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self.lateness.append(max(0.0, time.perf_counter() - due))
            tasks.append(asyncio.create_task(self._note(each, due, due - start)))
            tell(number + 1)
        await asyncio.gather(*tasks)

    async def _note(self, request: Request, due: float, at: float) -> None:
        self.outcomes.append(await self.send(request, due, at))

    async def send(self, request: Request, due: float, at: float) -> Outcome:
        """Send a request, and say what came of it, and how long after it was due."""
        error = None
        try:
            filled = request.fill(self.kept)
            reply = await self.client.request(
                request.method, filled.path, json=filled.body, headers=dict(filled.headers)
            )
            if reply.status_code >= httpx.codes.BAD_REQUEST:
                error = f"status {reply.status_code}"
            elif request.keep:
                self._keep(request.keep, reply)
        except LookupError as missing:
            error = f"nothing is kept as {missing}"
        except httpx.TimeoutException as timeout:
            error = f"no answer in time ({type(timeout).__name__})"
        except httpx.HTTPError as broken:
            error = f"no connection ({type(broken).__name__})"
        return Outcome(request.name, at, time.perf_counter() - due, error)

    def _keep(self, name: str, reply: httpx.Response) -> None:
        try:
            value = reply.json()[name]
        except (ValueError, LookupError, TypeError):
            return
        self.kept.setdefault(name, []).append(str(value))


def run(url: str, mix: Path = MIX, rate: float = RATE, seconds: float = SECONDS, out: Path = OUT) -> int:
    """Load an API with a mix of requests for a time, and write what came of it: a page and a picture.

    The token of its requests is the environment's API_TOKEN. Returns 1 if more than 1 % of the requests failed, else 0.
    Raises Failed.
    """
    if not url.startswith(("http://", "https://")):
        raise Failed(f"{url} is no URL of an API: write it as https://api.example.com")
    report = asyncio.run(loaded(url.rstrip("/"), read(mix), rate, seconds))
    write(report, out)
    print(report.text())
    print(f"\n{out / 'report.md'} and {out / 'latency.svg'} are written.")
    if report.late_seconds > LATE_SECONDS:
        late = f"{report.late_seconds * 1000:.0f} ms"
        way_out = "Part of the latencies is this machine's own: ask for less, or from a larger one."
        print(f"Requests were sent up to {late} late. {way_out}", file=sys.stderr)
    return 0 if report.succeeded >= ENOUGH else 1


async def loaded(url: str, mix: Mix, rate: float, seconds: float) -> Report:
    """Send a mix of requests to an API at a steady rate, and say what came of them. Raises Failed."""
    token = os.environ.get("API_TOKEN")
    headers = {"authorization": f"Bearer {token}"} if token else {}
    limits = httpx.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_CONNECTIONS)
    async with httpx.AsyncClient(base_url=url, headers=headers, limits=limits, timeout=TIMEOUT_SECONDS) as client:
        loading = _Run(client, mix)
        await loading.prepare()
        await loading.go(rate, seconds, _Progress(round(rate * seconds)).tell)
    return Report(url, rate, seconds, loading.outcomes, percentile(loading.lateness, 0.99))


class _Progress:
    """How many requests were sent, on standard error."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._next = 0.0

    def tell(self, sent: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + (0.5 if sys.stderr.isatty() else 5)
            print(f"\r{sent} of {self._count} requests sent", end="" if sys.stderr.isatty() else "\n", file=sys.stderr)
