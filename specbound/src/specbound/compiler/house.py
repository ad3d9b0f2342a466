"""House rules: what the compiler takes in any way that OpenAPI has, and the lint wants said out loud, in one."""

from collections.abc import Iterator

from specbound.compiler.bodies import MAX_BYTES
from specbound.compiler.document import Declaration, Document, declarations, paths, resolve
from specbound.compiler.lists import LIMIT, TOKEN, parameters_of_list
from specbound.compiler.mistakes import Place
from specbound.compiler.names import is_name
from specbound.compiler.security import said_of_security
from specbound.compiler.servers import path_of
from specbound.compiler.statuses import references
from specbound.compiler.tables import takes_key


def house_rules(document: Document) -> Iterator[tuple[Place, str]]:
    """Every place that breaks one. Raises Refused for what the compiler does not take at all."""
    found = list(declarations(document))
    yield from _servers((), document)
    for path, item in paths(document).items():
        yield from _servers(("paths", path), item)
    for each in found:
        place = each.steps[1:]
        yield from _servers(place, each.definition)
        yield from ((place, complaint) for complaint in _operation(document, each))
    yield from _records(document, found)


def _servers(place: Place, holder: Document) -> Iterator[tuple[Place, str]]:
    servers = holder.get("servers", [])
    for index, each in enumerate(servers):
        base = path_of(each)
        if base:
            yield (*place, "servers", str(index)), f"write {base} into the paths: a path is then what is called"
        if base != path_of(servers[0]):
            yield (
                (*place, "servers", str(index)),
                "its base path is not the first server's, which all routes begin with: nothing answers there",
            )


def _operation(document: Document, operation: Declaration) -> Iterator[str]:
    name = operation.definition.get("operationId", "")
    if not name:
        yield "give it an operationId, which clients call it by and its function is named as"
    elif not is_name(name):
        yield f"write its operationId as its function is called: {operation.operation_id}"
    if said_of_security(document, operation) is None:
        yield "say which scope it needs, or `security: []` if it is public"
    if "x-max-bytes" not in resolve(document, operation.definition.get("requestBody", {"x-max-bytes": MAX_BYTES})):
        yield f"say with x-max-bytes how large its body may be, instead of {MAX_BYTES} bytes"
    for status in references(operation):
        if not status.isdecimal():
            yield f"{status}: name each status; `default` and ranges promise nothing"
    if len(given := parameters_of_list(operation)) == 1:
        yield f"{LIMIT} and {TOKEN} make a list together, and there is only {next(iter(given))}"


def _records(document: Document, found: list[Declaration]) -> Iterator[tuple[Place, str]]:
    if "idempotency" not in document.get("x-dynamodb", {}):
        for each in filter(takes_key, found):
            yield (
                each.steps[1:],
                "say the table of its keys in x-dynamodb, idempotency: its rights and its cost are seen",
            )
