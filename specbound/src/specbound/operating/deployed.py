"""The deployment that a command works on, by the contract and the code that are here."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from specbound.compiled import read
from specbound.compiler import current
from specbound.compiler.document import ROOT
from specbound.contract import Contract
from specbound.deploy.outputs import outputs
from specbound.failures import Failed
from specbound.local import gateway
from specbound.operating.passes import SEGMENTS
from specbound.settings import check_endpoints
from specbound.store.table import AnyTable

# A name that DynamoDB takes, of a table that there is not.
ABSENT = "not-deployed"


@dataclass(frozen=True)
class Deployed:
    """`tables` has the names of the contract's tables that are deployed. `version` is the function's newest one, ""
    where only the environment says what is deployed.
    """

    contract: Contract[Any]
    tables: frozenset[str]
    version: str

    def choose(self, names: Sequence[str], fits: Callable[[AnyTable], bool], lack: str) -> list[AnyTable]:
        """The tables of these names, or else all that fit and are deployed.

        Raises Failed for the name of another; `lack` says what a table that does not fit lacks.
        """
        fitting = {table.name: table for table in vars(self.contract.tables).values() if fits(table)}
        for name in names:
            if name not in fitting:
                known = ", ".join(fitting) or "no other"
                raise Failed(f"{name} is no table of the contract that has {lack}; such are: {known}.")
            if name not in self.tables:
                raise Failed(f"{name} is not deployed: neither Terraform nor TABLE_{name.upper()} says where it is.")
        return [table for name, table in fitting.items() if name in (names or self.tables)]

    @property
    def mark(self) -> Mapping[str, str]:
        """What a pass depends on beside its table: the contract and the code here, and the version deployed."""
        files = [each for each in sorted((ROOT / "handlers").rglob("*")) if each.suffix in (".py", ".json")]
        digest = hashlib.sha256(b"".join(hashlib.sha256(each.read_bytes()).digest() for each in files))
        return {"service": digest.hexdigest(), "version": self.version}


def find(handler: str) -> Deployed:
    """What the environment says, as it says it to the function (TABLE_USERS, …), or else Terraform's outputs.

    `handler` is the service's Api, by its dotted name. Raises Failed and Misconfigured.
    """
    current.run_if_changed()
    variables = {name: f"TABLE_{name.upper()}" for name in read()["tables"]}
    tables = {name: os.environ[variable] for name, variable in variables.items() if variable in os.environ}
    version = ""
    if not tables:
        found = outputs()
        tables = {name: stored_as for name, stored_as in found["tables"].items() if name in variables}
        version = str(found["version"])
        os.environ["AWS_DEFAULT_REGION"] = found["region"]
    elif "AWS_REGION" in os.environ:  # which Lambda sets, and boto3 does not read
        os.environ.setdefault("AWS_DEFAULT_REGION", os.environ["AWS_REGION"])
    # The service finds there what the function does.
    os.environ.update({variable: tables.get(name, ABSENT) for name, variable in variables.items()})
    return Deployed(gateway.find(handler).contract, frozenset(tables), version)


def client() -> Any:
    """An SDK client with patience: no request waits for it. Raises Misconfigured for an endpoint that is none."""
    check_endpoints()
    config = Config(retries={"mode": "standard", "total_max_attempts": 10}, max_pool_connections=SEGMENTS)
    return boto3.client("dynamodb", config=config)
