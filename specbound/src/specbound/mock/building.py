"""Building: the mock of a contract, as an Api whose functions are all made."""

import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from specbound.api import Api
from specbound.compiled import CompiledContract
from specbound.compiler import compilation
from specbound.compiler.document import Document, Refused, declarations
from specbound.compiler.problem_types import TYPES
from specbound.compiler.report import described
from specbound.contract import Contract
from specbound.failures import Failed
from specbound.http.access import Check
from specbound.local import embedded, samples
from specbound.local.gateway import Gateway
from specbound.local.in_process import InProcess
from specbound.mock.answers import Answers, Known
from specbound.mock.examples import Examples
from specbound.mock.families import Family, families
from specbound.mock.memory import Memory
from specbound.mock.mending import mended, read
from specbound.resources import standard
from specbound.settings import ANY_ORIGIN

KEY = "idempotency-key"
# What a bearer of any credential is called.
ANYBODY = "local"


@contextmanager
def built(source: Path, *, is_stateless: bool = False) -> Iterator[tuple[Api, Sequence[str]]]:
    """The Api of a contract's mock, and a line for each thing that is to be said of it. Raises Failed.

    This process has its environment from then on. What can't be kept of the contract is told, and left out.
    """
    bundle = read(source)
    try:
        whole, compiled, mistakes = mended(bundle)
    except Refused as refused:
        raise Failed(
            f"{described(refused, source)}\nNothing is left to answer: mend these, and try again."
        ) from refused
    if mistakes:
        say(f"{described(Refused(*mistakes), source)}\nThe mock does without what is mistaken there.")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("CORS_ORIGINS", ANY_ORIGIN)
    tables = compiled["infrastructure"]["tables"]
    os.environ.update(embedded.environment(tables))
    with tempfile.TemporaryDirectory() as folder:
        compilation.write(Path(folder), whole, compiled)
        contract: Contract[Any] = Contract(compiled, Path(folder))
        found = [] if is_stateless else families(contract)
        served = {} if is_stateless else _served(compiled, found)
        if served or any(KEY in map(str.lower, each.header) for each in contract.operations.values()):
            # An Api makes the line to the database.
            embedded.start(tables)
        kept = [each for each in found if not served.keys() >= {role.name for role in each.roles}]
        examples = Examples(whole.document)
        functions = standard.functions(contract) if served else {}
        types = {each.operation_id: each.definition.get(TYPES, {}) for each in declarations(whole.document)}
        known = Known(examples, Memory(contract, kept, examples), {name: functions[name] for name in served}, types)
        api = Api(contract, [Answers(contract, known, say)], authenticate=_checks(contract))
        if served:
            _create(api, whole.document, served)
        yield api, [*_said(kept, compiled, served)]


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


def _said(kept: Sequence[Family], compiled: CompiledContract, served: Collection[str]) -> Iterator[str]:
    for each in kept:
        does = ", ".join(role.does for role in each.roles)
        yield f"Kept while it runs     {each.path}, each by its {each.key}: {does}"
    for table in sorted({each["table"] for name, each in compiled.get("standard", {}).items() if name in served}):
        yield f"Served by the engine   {table}, in memory"
    names = {role.name for each in kept for role in each.roles} | {*served, *compiled.get("own", {})}
    rest = len(compiled["operations"].keys() - names)
    if rest:
        yield f"Answered the same      {rest} operation{'s' * (rest > 1)}: by examples, or data made of the schemas"
