"""Sample data: whatever the contract's own examples of creating things create."""

import asyncio
from typing import Any

import httpx

from specbound.compiled import read_document
from specbound.compiler.document import declarations, resolve


def load_samples(app: Any) -> None:
    """Send the example body of every POST that needs no path parameter to the ASGI application."""
    asyncio.run(_send(app))


async def _send(app: Any) -> None:
    transport = httpx.ASGITransport(app)
    headers = {"authorization": "Bearer local"}
    async with httpx.AsyncClient(transport=transport, base_url="http://local", headers=headers) as client:
        for path, example in _examples():
            await client.post(path, json=example)


def _examples() -> list[tuple[str, Any]]:
    document = read_document()
    found = []
    for declaration in declarations(document):
        body = resolve(document, declaration.definition.get("requestBody", {}))
        content = body.get("content", {}).get("application/json", {})
        if declaration.method == "POST" and "{" not in declaration.path and "example" in content:
            found.append((declaration.whole_path, content["example"]))
    return found
