"""Releases, `specbound deploy`: Terraform's apply, and around it what a new index asks for.

The index is made first, and filled with the items that are there; only then does the function go over that lists by
it. What the version before wrote until then is filled afterwards. Which indexes are new is told by the contract of the
version that the API calls: so a release that was stopped half-way goes on, also on another machine.

With a canary Terraform publishes the new version, and leaves the alias where it is, which then moves by itself.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from specbound.compiled import CompiledIndex, CompiledTable, names, read
from specbound.compiler import current
from specbound.deploy import closed, smoke
from specbound.deploy.alias import Alias, Live
from specbound.deploy.canary import Canary, Plan, settle
from specbound.deploy.outputs import read_outputs
from specbound.deploy.versions import Unreadable, version
from specbound.deploy.watch import Watch
from specbound.failures import Failed
from specbound.local.deployment import CONFIGURATION

# No request takes longer: API Gateway gives up then.
LONGEST_REQUEST_SECONDS = 30
WATCH_MINUTES = 5
FORWARD = ("-var", "forward=true")
Tables = Mapping[str, CompiledTable]


def run(
    options: Sequence[str] = (), canary: int | None = None, watch: float | None = None, url: str | None = None
) -> None:
    """Apply what is planned, with these options of `terraform apply`. Raises Failed, also if Terraform does.

    With `canary` the new version gets so many requests in a hundred while it is looked at for `watch` minutes, five by
    default; then all, or none. Terraform says where the API answers, unless `url` does.
    """
    if canary is None and (watch is not None or url is not None):
        raise Failed("Only a canary is watched: say --canary as well, its share of the requests in per cent.")
    current.run_if_changed()
    closed.check(read())
    deployed = read_outputs()
    try:
        _go_over(deployed, options, canary, watch, url)
        if _restored(deployed.get("tables", {}), read_outputs()["tables"]):
            # Terraform's provider gives them only to tables that are there.
            print("What was restored has no tags and no protection yet:", flush=True)
            _apply(*options)
    except (BotoCoreError, ClientError) as error:
        raise Failed(f"AWS refused: {error}") from error


def _restored(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether a table of the contract is another one of AWS than before."""
    return any(before.get(name, place) != place for name, place in after.items())


def _go_over(
    deployed: Mapping[str, Any], options: Sequence[str], canary: int | None, watch: float | None, url: str | None
) -> None:
    """Apply what is planned, and lead the API to the new version, at once or by a canary."""
    if "function" not in deployed or (live := (alias := _alias(deployed)).read()) is None:
        if canary:
            print("The first version has none before it: there is nothing to be careful about.", flush=True)
        _apply(*options)
        return
    if live.canary:
        live = settle(alias, live)
        # Nothing has been said against that version, and it is looked at again.
        options = [*options, *(FORWARD if canary else ())]
    new = new_indexes(_tables(alias, live), read()["tables"], deployed["tables"])
    if canary is None:
        _release(deployed, new, options, lambda: None)
        return
    if live.is_held and not _goes_forward(options):
        raise Failed(f"The API is {live.description}. `make deploy FORWARD=1` goes forward to the newest version.")
    careful = Careful(alias, live, canary / 100, (WATCH_MINUTES if watch is None else watch) * 60, url)
    careful.check(deployed)
    _release(deployed, new, [*options, "-var", "canary=true"], lambda: careful.go_over(options))


@dataclass(frozen=True)
class Careful:
    """How the alias gets from where it was, `live`, to the version that Terraform has published."""

    alias: Alias
    live: Live
    share: float
    watch_seconds: float
    url: str | None

    def check(self, deployed: Mapping[str, Any]) -> None:
        """Raise Failed where a canary would tell nothing, before anything is applied."""
        watch = self._watch(deployed)
        # Not for what it says: who may not read it is told so now.
        watch.counts(datetime.now(UTC), self.live.version)
        if raised := watch.raised():
            raise Failed(
                f"{' and '.join(raised)} raised an alarm already, so nothing would be known of the new version. "
                "Nothing was applied. Without CANARY it gets all requests at once."
            )

    def go_over(self, options: Sequence[str]) -> None:
        """Lead the alias to the newest version by a canary, and let Terraform see it. Raises Failed."""
        deployed = read_outputs()
        version = int(deployed["version"])
        if version == self.live.version:
            print(f"No version is newer than {version}, which the API calls: there is nothing to watch.", flush=True)
            return
        watch = self._watch(deployed)
        if not watch.alarms:
            print("No alarm is deployed: only what the new version answers itself is watched.", flush=True)
        plan = Plan(self.share, self.watch_seconds, watch, smoke.questions(read()), self.url or deployed["url"])
        Canary(self.alias, plan, self.live, version).run()
        print(f"{self.alias.function}: all requests go to version {version}.", flush=True)
        _run(
            _terraform("-refresh-only", "-auto-approve", *options),
            "Only Terraform's outputs say otherwise still; the next apply mends that.",
        )

    def _watch(self, deployed: Mapping[str, Any]) -> Watch:
        cloudwatch: Any = boto3.client("cloudwatch", region_name=deployed["region"])
        return Watch(cloudwatch, self.alias.function, deployed.get("alarms", []))


def _release(
    deployed: Mapping[str, Any], new: Mapping[str, Sequence[str]], options: Sequence[str], go_over: Callable[[], None]
) -> None:
    """Apply what is planned, around it what new indexes ask for. The API calls the new version after `go_over`."""
    if not new:
        _apply(*options)
        go_over()
        return
    print(f"New to the version that the API calls: {_listed(new)}. First the tables, to be filled:", flush=True)
    # What was restored has another name, and so another address.
    addresses = [deployed["tables"][name].removeprefix(f"{deployed['function']}-") for name in new]
    _apply(*(f'-target=aws_dynamodb_table.this["{each}"]' for each in addresses), *options)
    _run(_backfill(new), "Nothing else was applied. The same command goes on from here.")
    print("Now the rest:", flush=True)
    _apply(*options)
    go_over()
    print(f"The last requests of the version before end within {LONGEST_REQUEST_SECONDS} s. What it wrote:", flush=True)
    time.sleep(LONGEST_REQUEST_SECONDS)
    _run(_backfill(new), f"`specbound backfill --indexes {' '.join(new)}` goes on from here.")


def new_indexes(live: Tables, here: Tables, deployed: Collection[str]) -> dict[str, list[str]]:
    """By table that is deployed, the indexes that the live version does not write.

    Raises Failed for one that it writes otherwise: for a while both versions list by it.
    """
    new: dict[str, list[str]] = {}
    for name in here.keys() & deployed:
        known = live[name]["indexes"] if name in live else {}
        for index, each in here[name]["indexes"].items():
            if each["retired"]:
                continue
            if index not in known:
                new.setdefault(name, []).append(index)
            elif _listing(known[index]) != _listing(each):
                raise Failed(
                    f"x-dynamodb {name}/{index}: the version that the API calls lists otherwise by it, and would meet "
                    "this one's lists. Add another index, with another hash_key, and retire this one."
                )
    return dict(sorted(new.items()))


def _listing(index: CompiledIndex) -> tuple[Any, ...]:
    """What the attributes are made of by which items are listed."""
    groups, order = names(index["groups_by"]), (index.get("order_by"), index.get("order"))
    return index["partition"], index["position"], groups, order


def _alias(deployed: Mapping[str, Any]) -> Alias:
    return Alias(boto3.client("lambda", region_name=deployed["region"]), deployed["function"])


def _goes_forward(options: Sequence[str]) -> bool:
    """Whether these options of Terraform's end what holds the API. The last one counts."""
    said = [each.removeprefix("-var=") for each in options if each.removeprefix("-var=").startswith("forward=")]
    return said[-1:] == [FORWARD[-1]]


def _tables(alias: Alias, live: Live) -> Tables:
    """The tables as the version that the API calls has them; none where nobody can tell."""
    try:
        return version(alias.client, alias.function, live.version).contract["tables"]
    except Unreadable as reason:
        print(f"{reason}: every index is taken for a new one.", file=sys.stderr)
        return {}


def _listed(new: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name} by {', '.join(indexes)}" for name, indexes in new.items())


def _backfill(tables: Collection[str]) -> list[str]:
    return [sys.executable, "-m", "specbound", "backfill", "--indexes", *tables]


def _apply(*options: str) -> None:
    _run(_terraform(*options), "Terraform did not apply it.")


def _terraform(*options: str) -> list[str]:
    return ["terraform", f"-chdir={CONFIGURATION}", "apply", *options]


def _run(command: Sequence[str], otherwise: str) -> None:
    """Run a command on this terminal. Raises Failed if it fails."""
    # What Terraform has made is meant, not what the environment may name.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TABLE_")}
    with subprocess.Popen(command, env=environment) as process:
        while process.poll() is None:
            try:
                process.wait()
            except KeyboardInterrupt:
                # It has had Ctrl-C as well, and ends in its own time: Terraform writes down what it has done.
                continue
    if process.returncode:
        raise Failed(otherwise)
