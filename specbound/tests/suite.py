"""JSON-Schema-Test-Suite: its cases, asked of schemas as a contract of OpenAPI 3.0 (draft 4) or 3.1 (2020-12) has them.

The suite is in the source distribution of `jsonschema`, in the version that is installed here.
"""

import importlib.metadata
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specbound.compiler.dialect import PLAIN
from specbound.compiler.document import Document, Refused
from specbound.compiler.schemas import Schemas
from specbound.exact_json import number
from specbound.validation import Validator

PACKAGE = "jsonschema"
DRAFTS = {"draft4": "3.0.3", "draft2020-12": "3.1.0"}
REFUSED = "refused: "
AT = "#/components/schemas/Case"
# What OpenAPI 3.0 has of draft 4 in another way, or not at all.
OTHERWISE = {"$schema", "definitions", "default", "title", "description", "$ref"}


@dataclass(frozen=True)
class Case:
    """One schema of the suite, with values and whether each is valid."""

    file: str
    description: str
    schema: Any
    tests: list[tuple[str, Any, bool]]


def download(folder: Path) -> Path:
    """The folder of the suite's drafts. Raises CalledProcessError, with what pip says, if it can't be had."""
    version = importlib.metadata.version(PACKAGE)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", PACKAGE,
               "--dest", str(folder), f"{PACKAGE}=={version}"]  # fmt: skip
    subprocess.run(command, check=True, timeout=300)
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz") / "json" / "tests"


def cases(drafts: Path, draft: str) -> Iterator[Case]:
    """All cases of a draft, optional ones too."""
    for file in sorted((drafts / draft).rglob("*.json")):
        text, name = file.read_text(encoding="utf-8"), str(file.relative_to(drafts / draft))
        # Values are read as those of requests are, schemas as those of contracts.
        for each, exact in zip(json.loads(text), json.loads(text, parse_float=_read), strict=True):
            tests = [(test["description"], test["data"], test["valid"]) for test in exact["tests"]]
            yield Case(name, each["description"], each["schema"], tests)


def is_plain(schema: Any) -> bool:
    """Whether a schema of draft 4 is one of OpenAPI 3.0 as well."""
    if not isinstance(schema, dict):
        return False
    kinds = schema.get("type", "string")
    is_known = not schema.keys() - PLAIN - OTHERWISE and isinstance(kinds, str) and kinds != "null"
    inner = [schema[name] for name in ("items", "not") if name in schema]
    inner += [each for name in ("allOf", "anyOf", "oneOf") for each in schema.get(name, ())]
    inner += [each for name in ("properties", "definitions") for each in schema.get(name, {}).values()]
    if not isinstance(schema.get("additionalProperties", True), bool):
        inner.append(schema["additionalProperties"])
    return is_known and all(map(is_plain, inner))


def validator(draft: str, schema: Any) -> Validator:
    """What this compiler makes of a schema. Raises Refused."""
    document: Document = {"openapi": DRAFTS[draft], "components": {"schemas": {"Case": _own(draft, schema)}}}
    return Schemas(document).validator({"$ref": AT}, "case")


def wrong(draft: str, case: Case) -> list[str]:
    """The tests of a case whose verdict is another here; of what the compiler refuses, why it does.

    What is not valid has something said of it, and what is valid has nothing.
    """
    try:
        found = validator(draft, case.schema)
    except Refused as refused:
        return [f"{REFUSED}{refused}"]
    return [
        description
        for description, value, is_valid in case.tests
        if not found.is_valid(value) == is_valid == (not list(found.violations(value)))
    ]


def _own(draft: str, schema: Any) -> Any:
    """The schema with its references within itself, and not within the contract around it."""
    if draft == "draft4":
        return _moved(schema)
    return schema if isinstance(schema, bool) else {"$id": "https://example.com/case", **schema}


def _moved(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_moved(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    moved = {name: _moved(each) for name, each in schema.items() if name != "enum"}
    moved |= {"enum": schema["enum"]} if "enum" in schema else {}
    return moved | {"$ref": AT + reference[1:]} if str(reference).startswith("#") else moved


def _read(text: str) -> Any:
    try:
        return number(text)
    except ArithmeticError:
        return float(text)
