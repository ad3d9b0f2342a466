"""What many clients did at once, and what each of their requests was answered, with replies of DynamoDB's lost."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random, randrange
from typing import Any

import httpx

from tests.ministack.faults import ALWAYS, Fault
from tests.ministack.racing import race

# What goes wrong with a call: mostly nothing, often its reply is lost, and sometimes nothing gets through.
KINDS = [None] * 5 + ["lost_reply", "reset_after"] * 3 + ["timed_out", "reset", "throttled", "internal"]
TIMES = [1] * 5 + [2, ALWAYS]
MOST_SENDINGS = 5
UNKNOWN = "urn:problem-type:outcome-unknown"
STILL_RUNNING = "urn:problem-type:still-running"


@dataclass(frozen=True)
class Step:
    """One request, and its last answer. A caller who has a key sends it again until it is answered."""

    label: str
    reply: httpx.Response
    has_key: bool

    @property
    def outcome(self) -> str:
        """What the caller knows now: it is done, it is not done, or either may be."""
        if self.reply.is_success:
            return "done"
        problem = self.reply.json()["type"]
        if self.reply.status_code >= 500:
            assert self.reply.status_code == 503, self.reply.text
            assert ("retry-after" in self.reply.headers) == (problem != UNKNOWN)
            return "unknown" if problem == UNKNOWN or self.has_key else "not done"
        return "unknown" if problem == STILL_RUNNING else "not done"


@dataclass
class Caller:
    """One of the clients. What it does and what goes wrong for it follows from the seed."""

    client: httpx.Client
    name: str
    random: Random

    def send(self, label: str, method: str, path: str, body: Any = None, **headers: str) -> Step:
        """`headers` are written with `_` for `-`. The fault strikes the first sending only."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        has_key = "idempotency-key" in sent
        reply = self.client.request(method, path, json=body, headers=sent | self._fault())
        for _ in range(MOST_SENDINGS if has_key else 0):
            if reply.status_code != 503:
                break
            reply = self.client.request(method, path, json=body, headers=sent)
        return Step(label, reply, has_key)

    def key(self, label: str) -> dict[str, str]:
        """An Idempotency-Key for every other request."""
        return {"idempotency_key": label} if self.random.random() < 0.5 else {}

    def _fault(self) -> dict[str, str]:
        kind = self.random.choice(KINDS)
        times, first = self.random.choice(TIMES), self.random.randint(1, 3)
        return Fault(kind, times, first).header() if kind else {}


def seed() -> int:
    """Of HISTORY_SEED, so that a history can be played again; else a new one. A failing test prints it."""
    number = int(os.environ.get("HISTORY_SEED", randrange(1_000_000)))
    print(f"HISTORY_SEED={number} plays this again")
    return number


def play(
    client: httpx.Client, plan: Callable[[Caller], Iterable[Step]], callers: int, seed: int
) -> dict[str, list[Step]]:
    """Let so many callers follow the plan at once. Returns the steps of each, in its order."""
    crew = [Caller(client, f"c{number}", Random(f"{seed} {number}")) for number in range(callers)]
    histories = race(partial(_listed, plan, caller) for caller in crew)
    return {caller.name: steps for caller, steps in zip(crew, histories, strict=True)}


def _listed(plan: Callable[[Caller], Iterable[Step]], caller: Caller) -> list[Step]:
    return list(plan(caller))


def steps_of(histories: dict[str, list[Step]]) -> Iterator[Step]:
    for steps in histories.values():
        yield from steps
