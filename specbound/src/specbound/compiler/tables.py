"""The compiled contract: plain tables that the router reads at start, with no YAML and no reference left."""

from specbound.compiler import specification
from specbound.compiler.content import compile_body, compile_replies, reply_headers
from specbound.compiler.database import compile_tables
from specbound.compiler.document import Declaration, Document, Refused, declarations
from specbound.compiler.infrastructure import infrastructure
from specbound.compiler.parameters import compile_parameters
from specbound.compiler.routes import check_routes
from specbound.compiler.schemas import Schemas


def compile_contract(document: Document) -> Document:
    """Translate the contract. Raises Refused, by name, for whatever the run time could not keep.

    Returns `routes` (method and path template to operationId), `operations`, `reply_headers` (the names of
    all), `schemas` (by number), `bounds` (minimum and maximum of the numbers among named
    schemas and parameters), `tables` and `infrastructure`.
    """
    specification.check(document)
    schemas = Schemas(document)
    found = list(declarations(document))
    check_routes(document, found)
    return {
        "routes": {each.place: each.operation_id for each in found},
        "operations": {each.operation_id: _operation(document, each, schemas) for each in found},
        "reply_headers": sorted({name for each in found for name in reply_headers(document, each)}),
        "schemas": schemas.all,
        "bounds": _bounds(document),
        "tables": compile_tables(document, found),
        "infrastructure": infrastructure(document, found),
    }


def _operation(document: Document, declaration: Declaration, schemas: Schemas) -> Document:
    return {
        "scope": _scope(document, declaration),
        **compile_parameters(document, declaration, schemas),
        "body": compile_body(document, declaration, schemas),
        "replies": compile_replies(document, declaration, schemas),
    }


def _scope(document: Document, declaration: Declaration) -> str | None:
    """The one scope of an operation, None if it is public (`security: []`)."""
    security = declaration.definition.get("security", document.get("security"))
    if security is None:
        raise Refused(f"{declaration.place}: say which scope it needs, or `security: []` if it is public.")
    if security == []:
        return None
    schemes = [scheme for requirement in security for scheme in requirement.values()]
    scopes = [scope for scheme in schemes for scope in scheme]
    if not len(security) == len(schemes) == len(scopes) == 1:
        raise Refused(
            f"{declaration.place}: name exactly one scope of one scheme, not {len(scopes)} of {len(schemes)}. "
            "API Gateway lets any of a route's scopes in, OpenAPI asks for all; with one they agree."
        )
    return str(scopes[0])


def _bounds(document: Document) -> Document:
    components = document.get("components", {})
    parameters = components.get("parameters", {})
    named = {name: each.get("schema", {}) for name, each in parameters.items()} | components.get("schemas", {})
    return {
        name: [schema["minimum"], schema["maximum"]]
        for name, schema in named.items()
        if "minimum" in schema and "maximum" in schema
    }
