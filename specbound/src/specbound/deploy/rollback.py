"""Rollback, `specbound rollback`: let the API call an earlier version of the function, and stay there."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from specbound.deploy.alias import ALIAS, Alias, Live, held, now
from specbound.deploy.outputs import outputs
from specbound.deploy.stored import Sdk, moved, obstacles, unshown
from specbound.deploy.versions import published, version
from specbound.failures import Failed


@dataclass(frozen=True)
class Rollback:
    """From which version to which; `ignored` is what kept it from being done, had it not been forced."""

    before: int
    after: int
    ignored: Sequence[str]


def roll_back(sdk: Sdk, function: str, to: int | None = None, *, force: bool = False) -> Rollback:
    """Move the alias `live` back, by one published version or `to` one, and say on it that it is held there.

    Back from a canary is where most requests go still. Unless it is forced, nothing is moved to another version that
    could not serve what is stored. Raises Failed.
    """
    client = sdk("lambda")
    alias = Alias(client, function)
    live = alias.read()
    if live is None:
        raise Failed(f"{function} has no alias {ALIAS} that could be moved: `make deploy` makes it.")
    if live.canary and to in (None, live.version):
        return _moved(alias, live, live.version, [])
    versions = published(client, function)
    target = _target(versions, live.version, to, function)
    found = _obstacles(sdk, function, target, sorted(each for each in versions if each > target))
    if found and not force:
        raise Failed(
            "\n  ".join(
                [
                    f"{function} stays at version {live.version}: version {target} can't serve all that is stored.",
                    *found,
                ]
            )
            + "\n`make rollback FORCE=1` goes back all the same, and `make rollback TO=…` to another version."
        )
    return _moved(alias, live, target, found)


def run(to: int | None = None, force: bool = False) -> None:
    """Roll back what was deployed from here, and say so. Raises Failed."""
    deployed = outputs()
    function: str = deployed["function"]
    try:
        sdk: Any = boto3.Session(region_name=deployed["region"]).client
        done = roll_back(sdk, function, to, force=force)
    except (BotoCoreError, ClientError) as error:
        raise Failed(f"AWS refused: {error}") from error
    if done.ignored:
        print("\n  ".join([f"Version {done.after} can't serve all that is stored:", *done.ignored]), file=sys.stderr)
    print(
        f"{function}: from version {done.before} back to {done.after}. It stays there, whatever is applied; "
        "`make deploy FORWARD=1` goes forward to the newest version."
    )


def _moved(alias: Alias, live: Live, target: int, found: Sequence[str]) -> Rollback:
    before = live.canary or live.version
    # Terraform finds here that it is to leave the alias where it is.
    alias.move(live, target, held(target, f"rolled back from {before} at {now()}"))
    return Rollback(before, target, found)


def _target(versions: Sequence[int], live: int, to: int | None, function: str) -> int:
    earlier = sorted(each for each in versions if each < live)
    if not earlier:
        raise Failed(f"{function} is at version {live}, and there is none before it.")
    if to is None:
        return earlier[-1]
    if to not in earlier:
        raise Failed(
            f"{function} is at version {live}, and can go back to {', '.join(map(str, earlier))}, not to {to}."
        )
    return to


def _obstacles(sdk: Sdk, function: str, target: int, since: Sequence[int]) -> list[str]:
    """Why a version can't serve what is stored, also by those that were published since."""
    client = sdk("lambda")
    try:
        older = version(client, function, target)
        newer = [version(client, function, each) for each in since]
        found = [one for each in newer for one in [*moved(older, each), *unshown(older.contract, each.contract)]]
        return [*obstacles(sdk, older), *dict.fromkeys(found)]
    except (BotoCoreError, ClientError, Failed) as error:
        return [f"whether it could can't be told: {error}."]
