"""Explanation, `specbound compile --explain`: what becomes of each part of a contract, and who sees to it."""

from collections.abc import Callable, Iterator

from specbound.compiler.addresses import ADDRESSES
from specbound.compiler.bodies import IGNORED, takes_body
from specbound.compiler.bundle import Bundle
from specbound.compiler.document import Declaration, Document, declarations, is_3_1
from specbound.compiler.entries import BY_GATEWAY, DOCUMENTATION, KEPT, Entry
from specbound.compiler.explained_answers import answerers
from specbound.compiler.explained_contents import contents
from specbound.compiler.grammar import EXTENSION, OTHER, REFERABLE, SINCE, SUNSET, VALUE
from specbound.compiler.mistakes import Place
from specbound.compiler.parameters import is_ignored
from specbound.compiler.pointers import NOTHING
from specbound.compiler.reach import Reach, at
from specbound.compiler.security import authorizer, compile_security, said_of_security
from specbound.compiler.servers import VARIABLE
from specbound.compiler.versions import EXTENSION as VERSIONS

# The engine's own extensions, by what they stand in.
EXTENSIONS = {
    ("document", "x-dynamodb"), ("document", "x-problem"), ("document", "x-slo"), ("operation", "x-slo"),
    ("operation", "x-throttle"), ("operation", "x-page"), ("operation", "x-problems"), ("parameter", "x-filter"),
    ("parameter", "x-sort"), ("requestBody", "x-max-bytes"),
    ("document", "x-unfinished"), ("document", "x-problems"), ("operation", SINCE), ("operation", SUNSET),
    ("document", VERSIONS),
}  # fmt: skip
SENDS = "what the service sends is not checked"
WHOM = "where a token is from, its issuer and the deployment say"
SAID = "a header of each reply says so"
UNTIL = "`specbound check` lets it go from that day on"
# What is published and not enforced, by what it stands in; each with the reason.
NOT_ENFORCED = {
    ("operation", "callbacks"): SENDS,
    ("document", "webhooks"): SENDS,
    ("response", "links"): "clients follow them by themselves",
    ("document", "externalDocs"): "for people",
    ("document", "tags"): "the docs page and the clients are ordered by it",
    ("operation", "externalDocs"): "for people",
    ("schema", "externalDocs"): "for people",
    ("parameter", "deprecated"): "it is taken as ever",
    ("header", "deprecated"): "it is sent as ever",
    ("schema", "deprecated"): "it is checked as ever",
    ("parameter", "x-sunset"): UNTIL,
    ("schema", "x-sunset"): UNTIL,
    ("securityScheme", "flows"): WHOM,
    ("securityScheme", "openIdConnectUrl"): WHOM,
    ("securityScheme", "bearerFormat"): "for people",
}
ALARM = "the deployment has an alarm for it"
CHECKED = "it is checked before the operation is called"
# Of these every place would be a line: they are told once, with the number of the others.
TEXTS = ("description", "summary", "title", "example", "examples", "tags", "$comment", "$schema")
TOLD_APART = {(name,) for name in ("info", "tags", "security", "externalDocs", "x-dynamodb")}

Teller = Callable[[Document, Reach], Iterator[Entry]]
"""Says of a document that compiles what becomes of the parts that it knows."""


def explained(bundle: Bundle) -> list[str]:
    """A line for each part, `file:line: place: how: why`, in the order of the files."""
    found = {
        (*bundle.where(each.place), f"{' '.join(each.place)}: {each.how}: {each.why}.")
        for each in entries(bundle.document)
    }
    main = bundle.where(())[0]
    ordered = sorted(found, key=lambda each: (each[0] != main, *each))
    return [f"{file}:{line}: {text}" for file, line, text in ordered]


def entries(document: Document) -> Iterator[Entry]:
    """What becomes of each part of a document that compiles."""
    reach = Reach(document)
    for tell in TELLERS:
        yield from tell(document, reach)


def operations(document: Document, _: Reach) -> Iterator[Entry]:
    """What is checked of a request and of its reply, and before them by API Gateway."""
    by = answerers(document)
    for each in declarations(document):
        place: Place = each.steps[1:]
        who, units = by[each.operation_id]
        yield Entry(place, KEPT, f"a route of its own, {who}")
        if units:
            yield Entry(place, KEPT, f"with items of 1 KB the engine takes {units}")
        for steps, parameter in zip(each.parameter_steps, each.parameters, strict=True):
            how = (DOCUMENTATION, "OpenAPI ignores a header of this name") if is_ignored(parameter) else (KEPT, CHECKED)
            yield Entry(steps[1:], *how)
        if "requestBody" in each.definition:
            ignored = f"OpenAPI 3.0 ignores a body with {each.method}"
            how = (KEPT, CHECKED) if takes_body(document, each) else (DOCUMENTATION, ignored)
            yield Entry((*place, "requestBody"), *how)
        for status in each.definition["responses"]:
            yield Entry((*place, "responses", status), KEPT, "it is checked before it is sent")
        if said_of_security(document, each) is not None:
            security = (*place, "security") if "security" in each.definition else ("security",)
            yield Entry(security, *_admission(document, each))
        if "x-throttle" in each.definition:
            yield Entry((*place, "x-throttle"), BY_GATEWAY, "it is the throttle of the route")
        if "x-slo" in each.definition:
            yield Entry((*place, "x-slo"), KEPT, ALARM)
        if SINCE in each.definition:
            yield Entry((*place, SINCE), KEPT, SAID)
        if SUNSET in each.definition:
            yield Entry((*place, SUNSET), KEPT, f"{SAID}, and {UNTIL}")
        if "deprecated" in each.definition:
            yield Entry((*place, "deprecated"), KEPT, "it is served as ever, and its calls are counted")
        if "x-problems" in each.definition:
            yield Entry(
                (*place, "x-problems"), KEPT, "its function raises no other, and the clients have classes of them"
            )


def _admission(document: Document, declaration: Declaration) -> tuple[str, str]:
    ways = compile_security(document, declaration)
    if not ways:
        return KEPT, "everybody is let in"
    if authorizer(ways)["authorizer"]:
        return BY_GATEWAY, "its authorizer checks the token, and the function checks again"
    return KEPT, "the function lets callers in, by functions of the service"


def schemes(document: Document, reach: Reach) -> Iterator[Entry]:
    """Who checks the credentials of each security scheme."""
    by_gateway: set[str] = set()
    by_function: set[str] = set()
    for each in declarations(document):
        ways = compile_security(document, each)
        names = {need["scheme"] for way in ways for need in way}
        (by_gateway if authorizer(ways)["authorizer"] else by_function).update(names)
    for place in reach.schemes:
        name = place[-1]
        if name in by_function:
            yield Entry(place, KEPT, "a function of the service checks what callers send")
        elif name in by_gateway:
            yield Entry(place, BY_GATEWAY, "its authorizer checks the token")
        else:
            yield Entry(place, DOCUMENTATION, "no operation asks for it")


def deployment(document: Document, _: Reach) -> Iterator[Entry]:
    """What is said of the document as a whole, and what is deployed beside the routes."""
    for name in ("openapi", "jsonSchemaDialect"):
        if name in document:
            yield Entry((name,), KEPT, "it says how the document is read")
    for name in (each for each in document["info"] if not each.startswith(EXTENSION)):
        is_kept = name in ("title", "version")
        why = "the deployment, the clients and the docs page have it" if is_kept else "for people"
        yield Entry(("info", name), KEPT if is_kept else DOCUMENTATION, why)
    for name in (each for each in ADDRESSES if each in document["info"]):
        yield Entry(("info", name), KEPT, "the clients' packages have it")
    for name in document.get("x-dynamodb", {}):
        yield Entry(("x-dynamodb", name), KEPT, "it is a table of the deployment")
    if "x-slo" in document:
        yield Entry(("x-slo",), KEPT, ALARM)
    if "x-problems" in document:
        yield Entry(("x-problems",), KEPT, "the docs page and the clients say so of each type")
    if VERSIONS in document:
        yield Entry((VERSIONS,), KEPT, "the operations of these documents are this contract's as well")
    if "x-unfinished" in document:
        yield Entry(("x-unfinished",), KEPT, "these operations answer 501")
    if "x-problem" in document:
        yield Entry(("x-problem",), KEPT, "problems are told so")


def servers(document: Document, reach: Reach) -> Iterator[Entry]:
    """Which server's path the routes begin with."""
    used = set()
    for each in declarations(document):
        holders: list[Place] = [each.steps[1:], each.steps[1:-1], ()]
        used |= {next((holder for holder in holders if at(document, (*holder, "servers")) not in (NOTHING, [])), None)}
    for place, kind, value in reach.parts:
        if kind != OTHER or place[-1:] != ("servers",) or not isinstance(value, list):
            continue
        for index, server in enumerate(value):
            steps = (*place, str(index))
            is_used = index == 0 and place[:-1] in used
            yield Entry(
                steps,
                KEPT if is_used else DOCUMENTATION,
                "routes begin with its path" if is_used else "nothing answers at its path",
            )
            if "variables" in server:
                yield from _variables((*steps, "variables"), server, is_used)


def _variables(place: Place, server: Document, is_used: bool) -> Iterator[Entry]:
    path = server["url"].partition("://")[2].partition("/")[2] if "://" in server["url"] else server["url"]
    in_path = set(VARIABLE.findall(path)) if is_used else set()
    if not in_path & server["variables"].keys():
        yield Entry(place, DOCUMENTATION, "every host is answered alike")
        return
    for name in server["variables"]:
        if name in in_path:
            yield Entry((*place, name), KEPT, "its default is a part of the path")
        else:
            yield Entry((*place, name), DOCUMENTATION, "every host is answered alike")


def not_enforced(document: Document, reach: Reach) -> Iterator[Entry]:
    """What is published as it is, and nothing else."""
    for place, kind, value in reach.parts:
        if not isinstance(value, dict) or kind == VALUE:
            continue
        for name, each in value.items():
            if kind == "map:header" and name.lower() == IGNORED and place[-2:-1] != ("components",):
                yield Entry((*place, name), DOCUMENTATION, "content says it")
            elif (kind, name) in NOT_ENFORCED and each:
                yield Entry((*place, name), DOCUMENTATION, NOT_ENFORCED[kind, name])
            elif ":" not in kind and name.startswith(EXTENSION) and (kind, name) not in EXTENSIONS:
                yield Entry((*place, name), DOCUMENTATION, "the engine has no such extension")
        if kind in REFERABLE and "$ref" in value and not is_3_1(document):
            for name in value.keys() - {"$ref"}:
                yield Entry((*place, name), DOCUMENTATION, "OpenAPI 3.0 ignores what stands beside a $ref")


def texts(document: Document, reach: Reach) -> Iterator[Entry]:
    """Texts and examples: a line for all of a kind, at the first of their places."""
    found: dict[tuple[str, str], list[Place]] = {}
    for place, kind, value in reach.parts:
        if not place or not isinstance(value, dict) or kind == VALUE or ":" in kind or place[:1] in TOLD_APART:
            continue
        if "$ref" not in value or is_3_1(document):
            for name in TEXTS:
                if name in value:
                    found.setdefault((kind, name), []).append((*place, name))
    for places in found.values():
        others = len(places) - 1
        like = f", as in {others} other place{'s' if others > 1 else ''} of its kind" if others else ""
        yield Entry(places[0], DOCUMENTATION, f"for people{like}")


def components(_: Document, reach: Reach) -> Iterator[Entry]:
    """Whether anything that is enforced refers to them."""
    for each in reach.used:
        yield Entry(each, KEPT, "it is checked wherever it is referred to")
    for each in reach.unread:
        yield Entry(each, DOCUMENTATION, "only what is documentation refers to it")
    for each in reach.unused:
        yield Entry(each, DOCUMENTATION, "nothing refers to it")


TELLERS: tuple[Teller, ...] = (
    operations, schemes, deployment, servers, not_enforced, texts, components, contents,
)  # fmt: skip
