"""What both clients are made of beside the schemas: names of resources and methods, and what the contract is."""

import re
from typing import Any
from urllib.parse import urlsplit

from specbound.clients.naming import Method, answered, methods, versioned
from specbound.clients.packages import of_packages
from specbound.clients.usage import shown
from specbound.compiler import shapes
from specbound.compiler.document import Document, resolve
from specbound.compiler.names import words
from specbound.compiler.problem_guide import SPECIAL
from specbound.compiler.problem_types import descriptions, problem_types

KEY = "Idempotency-Key"
BASES = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    412: "PreconditionFailed",
    413: "ContentTooLarge",
    415: "UnsupportedMediaType",
    422: "Unprocessable",
    429: "TooManyRequests",
    503: "ServiceUnavailable",
}


def plan(document: Document) -> Document:
    """By the operationId of each operation, and of the whole contract. Raises Refused for names that are taken."""
    with_etag = set(versioned(document))
    found = methods(document)
    return {
        "operations": {each.declaration.public_id: _operation(document, each, with_etag) for each in found},
        "tags": {
            ".".join(map("_".join, map(words, re.split("[./]", str(each["name"]))))): each["description"].strip()
            for each in document.get("tags", [])
            if each.get("description")
        },
        "problems": _problems(document, found),
        "usage": shown(document),
        "contract": about(document),
        "packages": of_packages(document),
    }


def _problems(document: Document, found: list[Method]) -> list[Document]:
    """The types of problems of all operations, and the engine's own that a caller can do something about."""
    own = {name: status for each in found for name, status in problem_types(each.declaration).items()}
    means = descriptions(document)
    types = {name: (status, " ".join(means.get(name, {}).values())) for name, status in own.items()}
    types |= {each.name: (each.status, f"{each.description} {each.remedy}") for each in SPECIAL}
    return [
        {"name": _class(name), "type": f"urn:problem-type:{name}", "status": status, "base": base, "detail": detail}
        for name, (status, detail) in sorted(types.items())
        if (base := BASES.get(status, "ServerError" if status >= 500 else "ProblemError")) != _class(name)
        and _class(name) not in BASES.values()
    ]


def _class(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def _operation(document: Document, method: Method, with_etag: set[str]) -> Document:
    declaration, page = method.declaration, method.page
    return {
        "resource": list(method.resource),
        "name": method.name,
        "method": declaration.method,
        "route": declaration.whole_path,
        "keyed": any(each["name"] == KEY and each["in"] == "header" for each in declaration.parameters),
        "page": {"token": page.token, "items": page.items, "next": page.next} if page else None,
        "versioned": _versioned(document, method, with_etag),
        "problems": {_class(name): str(status) for name, status in problem_types(declaration).items()},
    }


def _versioned(document: Document, method: Method, with_etag: set[str]) -> str | None:
    """The member of its answer that is a list of things with an ETag."""
    schema = answered(document, method.declaration)
    found = shapes.members(document, schema) if schema else {}
    return next((name for name, each in found.items() if _items(document, each) in with_etag), None)


def _items(document: Document, schema: Any) -> str:
    items = shapes.items(document, schema)
    return str(items.get("$ref", "")) if isinstance(items, dict) else ""


def about(document: Document) -> dict[str, str]:
    """Names, and where things are; an address only where the contract has a whole one."""
    info = document["info"]
    name = "-".join(re.findall("[a-z0-9]+", info["title"].lower())) or "api"
    return {
        "title": info["title"],
        "version": str(info["version"]),
        "package": f"{name}-client",
        "prefix": re.sub("^(?=[0-9])", "_", name.replace("-", "_").upper()),
        "address": _address(document),
        "token_url": _token_url(document),
    } | _credential(document)


def _address(document: Document) -> str:
    """Without the path, which each operation's own has."""
    for server in document.get("servers", [])[:1]:
        url = urlsplit(str(server.get("url", "")))
        if url.scheme in ("http", "https") and url.netloc and "{" not in url.netloc:
            return f"{url.scheme}://{url.netloc}"
    return ""


def _token_url(document: Document) -> str:
    for scheme in _schemes(document):
        url = scheme.get("flows", {}).get("clientCredentials", {}).get("tokenUrl")
        if url and str(url).startswith("https://"):
            return str(url)
    return ""


def _credential(document: Document) -> dict[str, str]:
    """Where the token goes: as the first scheme says that has it in a header."""
    for scheme in _schemes(document):
        if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
            return {"header": str(scheme["name"]), "scheme": ""}
        if scheme.get("type") in ("oauth2", "openIdConnect") or str(scheme.get("scheme", "")).lower() == "bearer":
            break
    return {"header": "Authorization", "scheme": "Bearer"}


def _schemes(document: Document) -> list[Document]:
    schemes = document.get("components", {}).get("securitySchemes", {})
    return [resolve(document, each) for each in schemes.values()]
