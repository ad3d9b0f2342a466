"""The JSON Schema that editors read says of the extensions what the compiler says, as far as their shape tells it."""

import json
import os
from pathlib import Path

import jsonschema_rs
import pytest

from specbound.compiler.document import Document, Refused
from specbound.compiler.explanation import EXTENSIONS
from specbound.compiler.grammar import SUNSET
from specbound.compiler.source import parse
from specbound.compiler.translation import compile_contract
from specbound.local import editors
from tests import test_declared_tables, test_engine_rules, test_expires, test_parents, test_soft_delete, test_unique
from tests.changed import listed
from tests.hotels.service import hotels
from tests.mutating import HERE, mutations

VALIDATOR = jsonschema_rs.Draft7Validator(editors.schema())
# The engine's own, and what lies beside it in its repository.
ROOT = HERE.parents[1]
CONTRACTS = [*HERE.rglob("*.yaml"), *ROOT.glob("openapi.yaml"), *ROOT.glob("examples/*/openapi.yaml")]
SEEDS = range(int(os.environ.get("SCHEMA_SEEDS", "2")))
LISTED = (
    test_declared_tables.TABLES, test_declared_tables.RECORDS, test_declared_tables.INDEXES,
    test_engine_rules.OPERATIONS,
)  # fmt: skip
OF_HOTELS = (test_unique.MISTAKES, test_parents.MISTAKES, test_expires.MISTAKES, test_soft_delete.MISTAKES)
# What other parts of the document, or other members of a table, tell: shapes do not.
MEANT = (
    "its items require no ", "the engine itself writes it", "not what the property must be", "of its 2 partitions",
    "say which", "leads nowhere", "needs the property ", "it is the table's key", "it must be a", "writes '2026",
    "records need the actions", "takes an Idempotency-Key", "and the ttl_attribute", "whose records are kept",
    "groups_by must name a property", "which the engine writes", "only the engine writes", "an attribute of its own",
    "not the key", "is written by the engine", "must be a property of", "must be a table", "which no two items share",
    "must be called otherwise", "the table codes needs", "are claimed in a table", "the property that has",
    "the parent must be", "it needs the action", "a cascade needs", "asks for that itself", "takes nothing with it",
    "an item must be", "others belong to its items", "must name a property", "ttl_attribute of its own",
    "must be a time in UTC", "its items require", "actions need GetItem", "declare that status", "no operation has",
    "no token can have", "no URL of a server", "which the engine makes", "it must be an integer",
)  # fmt: skip
MISTAKES: list[tuple[Document, str]] = [
    *((listed(change), told) for part in LISTED for change, told in part),
    *((hotels(change), told) for part in OF_HOTELS for change, told in part),
]


def as_json(document: Document) -> Document:
    """What an editor reads: names are texts."""
    read: Document = json.loads(json.dumps(document))
    return read


def compiles(document: Document) -> bool:
    try:
        compile_contract(document)
    except Refused:
        return False
    return True


def refusals(document: Document) -> list[str]:
    return [f"{'/'.join(map(str, each.instance_path))}: {each.message}" for each in VALIDATOR.iter_errors(document)]


def test_the_package_has_it_as_the_rules_make_it() -> None:
    assert editors.FILE.read_text(encoding="utf-8") == editors.text()
    jsonschema_rs.meta.validate(json.loads(editors.text()))


@pytest.mark.parametrize("contract", sorted(CONTRACTS), ids=lambda file: str(file.relative_to(ROOT)))
def test_what_compiles_is_valid(contract: Path) -> None:
    assert refusals(as_json(parse(contract.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["things", "listed", "notes"])
def test_whatever_it_refuses_the_compiler_refuses(name: str, seed: int) -> None:
    wrong = [(found, each) for each in mutations(name, seed) if (found := refusals(each)) and compiles(each)]

    assert [found for found, _ in wrong] == []


@pytest.mark.parametrize(("document", "told"), MISTAKES, ids=[told for _, told in MISTAKES])
def test_a_mistake_of_shape_is_refused_in_the_editor(document: Document, told: str) -> None:
    is_meant = any(each in told for each in MEANT)

    assert is_meant or refusals(as_json(document))
    assert not compiles(document)


def test_what_shapes_do_not_tell_is_not_said_to_be_so_in_vain() -> None:
    told = [said for document, said in MISTAKES if not refusals(as_json(document))]

    assert [each for each in MEANT if not any(each in said for said in told)] == []


def test_every_extension_has_its_place_in_it() -> None:
    said = {(kind, name) for kind, own in editors.OWN.items() for name in own}

    assert said >= {*EXTENSIONS, ("operation", SUNSET), ("parameter", SUNSET), ("schema", SUNSET)}
