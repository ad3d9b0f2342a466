"""Requests that a service's first tests send: one that is valid for each operation, made of its schemas."""

import base64
import json
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from specbound.compiled import CompiledContract, CompiledNeed
from specbound.compiler.compilation import compile_to
from specbound.compiler.document import Document, declarations
from specbound.local.embedded import ENVIRONMENT
from specbound.survey.trial import Result, Sent, Trial, quiet

# Of so many the shortest is taken.
ATTEMPTS = 8
# What the generator sends of itself.
GENERATORS = re.compile("accept|accept-encoding|connection|content-length|user-agent|x-schemathesis-.*")
SECRET = "local"  # noqa: S105  # of tests, and of `make run`


@quiet()
def requests(document: Document, contract: Path, compiled: CompiledContract) -> list[dict[str, Any]]:
    """By the name of each operation of which one could be made: how it is sent, with a credential of the tests'."""
    os.environ.update(ENVIRONMENT)
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as out:
        compile_to(Path(out), contract)
        try:
            trial = Trial(document, Path(out), Result(contract.name))
        except Exception:  # a document that the generator, or the judge, can't read: it is told of which there are none
            return found
        operations = list(declarations(document))
        for number, each in enumerate(operations, 1):
            if sys.stderr.isatty():
                sys.stderr.write(f"\rrequests for the tests: {number} of {len(operations)} operations …")
                sys.stderr.flush()
            accepted = [sent for sent in trial.accepted(each, ATTEMPTS) if _is_plain(sent)]
            known = credential(compiled["operations"][each.operation_id]["security"])
            if accepted and known is not None:
                full = [sent for sent in accepted if sent.body is not None]
                shortest = min(full or accepted, key=_oddity)
                found.append({"operation": each.operation_id, **_written(each.base, shortest, known)})
    return found


def _oddity(sent: Sent) -> tuple[bool, int]:
    """How far a request is from what a person would send: an empty text is no key, for one thing."""
    return b'""' in (sent.body or b""), len(repr(sent))


def _is_plain(sent: Sent) -> bool:
    """Whether any client sends it as it is."""
    path = sent.raw_path.strip("/").split("/")
    texts = [*sent.headers.keys(), *sent.headers.values()]
    return not {".", "..", ""} & {*path} and all(each.isascii() and each.isprintable() for each in texts)


def _written(base: str, sent: Sent, credential: Mapping[str, str]) -> dict[str, Any]:
    query = [each for each in (sent.query, credential.get("query", "")) if each]
    headers = {name.lower(): value for name, value in sent.headers.items() if not GENERATORS.fullmatch(name.lower())}
    headers |= {name: value for name, value in credential.items() if name != "query"}
    url = base + sent.raw_path + (f"?{'&'.join(query)}" if query else "")
    return {"method": sent.method, "url": url, "headers": headers, **_body(sent.body)}


def _body(body: bytes | None) -> dict[str, Any]:
    if body is None:
        return {}
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def credential(security: Sequence[Sequence[CompiledNeed]]) -> dict[str, str] | None:
    """Headers, and what is added to a query, by which the tests are let in; None where they can't be."""
    ways = [way for way in security if all(each["kind"] != "certificate" for each in way)]
    if not ways:
        return None if security else {}
    found: dict[str, str] = {}
    for need in ways[0]:
        if need["kind"] == "token":
            found["authorization"] = f"Bearer {SECRET}"
        elif need["kind"] == "http":
            basic = base64.b64encode(f"{SECRET}:{SECRET}".encode()).decode()
            found["authorization"] = f"Basic {basic}" if need["name"] == "basic" else f"{need['name']} {SECRET}"
        elif need["in"] == "cookie":
            found["cookie"] = f"{need['name']}={SECRET}"
        elif need["in"] == "query":
            found["query"] = f"{need['name']}={SECRET}"
        else:
            found[need["name"].lower()] = SECRET
    return found


def as_json(found: Sequence[Mapping[str, Any]]) -> str:
    """The file of them, a line for each."""
    lines = ",\n".join(f"  {json.dumps(each)}" for each in found)
    return f"[\n{lines}\n]\n" if found else "[]\n"
