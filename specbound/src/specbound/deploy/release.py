"""Releases, `specbound deploy`: Terraform's apply, and around it what a new index asks for.

The index is made first, and filled with the items that are there; only then does the function go over that lists by
it. What the version before wrote until then is filled afterwards. Which indexes are new is told by the contract of the
version that the API calls: so a release that was stopped half-way goes on, also on another machine.
"""

import os
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from specbound.compiled import CompiledIndex, CompiledTable, read
from specbound.compiler import compilation
from specbound.deploy.outputs import read_outputs
from specbound.deploy.versions import ALIAS, Unreadable, version
from specbound.failures import Failed
from specbound.local.deployment import CONFIGURATION

# No request takes longer: API Gateway gives up then.
LONGEST_REQUEST_SECONDS = 30
Tables = Mapping[str, CompiledTable]


def run(options: Sequence[str] = ()) -> None:
    """Apply what is planned, with these options of `terraform apply`. Raises Failed, also if Terraform does."""
    compilation.run_if_changed()
    deployed = read_outputs()
    _release(deployed, options)
    before = deployed.get("tables", {})
    if before.items() - read_outputs()["tables"].items():
        # Terraform's provider gives them only to tables that are there.
        print("What was restored has no tags and no protection yet:", flush=True)
        _apply(*options)


def _release(deployed: Mapping[str, Any], options: Sequence[str]) -> None:
    new = new_indexes(_live(deployed), read()["tables"], deployed["tables"]) if "function" in deployed else {}
    if not new:
        _apply(*options)
        return
    print(f"New to the version that the API calls: {_listed(new)}. First the tables, to be filled:", flush=True)
    # What was restored has another name, and so another address.
    addresses = [deployed["tables"][name].removeprefix(f"{deployed['function']}-") for name in new]
    _apply(*(f'-target=aws_dynamodb_table.this["{each}"]' for each in addresses), *options)
    _run(_backfill(new), "Nothing else was applied. The same command goes on from here.")
    print("Now the rest:", flush=True)
    _apply(*options)
    print(f"The last requests of the version before end within {LONGEST_REQUEST_SECONDS} s. What it wrote:", flush=True)
    time.sleep(LONGEST_REQUEST_SECONDS)
    _run(_backfill(new), f"`specbound backfill {' '.join(new)}` goes on from here.")


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


def _listing(index: CompiledIndex) -> tuple[str, str, str | None]:
    return index["partition"], index["position"], index["groups_by"]


def _live(deployed: Mapping[str, Any]) -> Tables:
    """The tables as the version that the API calls has them; none where nobody can tell."""
    client = boto3.Session(region_name=deployed["region"]).client("lambda")
    try:
        number = int(client.get_alias(FunctionName=deployed["function"], Name=ALIAS)["FunctionVersion"])
        return version(client, deployed["function"], number).contract["tables"]
    except client.exceptions.ResourceNotFoundException:
        return {}
    except Unreadable as reason:
        print(f"{reason}: every index is taken for a new one.", file=sys.stderr)
        return {}
    except (BotoCoreError, ClientError) as error:
        raise Failed(f"AWS refused: {error}") from error


def _listed(new: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name} by {', '.join(indexes)}" for name, indexes in new.items())


def _backfill(tables: Collection[str]) -> list[str]:
    return [sys.executable, "-m", "specbound", "backfill", *tables]


def _apply(*options: str) -> None:
    _run(["terraform", f"-chdir={CONFIGURATION}", "apply", *options], "Terraform did not apply it.")


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
