"""Explanation, `specbound compile --explain`: what becomes of each part of a contract, and who sees to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from specbound.compiler.bundle import Bundle
from specbound.compiler.document import Document, declarations, is_3_1
from specbound.compiler.grammar import COMPONENTS, EXTENSION, PLURALS, REFERABLE, VALUE, walk
from specbound.compiler.mistakes import Place
from specbound.compiler.pointers import local_steps
from specbound.compiler.security import said_of_security

KEPT = "kept"
BY_GATEWAY = "kept by the gateway"
DOCUMENTATION = "documentation only"
# The engine's own extensions, by what they stand in.
EXTENSIONS = {
    ("document", "x-dynamodb"), ("document", "x-slo"), ("operation", "x-slo"), ("operation", "x-throttle"),
    ("requestBody", "x-max-bytes"),
}  # fmt: skip
# What is published and not enforced, by what it stands in; each with the reason.
NOT_ENFORCED = {
    ("operation", "callbacks"): "what the service sends is not checked",
    ("document", "webhooks"): "what the service sends is not checked",
    ("response", "links"): "clients follow them by themselves",
    ("document", "externalDocs"): "for people",
    ("operation", "externalDocs"): "for people",
    ("schema", "externalDocs"): "for people",
    ("operation", "deprecated"): "it is served as ever",
    ("parameter", "deprecated"): "it is taken as ever",
    ("header", "deprecated"): "it is sent as ever",
    ("schema", "deprecated"): "it is checked as ever",
}
ALARM = "the deployment has an alarm for it"


@dataclass(frozen=True)
class Entry:
    """What becomes of the part of a contract at a place: `how` is KEPT, BY_GATEWAY or DOCUMENTATION."""

    place: Place
    how: str
    why: str


Teller = Callable[[Document], Iterator[Entry]]
"""Says of a document that compiles what becomes of the parts that it knows."""


def explained(bundle: Bundle) -> list[str]:
    """A line for each part, `file:line: place: how: why`, in the order of the files."""
    found = {
        (*bundle.where(each.place), f"{' '.join(each.place)}: {each.how}: {each.why}.")
        for tell in TELLERS
        for each in tell(bundle.document)
    }
    main = bundle.where(())[0]
    ordered = sorted(found, key=lambda each: (each[0] != main, *each))
    return [f"{file}:{line}: {text}" for file, line, text in ordered]


def operations(document: Document) -> Iterator[Entry]:
    """What is checked of a request and of its reply, and before them by API Gateway."""
    for each in declarations(document):
        place: Place = each.steps[1:]
        for steps in each.parameter_steps:
            yield Entry(steps[1:], KEPT, "it is checked before the operation is called")
        if "requestBody" in each.definition:
            yield Entry((*place, "requestBody"), KEPT, "it is checked before the operation is called")
        for status in each.definition["responses"]:
            yield Entry((*place, "responses", status), KEPT, "it is checked before it is sent")
        if said_of_security(document, each):
            security = (*place, "security") if "security" in each.definition else ("security",)
            yield Entry(security, BY_GATEWAY, "its authorizer checks the token, and the function checks again")
        if "x-throttle" in each.definition:
            yield Entry((*place, "x-throttle"), BY_GATEWAY, "it is the throttle of the route")
        if "x-slo" in each.definition:
            yield Entry((*place, "x-slo"), KEPT, ALARM)


def deployment(document: Document) -> Iterator[Entry]:
    """What is deployed beside the routes."""
    for name in document.get("x-dynamodb", {}):
        yield Entry(("x-dynamodb", name), KEPT, "it is a table of the deployment")
    if "x-slo" in document:
        yield Entry(("x-slo",), KEPT, ALARM)


def not_enforced(document: Document) -> Iterator[Entry]:
    """What is published as it is, and nothing else. Texts and examples are not listed."""
    for place, kind, value in walk(document):
        if not isinstance(value, dict) or kind == VALUE:
            continue
        for name, each in value.items():
            if (kind, name) in NOT_ENFORCED and each:
                yield Entry((*place, name), DOCUMENTATION, NOT_ENFORCED[kind, name])
            elif ":" not in kind and name.startswith(EXTENSION) and (kind, name) not in EXTENSIONS:
                yield Entry((*place, name), DOCUMENTATION, "the engine has no such extension")
        if place[-2:-1] == ("servers",) and "variables" in value:
            yield Entry((*place, "variables"), DOCUMENTATION, "every host is answered alike")
        beside = value.keys() - {"$ref"}
        if kind in REFERABLE and "$ref" in value and beside and not is_3_1(document):
            why = f"OpenAPI 3.0 ignores what stands beside a $ref ({', '.join(sorted(beside))})"
            yield Entry(place, DOCUMENTATION, why)


def unused(document: Document) -> Iterator[Entry]:
    """Components that nothing refers to."""
    found = {each for _, kind, value in walk(document) for each in _references(kind, value)}
    used = {local_steps(each) for each in found}
    for plural in COMPONENTS.keys() - {PLURALS["securityScheme"], PLURALS["pathItem"]}:
        for name in document.get("components", {}).get(plural, {}):
            if ("components", plural, name) not in used:
                yield Entry(("components", plural, name), DOCUMENTATION, "nothing refers to it")


def _references(kind: str, value: Any) -> Iterator[str]:
    """What refers to a component, however it is said."""
    if isinstance(value, dict) and kind != VALUE:
        yield from (value[name] for name in ("$ref", "item") if isinstance(value.get(name), str))
    if kind == "discriminator":
        named = value.get("mapping", {}).values()
        yield from (each if each.startswith("#") else f"#/components/schemas/{each}" for each in named)


TELLERS: tuple[Teller, ...] = (operations, deployment, not_enforced, unused)
