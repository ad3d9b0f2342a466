"""Deprecation: since when an operation is deprecated (`x-deprecated-at`), until when it works, and how replies say so.

The headers are Deprecation (RFC 9745), Sunset (RFC 8594) and, where the operation has externalDocs, Link.
"""

import re
from contextlib import suppress
from email.utils import format_datetime

from specbound.compiler.document import Declaration, Document, Refused, declarations, resolve
from specbound.compiler.grammar import SINCE, SUNSET
from specbound.compiler.mistakes import within
from specbound.compiler.statuses import declared_replies
from specbound.compiler.sunsets import moment

EXAMPLE = "2026-01-31"
# Of a URL that may stand in a Link header: no quote, no bracket, nothing that is not ASCII (RFC 8288, section 3).
LINKED = re.compile(r"[!#-;=?-~]{1,2000}")
HEADERS: dict[str, Document] = {
    "Deprecation": {
        "description": "Since when this operation is deprecated (RFC 9745): seconds since 1970, after an @.",
        "schema": {"type": "string", "pattern": "^@-?[0-9]{1,12}$"},
    },
    "Sunset": {
        "description": "From when on it may answer no more (RFC 8594).",
        "schema": {"type": "string", "maxLength": 29},
    },
    "Link": {
        "description": "What is to be read about it (RFC 8288): `deprecation` and `sunset`.",
        "schema": {"type": "string", "maxLength": 8000},
    },
}


def check_deprecation(declaration: Declaration) -> None:
    """Raise Refused for a day that is none, or of what is not deprecated, and for an end before the beginning."""
    definition, place = declaration.definition, declaration.place
    if SINCE not in definition:
        return
    with within(SINCE):
        since, end = moment(definition[SINCE]), moment(definition.get(SUNSET))
        if since is None:
            raise Refused(f"{place}: {SINCE} is the day since which it is deprecated, as in {SINCE}: '{EXAMPLE}'.")
        if definition.get("deprecated") is not True:
            raise Refused(f"{place}: {SINCE} is of what is deprecated: say `deprecated: true` beside it.")
        if end and end < since:
            raise Refused(f"{place}: {SINCE} is after {SUNSET} (RFC 9745, section 4).")


def told(definition: Document) -> dict[str, str] | None:
    """The headers of each reply of an operation, in lower case; None if it is not deprecated."""
    if definition.get("deprecated") is not True:
        return None
    since, end = moment(definition.get(SINCE)), moment(definition.get(SUNSET))
    found = {"deprecation": f"@{int(since.timestamp())}"} if since else {}
    found |= {"sunset": format_datetime(end, usegmt=True)} if end else {}
    docs = definition.get("externalDocs")
    url = docs.get("url") if isinstance(docs, dict) else None
    if found and isinstance(url, str) and LINKED.fullmatch(url):
        found["link"] = ", ".join(f'<{url}>; rel="{each}"; type="text/html"' for each in found)
    return found


def sentence(definition: Document) -> str:
    """What is said to readers; "" of what is not deprecated."""
    if definition.get("deprecated") is not True:
        return ""
    since, end = moment(definition.get(SINCE)), moment(definition.get(SUNSET))
    said = f"Deprecated since {since:%Y-%m-%d}" if since else "Deprecated"
    return said + (f"; it may be gone from {end:%Y-%m-%d} on." if end else ".")


def with_deprecations(document: Document) -> Document:
    """The contract with what the replies of deprecated operations say of it, and their descriptions, too.

    Mistakes are left to whoever compiles it.
    """
    items = dict(document.get("paths", {}))
    with suppress(Refused):
        for each in declarations(document):
            headers = told(each.definition)
            if headers:
                items[each.path] = items[each.path] | {each.method.lower(): _telling(document, each, headers)}
    return document | {"paths": items} if items != document.get("paths", {}) else document


def _telling(document: Document, declaration: Declaration, headers: dict[str, str]) -> Document:
    definition = declaration.definition
    described = "\n\n".join(filter(None, [str(definition.get("description", "")).strip(), sentence(definition)]))
    responses = {
        status: reply | {"headers": _with(document, reply.get("headers", {}), headers)}
        for status, reply in declared_replies(document, declaration).items()
    }
    return definition | {"description": described, "responses": definition["responses"] | responses}


def _with(document: Document, own: Document, headers: dict[str, str]) -> Document:
    """The headers of a reply with these. One that the contract has as well is its own, and none is required."""
    found = {name: each for name, each in HEADERS.items() if name.lower() in headers}
    names = {name.lower() for name in own}
    kept = {
        name: resolve(document, each, "headers") | {"required": False} if name.lower() in headers else each
        for name, each in own.items()
    }
    return kept | {name: each for name, each in found.items() if name.lower() not in names}
