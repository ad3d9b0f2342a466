"""Building: the mock of a contract, as an Api whose functions are all made."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import httpx

from specbound.api import Api
from specbound.compiled import CompiledContract, DeployedTable
from specbound.compiler import compilation
from specbound.compiler.bundle import Bundle
from specbound.compiler.document import Document, Refused, declarations
from specbound.compiler.mistakes import Mistake
from specbound.compiler.problem_types import TYPES
from specbound.compiler.report import described
from specbound.contract import Contract
from specbound.failures import Failed
from specbound.http.access import Check
from specbound.local import embedded, kept, samples
from specbound.local.gateway import Gateway
from specbound.local.in_process import InProcess
from specbound.mock.answers import Answers, Known
from specbound.mock.examples import Examples
from specbound.mock.families import Family, families
from specbound.mock.memory import Memory
from specbound.mock.mending import mended, read
from specbound.operating import backfill
from specbound.operating.pace import Paced
from specbound.resources import standard
from specbound.settings import ANY_ORIGIN

# What a bearer of any credential is called.
ANYBODY = "local"
# Units a second: nobody pays for them here.
UNHURRIED = 1e6


class Read(NamedTuple):
    """A contract as far as it can be kept."""

    whole: Bundle
    compiled: CompiledContract
    mistakes: Sequence[Mistake]


class Builder:
    """Builds the mock of a contract in a folder, and builds it again of what the contract has become.

    What was created, and the tables, stay. This process has its environment from the first time on.
    """

    def __init__(self, source: Path, folder: Path, *, is_stateless: bool = False) -> None:
        self.files = [source]
        self._source, self._folder, self._is_stateless = source, folder, is_stateless
        self._numbers = count()
        self._memory: Memory | None = None
        self._tables: set[str] = set()
        self._has_started = False

    def read(self) -> Read:
        """The contract as it is now. Raises Failed where nothing can be answered."""
        bundle = read(self._source)
        self.files = [self._source, *(self._source.parent / each for each in bundle.parts)]
        try:
            return Read(*mended(bundle))
        except Refused as refused:
            raise Failed(
                f"{described(refused, self._source)}\nNothing is left to answer: mend these, and try again."
            ) from refused

    def build(self, found: Read) -> tuple[Api, Sequence[str]]:
        """Its Api, and a line for each thing that is to be said of it. What can't be kept of it is told, and left out.

        Raises Failed where a table that is there would have other keys.
        """
        whole, compiled, mistakes = found
        if mistakes:
            say(f"{described(Refused(*mistakes), self._source)}\nThe mock does without what is mistaken there.")
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        os.environ.setdefault("CORS_ORIGINS", ANY_ORIGIN)
        unfilled = self._conform(compiled["infrastructure"]["tables"])
        folder = self._folder / str(next(self._numbers))
        compilation.write(folder, whole, compiled)
        contract: Contract[Any] = Contract(compiled, folder)
        there = [] if self._is_stateless else families(contract)
        served = {} if self._is_stateless else _served(compiled, there)
        own = [each for each in there if not served.keys() >= {role.name for role in each.roles}]
        examples = Examples(whole.document)
        functions = standard.functions(contract) if served else {}
        types = {each.operation_id: each.definition.get(TYPES, {}) for each in declarations(whole.document)}
        memory = Memory(contract, own, examples, self._memory)
        known = Known(examples, memory, {name: functions[name] for name in served}, types)
        api = Api(contract, [Answers(contract, known, say)], authenticate=_checks(contract))
        _fill(contract, unfilled)
        new = {name for name, table in served.items() if table not in self._tables}
        if new:
            _create(api, whole.document, new)
        self._memory = memory
        self._tables |= {*served.values()}
        return api, [*_said(own, compiled, served)]

    def _conform(self, tables: Mapping[str, DeployedTable]) -> Sequence[str]:
        """The tables are there. Returns those of which an index is to be filled."""
        os.environ.update(embedded.environment(tables))
        if not self._has_started:
            # An Api makes the line to the database.
            embedded.start(tables)
            self._has_started = True
        return kept.conform(boto3.client("dynamodb"), "The mock", "stop it, and start it again", tables).unfilled


def _fill(contract: Contract[Any], names: Sequence[str]) -> None:
    """What is there is listed in the indexes that are new."""
    client: Any = boto3.client("dynamodb")
    paced = Paced(client, rate=UNHURRIED)
    for table in (getattr(contract.tables, name) for name in names):
        for page in client.get_paginator("scan").paginate(TableName=table.stored_as):
            for stored in page["Items"]:
                backfill.fill(table, paced, stored)


def say(line: str) -> None:
    print(line, flush=True)


def _served(compiled: CompiledContract, found: Sequence[Family]) -> dict[str, str]:
    """The operations that the engine serves, each with its table: those on tables of which it serves all families, and
    creates the items.

    Where items of one table belong to those of another, both are served so, or neither is.
    """
    standard_ = compiled.get("standard", {})
    created = {each["table"] for each in standard_.values() if each["does"] in ("create", "upsert")}
    not_served: set[str] = compiled["tables"].keys() - created
    for family in found:
        names = {role.name for role in family.roles}
        if not names <= standard_.keys():
            not_served |= {standard_[name]["table"] for name in names & standard_.keys()}
    related = [{name, *each.get("belongs_to", {})} for name, each in compiled["tables"].items()]
    while more := {name for each in related if each & not_served for name in each} - not_served:
        not_served |= more
    return {name: each["table"] for name, each in standard_.items() if each["table"] not in not_served}


def _checks(contract: Contract[Any]) -> Mapping[str, Check]:
    """Whoever has a credential that the gateway does not decide may do everything."""
    needs = [need for each in contract.operations.values() for way in each.security for need in way]
    undecided = [each for each in contract.operations.values() if each.security and not each.is_left_to_gateway]
    scopes = " ".join(sorted({scope for need in needs for scope in need.scopes}))

    def known(credential: str) -> Mapping[str, Any]:
        return {"sub": ANYBODY, "scope": scopes}

    return {need.scheme: known for need in needs} if undecided else {}


def _create(api: Api, document: Document, names: Collection[str]) -> None:
    headers = {"authorization": f"Bearer {ANYBODY}"}
    with httpx.Client(transport=InProcess(Gateway(api)), base_url="http://local", headers=headers) as client:
        samples.create(client, document, names)


def _said(own: Sequence[Family], compiled: CompiledContract, served: Collection[str]) -> Iterator[str]:
    for each in own:
        does = ", ".join(role.does for role in each.roles)
        yield f"Kept while it runs     {each.path}, each by its {each.key}: {does}"
    for table in sorted({each["table"] for name, each in compiled.get("standard", {}).items() if name in served}):
        yield f"Served by the engine   {table}, in memory"
    names = {role.name for each in own for role in each.roles} | {*served, *compiled.get("own", {})}
    rest = len(compiled["operations"].keys() - names)
    if rest:
        yield f"Answered the same      {rest} operation{'s' * (rest > 1)}: by examples, or data made of the schemas"
