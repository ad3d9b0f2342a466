"""Security requirements: by which schemes a caller may come in, and what of it API Gateway decides."""

import re
from collections.abc import Iterable
from functools import reduce
from typing import Any

from specbound.compiler.document import Declaration, Document, Refused, is_3_1, resolve
from specbound.compiler.mistakes import gathered
from specbound.compiler.pointers import NOTHING, child

# Of these the scopes are the issuer's; what OpenAPI 3.1 lets others name are roles.
WITH_SCOPES = {"oauth2", "openIdConnect"}
# What of a scheme callers go by, beside its type.
SAID = {"apiKey": ("in", "name"), "http": ("scheme",)}
# RFC 6749, section 3.3.
SCOPE = re.compile(r"[!#-\[\]-~]+")


def compile_security(document: Document, declaration: Declaration) -> list[list[Document]]:
    """The ways in, any of which is enough: of each the schemes that it takes together, each with its scopes.

    None at all is public; one without a scheme lets in whoever brings none. Raises Refused.
    """
    found = []
    with gathered() as at:
        for number, requirement in enumerate(said_of_security(document, declaration) or []):
            with at(str(number)):
                found.append([_need(document, declaration, *each) for each in requirement.items()])
    return [] if found == [[]] else found


def said_of_security(document: Document, declaration: Declaration) -> list[Document] | None:
    """What is said of an operation's, by itself or by the document; None if nothing is."""
    said: list[Document] | None = declaration.definition.get("security", document.get("security"))
    return said


def _need(document: Document, declaration: Declaration, name: str, scopes: list[str]) -> Document:
    scheme = _scheme(document, declaration, name)
    if scopes and scheme["type"] not in WITH_SCOPES and not is_3_1(document):
        raise Refused(
            f"{declaration.place}: {name} is of type {scheme['type']}, which knows no scopes. Leave it empty."
        )
    for scope in scopes:
        if not SCOPE.fullmatch(scope):
            raise Refused(f"{declaration.place}: no token can have {scope!r}: a scope has no blank and no quote.")
    return {"scheme": name, "scopes": sorted(set(scopes))} | _credential(scheme)


def _scheme(document: Document, declaration: Declaration, name: str) -> Document:
    found = reduce(child, ("components", "securitySchemes", name), document)
    if found is NOTHING:
        raise Refused(f"{declaration.place}: there is no security scheme {name}. Describe it in the components.")
    scheme = resolve(document, found, "securitySchemes") if isinstance(found, dict) else {}
    said = ("type", *SAID.get(str(scheme.get("type")), ()))
    if not all(isinstance(scheme.get(each), str) for each in said):
        raise Refused(f"{declaration.place}: {name} is no security scheme: say its {', its '.join(said)}.")
    return scheme


def _credential(scheme: Document) -> dict[str, Any]:
    """Where a caller's credential is, and what it is called there."""
    kind = scheme["type"]
    if kind == "apiKey":
        return {"kind": "key", "in": scheme["in"], "name": scheme["name"]}
    if kind == "http":
        way = scheme["scheme"].lower()
        return {"kind": "token" if way == "bearer" else "http", "in": "header", "name": way}
    if kind == "mutualTLS":
        return {"kind": "certificate", "in": "connection", "name": ""}
    return {"kind": "token", "in": "header", "name": "bearer"}


def authorizer(security: list[list[Document]]) -> Document:
    """What of it API Gateway decides: `authorizer` is jwt, or None if the function decides it all; `scopes`.

    A JWT authorizer asks for a token, and lets in any of a route's scopes; that there are all of them, the function
    sees to. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    """
    if [[each["kind"] for each in way] for way in security] != [["token"]]:
        return {"authorizer": None, "scopes": []}
    return {"authorizer": "jwt", "scopes": security[0][0]["scopes"]}


def credential_headers(security: list[list[Document]]) -> set[str]:
    """The headers, beside `authorization`, that callers send their credentials in."""
    return {
        each["name"].lower() for way in security for each in way if each["kind"] == "key" and each["in"] == "header"
    }


def scopes_of_tokens(security: Iterable[list[list[Document]]]) -> set[str]:
    """All scopes that some token is asked for."""
    return {
        scope
        for ways in security
        for way in ways
        for each in way
        if each["kind"] == "token"
        for scope in each["scopes"]
    }
