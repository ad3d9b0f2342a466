"""Sample data: what seed.json has, or else whatever the contract's own examples of creating things create."""

from typing import Any

import httpx

from specbound.compiled import read, read_document
from specbound.compiler.document import ROOT, declarations, resolve
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
        for path, example in _examples():
            client.post(path, json=example)


def _examples() -> list[tuple[str, Any]]:
    document = read_document()
    found = []
    for declaration in declarations(document):
        body = resolve(document, declaration.definition.get("requestBody", {}))
        content = body.get("content", {}).get("application/json", {})
        if declaration.method == "POST" and "{" not in declaration.path and "example" in content:
            found.append((declaration.whole_path, content["example"]))
    return found
