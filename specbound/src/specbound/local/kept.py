"""Kept data, `specbound run --data FOLDER`: the tables in MiniStack, which writes them to a folder when it stops."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from specbound.compiled import DeployedTable
from specbound.failures import Failed
from specbound.local import embedded
from specbound.local.emulator import emulator


class Found(NamedTuple):
    """Whether there was no table, and those that have an index which is to be filled."""

    is_new: bool
    unfilled: Sequence[str]


@dataclass(frozen=True)
class Data:
    """What was found, and how the tables are made to conform to a contract that has changed."""

    is_new: bool
    unfilled: Sequence[str]
    conform: Callable[[], Found]


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
            client = database.sdk("dynamodb")
            way_out = "name another folder, or remove it"
            found = conform(client, str(folder), way_out)
            yield Data(found.is_new, found.unfilled, lambda: conform(client, str(folder), way_out))


def conform(client: Any, holder: str, way_out: str, tables: Mapping[str, DeployedTable] | None = None) -> Found:
    """Create what tables and indexes of the contract here are missing, or of another.

    Raises Failed for a table that has other keys, which says what holds it, and the way out: nothing is lost.
    """
    unfilled = []
    declared = embedded.declared() if tables is None else tables
    there = {name: described for name in declared if (described := _described(client, name))}
    for name, table in declared.items():
        if name not in there:
            embedded.create_table(client, embedded.PREFIX + name, table)
        else:
            _refuse_other_keys(name, table, there[name], holder, way_out)
            if _add_indexes(client, name, table, there[name]):
                unfilled.append(name)
    return Found(not there, unfilled)


def _described(client: Any, name: str) -> Any:
    try:
        return client.describe_table(TableName=embedded.PREFIX + name)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise


def _refuse_other_keys(name: str, table: DeployedTable, described: Any, holder: str, way_out: str) -> None:
    declared = {each["IndexName"]: each for each in embedded.indexes_of(table)}
    found = {each["IndexName"]: each for each in described.get("GlobalSecondaryIndexes", [])}
    changed = [index for index, each in declared.items() if index in found and _keys(found[index]) != _keys(each)]
    if _keys(described) != _keys({"KeySchema": embedded.keys_of(table)}) or changed:
        what = f"the index {changed[0]}" if changed else "the table"
        raise Failed(f"{holder} holds {name} with other keys of {what} than the contract says: {way_out}.")


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
