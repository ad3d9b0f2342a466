"""Sample data: what seed.json has, or else whatever the contract's own examples of creating things create."""

from collections.abc import Container
from typing import Any

import httpx

from specbound.compiled import read, read_document
from specbound.compiler.document import ROOT, Document, declarations, resolve
from specbound.local.in_process import InProcess
from specbound.operating import seeding


def load_samples(app: Any) -> None:
    """Send it to the ASGI application. Raises Failed for a seed that can't be created.

    Without one, that is the example body of every POST that needs no path parameter.
    """
    headers = {"authorization": "Bearer local"}
    with httpx.Client(transport=InProcess(app), base_url="http://local", headers=headers) as client:
        file = ROOT / seeding.FILE
        if file.exists():
            seeding.plant(client, read(), seeding.things(file), seeding.Created())
            return
        create(client, read_document())


def create(client: httpx.Client, document: Document, names: Container[str] | None = None) -> None:
    """Create what the examples of a contract say that can be created; by some of its operations, if named."""
    for name, path, example in _examples(document):
        if names is None or name in names:
            client.post(path, json=example)


def _examples(document: Document) -> list[tuple[str, str, Any]]:
    found = []
    for declaration in declarations(document):
        body = resolve(document, declaration.definition.get("requestBody", {}))
        content = body.get("content", {}).get("application/json", {})
        if declaration.method == "POST" and "{" not in declaration.path and "example" in content:
            found.append((declaration.operation_id, declaration.whole_path, content["example"]))
    return found
