"""A canary: for a while a new version gets a share of the requests, is watched, and goes on or goes back by itself.

Whoever watches it gives a sign of life on the alias. Where that is missing, nobody does, and the next command that
finds it takes it back. What is taken back is held, as after a rollback: nothing goes there unless it is told to.
"""

import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from botocore.exceptions import BotoCoreError, ClientError

from specbound.deploy import smoke
from specbound.deploy.alias import CANARY, Alias, Live, held, now, said
from specbound.deploy.smoke import Callers, Question, Unfit
from specbound.deploy.watch import Watch, complaint
from specbound.failures import Failed

SIGN_SECONDS = 15
# CloudWatch's counts come no later than that.
DELAY_SECONDS = 180


@dataclass(frozen=True)
class Plan:
    """`share` of the requests, from 0 to 1, goes to the new version for `watch_seconds`, while `watch` is looked at.

    `asked` is the smoke test, and `url` where the API answers. A sign of life is given each `sign_seconds`.
    """

    share: float
    watch_seconds: float
    watch: Watch
    asked: list[Question]
    url: str
    sign_seconds: float = SIGN_SECONDS
    delay_seconds: float = DELAY_SECONDS


class Canary:
    """One version beside another, which is where the alias leads."""

    def __init__(self, alias: Alias, plan: Plan, live: Live, version: int) -> None:
        self._alias, self._plan = alias, plan
        self._before, self._live, self._version = live, live, version
        self._began = datetime.now(UTC)
        self._mark = f"{CANARY} {version}, a canary beside {live.version} since {now()}"
        self._signed = 0.0

    def run(self) -> None:
        """Lead the alias to the new version, if that is fit; else hold it where it is.

        Raises Failed if it is not, Moved if somebody else has moved the alias, KeyboardInterrupt if it was stopped.
        """
        stopped: KeyboardInterrupt | None = None
        with _Stops() as stops:
            try:
                reason = self._judge()
                stops.are_heard = False
            except KeyboardInterrupt as stop:
                reason, stopped = "it was stopped", stop
            except (BotoCoreError, ClientError) as error:
                reason, stops.are_heard = f"AWS refused: {error}", False
            try:
                if reason is None:
                    self._alias.move(self._live, self._version)
                    return
                self._take_back(reason)
            except (BotoCoreError, ClientError) as error:
                raise Failed(f"AWS refused: {error}. `make rollback` takes version {self._version} back.") from error
        stays = (
            f"{self._alias.function} stays at version {self._before.version}, {self._version} is taken back: {reason}."
        )
        if stopped:
            print(stays, flush=True)
            raise stopped
        raise Failed(f"{stays}\n`make deploy CANARY=… FORWARD=1` tries the newest version.")

    def _judge(self) -> str | None:
        """Why the new version must go back; None if there is no reason."""
        plan, version = self._plan, self._version
        try:
            # With SnapStart it is not ready at once.
            ready = self._alias.client.get_waiter("published_version_active")
            ready.wait(FunctionName=self._alias.function, Qualifier=str(version))
            print(f"Version {version}: asking it for {', '.join(each.path for each in plan.asked)} …", flush=True)
            smoke.invoke(self._alias.client, self._alias.function, version, plan.asked)
            self._sign()
            print(f"It gets {plan.share:.0%} of the requests, beside {self._before.version}.", flush=True)
            callers = Callers(plan.url, plan.asked)
            times = callers.call_until_reached(plan.share, self._sign_if_due)
            print(f"The API has answered {times} requests of the smoke test.", flush=True)
            return self._watch(callers)
        except Unfit as reason:
            return str(reason)

    def _watch(self, callers: Callers) -> str | None:
        plan = self._plan
        started = time.monotonic()
        while True:
            callers.call()
            self._sign_if_due()
            newer, older = plan.watch.counts(self._began, self._version, self._before.version)
            if reason := complaint(plan.watch.raised(), self._version, newer, older):
                return reason
            passed = time.monotonic() - started
            print(
                f"  {_clock(passed)} of {_clock(plan.watch_seconds)}: version {self._version} has answered "
                f"{newer.requests} requests, {newer.faults} with a 5xx or not at all; no alarm is raised.",
                flush=True,
            )
            if passed >= plan.watch_seconds + plan.delay_seconds:
                return "the API has sent it no request, so nothing is known of it"
            if passed >= plan.watch_seconds and newer.requests:
                return None
            time.sleep(min(plan.sign_seconds, max(1, plan.watch_seconds - passed)))

    def _sign_if_due(self) -> None:
        if time.monotonic() >= self._signed + self._plan.sign_seconds:
            self._sign()

    def _sign(self) -> None:
        """Say on the alias that somebody is here. Raises Moved if it is not as it was left."""
        description = f"{self._mark} ({self._plan.share:.0%} of the requests), watched at {now()}"
        shares = {self._version: self._plan.share}
        self._signed = time.monotonic()
        self._live = self._alias.move(self._live, self._before.version, description, shares)

    def _take_back(self, reason: str) -> None:
        # It was perhaps stopped before it knew that it had moved the alias.
        live = self._alias.read()
        if live is None or not (live.revision == self._before.revision or live.description.startswith(self._mark)):
            raise self._alias.moved()
        why = f"canary of {self._version} taken back at {now()}: {reason}"
        self._alias.move(live, live.version, held(live.version, why))


def settle(alias: Alias, live: Live, sign_seconds: float = SIGN_SECONDS) -> Live:
    """Take back a canary that nobody watches any more. Raises Failed for one that somebody does."""
    silence = 3 * sign_seconds
    print(f"{alias.function}: {said(live)}. Does somebody watch it? ({silence:.0f} s) …", flush=True)
    time.sleep(silence)
    later = alias.read()
    if later is None or later.canary is None:
        raise Failed(f"It has ended: {said(later)}. Nothing was applied; the same command goes on from here.")
    if later.revision != live.revision:
        raise Failed("Somebody does: wait for its end, or end it by `make rollback`. Nothing was applied.")
    why = f"canary of {later.canary}, which nobody watched, taken back at {now()}"
    print(f"Nobody does: version {later.canary} is taken back.", flush=True)
    return alias.move(later, later.version, held(later.version, why))


class _Stops:
    """Ctrl-C and the signals that end a process: the first is a KeyboardInterrupt, later ones are not heard."""

    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self.are_heard = True

    def __enter__(self) -> Self:
        self._before = {each: signal.signal(each, self._hear) for each in self.SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def _hear(self, *_: object) -> None:
        if self.are_heard:
            self.are_heard = False
            raise KeyboardInterrupt


def _clock(seconds: float) -> str:
    return "{}:{:02}".format(*divmod(round(seconds), 60))
