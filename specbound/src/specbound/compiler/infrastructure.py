"""What is deployed of a contract: API Gateway's routes, the issuer's scopes, CORS, and DynamoDB's tables."""

from collections.abc import Sequence

from specbound.compiled import DeployedTable, Infrastructure, Route
from specbound.compiler.bodies import reply_headers
from specbound.compiler.document import Declaration, Document
from specbound.compiler.indexes import is_retired, spread
from specbound.compiler.lifetimes import ttl_attribute
from specbound.compiler.objectives import objective
from specbound.compiler.routes import gateway_paths
from specbound.compiler.security import (
    authorizer,
    compile_security,
    credential_headers,
    said_of_security,
    scopes_of_tokens,
)
from specbound.compiler.tables import declared_tables

# Pages send these with any API: the token, and the type of a body.
ALWAYS_SENT = {"authorization", "content-type"}


def infrastructure(document: Document, found: Sequence[Declaration]) -> Infrastructure:
    """All that Terraform makes, of a contract that has been checked."""
    routes = _routes(document, found)
    security = [compile_security(document, each) for each in found]
    scopes = sorted(scopes_of_tokens(security))
    keys = {name for each in security for name in credential_headers(each)}
    sent = {each["name"].lower() for one in found for each in one.parameters if each["in"] == "header"}
    return {
        "title": document["info"]["title"],
        "version": document["info"]["version"],
        "routes": routes,
        "left_open": [each.operation_id for each in found if said_of_security(document, each) is None],
        "scopes": scopes,
        "resource_servers": _resource_servers(scopes),
        "request_headers": sorted(ALWAYS_SENT | keys | sent),
        "response_headers": sorted({name for each in found for name in reply_headers(document, each)}),
        "methods": sorted({route["method"] for route in routes.values()}),
        "tables": {name: _table(each) for name, each in declared_tables(document, found).items()},
    }


def _routes(document: Document, found: Sequence[Declaration]) -> dict[str, Route]:
    """Each operation, and HEAD wherever there is GET (RFC 9110, section 9.3.2).

    Without a route of its own HEAD would come by `$default`, past the authorizer.
    """
    forms = gateway_paths(each.whole_path for each in found)
    # Of operations that share a route, the one whose path is the route's own gives it its name.
    ordered = sorted(found, key=lambda each: forms.get(each.whole_path, each.whole_path) == each.whole_path)
    heads = {
        f"HEAD {forms.get(each.whole_path, each.whole_path)}": _route(document, each, "HEAD")
        for each in ordered
        if each.method == "GET"
    }
    return heads | {
        f"{each.method} {forms.get(each.whole_path, each.whole_path)}": _route(document, each, each.method)
        for each in ordered
    }


def _route(document: Document, declaration: Declaration, method: str) -> Route:
    own = declaration.definition
    decided = authorizer(compile_security(document, declaration))
    return {
        "id": declaration.operation_id,
        "method": method,
        "authorizer": decided["authorizer"],
        "scopes": decided["scopes"],
        "throttle": own.get("x-throttle"),
        "slo": objective(document, own),
    }


def _resource_servers(scopes: Sequence[str]) -> dict[str, list[str]]:
    servers: dict[str, list[str]] = {}
    for scope in scopes:
        resource, slash, action = scope.rpartition("/")
        if slash:
            servers.setdefault(resource, []).append(action)
    return servers


def _table(declared: Document) -> DeployedTable:
    read, written = spread(declared)
    return {
        "hash_key": declared["hash_key"],
        "range_key": declared.get("range_key"),
        "partitions": read,
        "write_partitions": written,
        "retired": is_retired(declared),
        "ttl_attribute": ttl_attribute(declared),
        "attributes": declared["attributes"],
        "actions": sorted(declared["actions"]),
        "indexes": {
            name: {
                "hash_key": each["hash_key"],
                "range_key": each["range_key"],
                "projection": each["projection"],
                "retired": is_retired(each),
            }
            for name, each in declared.get("global_secondary_indexes", {}).items()
        },
    }
