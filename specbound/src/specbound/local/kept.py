"""Kept data, `specbound run --data FOLDER`: the tables in MiniStack, which writes them to a folder when it stops."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from specbound.compiled import DeployedTable
from specbound.failures import Failed
from specbound.local import embedded
from specbound.local.emulator import emulator


@dataclass(frozen=True)
class Data:
    """What was found: whether there was none, and the tables that have an index which is to be filled."""

    is_new: bool
    unfilled: Sequence[str]


@contextmanager
def started(folder: Path) -> Iterator[Data]:
    """A MiniStack that has what the folder holds, found by every SDK call of this process, with the contract's tables.

    Raises Failed if somebody else uses the folder, or what it holds is not what the contract has.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise Failed(f"{folder} can't hold data: {error.strerror}. Name another folder.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Failed(
                f"{folder} is in use by another process, or is being written: stop that, or name another folder."
            ) from error
        with emulator(data=folder, held=[lock.fileno()]) as database:
            os.environ.update(embedded.environment() | database.environment)
            yield conform(database.sdk("dynamodb"), folder)


def conform(client: Any, folder: Path) -> Data:
    """Create what tables and indexes of the contract are missing.

    Raises Failed for a table that has other keys: nothing is lost.
    """
    unfilled = []
    there = {name: described for name in embedded.declared() if (described := _described(client, name))}
    for name, table in embedded.declared().items():
        if name not in there:
            embedded.create_table(client, embedded.PREFIX + name, table)
        else:
            _refuse_other_keys(name, table, there[name], folder)
            if _add_indexes(client, name, table, there[name]):
                unfilled.append(name)
    return Data(not there, unfilled)


def _described(client: Any, name: str) -> Any:
    try:
        return client.describe_table(TableName=embedded.PREFIX + name)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise


def _refuse_other_keys(name: str, table: DeployedTable, described: Any, folder: Path) -> None:
    declared = {each["IndexName"]: each for each in embedded.indexes_of(table)}
    found = {each["IndexName"]: each for each in described.get("GlobalSecondaryIndexes", [])}
    changed = [index for index, each in declared.items() if index in found and _keys(found[index]) != _keys(each)]
    if _keys(described) != _keys({"KeySchema": embedded.keys_of(table)}) or changed:
        what = f"the index {changed[0]}" if changed else "the table"
        raise Failed(
            f"{folder} holds {name} with other keys of {what} than the contract says: "
            "name another folder, or remove it."
        )


def _keys(described: Any) -> list[tuple[str, str]]:
    return [(each["AttributeName"], each["KeyType"]) for each in described["KeySchema"]]


def _add_indexes(client: Any, name: str, table: DeployedTable, described: Any) -> bool:
    there = {each["IndexName"] for each in described.get("GlobalSecondaryIndexes", [])}
    missing = [each for each in embedded.indexes_of(table) if each["IndexName"] not in there]
    for index in missing:
        client.update_table(
            TableName=embedded.PREFIX + name,
            AttributeDefinitions=embedded.attributes_of(table),
            GlobalSecondaryIndexUpdates=[{"Create": index}],
        )
    return bool(missing)
