"""Paths and methods: what the router and API Gateway can tell apart, and route alike."""

import re
from collections.abc import Sequence
from itertools import combinations
from urllib.parse import urlsplit

from specbound.compiler.document import Declaration, Document, Refused

STEP = re.compile(r"[^{}]*|\{[A-Za-z0-9_.-]+\}")
NO_ROUTE = {"OPTIONS", "TRACE"}


def check_routes(document: Document, found: Sequence[Declaration]) -> None:
    """Raise Refused for a path or a method that would not be routed as the contract says."""
    if not found:
        raise Refused("paths has no operation; an API needs at least one.")
    _check_servers(document, "the document")
    for path, item in document["paths"].items():
        _check_servers(item, path)
    for each in found:
        _check_operation(each)
    for one, other in combinations({each.path: each for each in found}, 2):
        if "{" in one and "{" in other and _overlap(one, other):
            raise Refused(f"{one} and {other} are both the path of some request. Rename a step of one.")


def _check_servers(holder: Document, place: str) -> None:
    if any(urlsplit(server["url"]).path.strip("/") for server in holder.get("servers", [])):
        raise Refused(f"{place}: a server with a path of its own is not supported. Write it into the paths.")


def _check_operation(declaration: Declaration) -> None:
    place = declaration.place
    if declaration.method in NO_ROUTE:
        raise Refused(f"{place}: API Gateway answers OPTIONS itself and has no route for TRACE.")
    _check_servers(declaration.definition, place)
    if "callbacks" in declaration.definition:
        raise Refused(f"{place}: callbacks are not supported. Describe them in words.")
    steps = declaration.path.split("/")
    for step in steps:
        if not STEP.fullmatch(step):
            raise Refused(f"{place}: a path parameter fills a whole step, so {step} is not supported.")
    declared = sorted(each["name"] for each in declaration.parameters if each["in"] == "path")
    named = sorted(step[1:-1] for step in steps if step.startswith("{"))
    if declared != named:
        odd = ", ".join(sorted(set(declared) ^ set(named)) or named)
        raise Refused(f"{place}: the path and its path parameters differ in {odd}.")


def _overlap(one: str, other: str) -> bool:
    """Whether some path fits both templates."""
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    same_length = one.count("/") == other.count("/")
    return same_length and all(a == b or "{" in a + b for a, b in pairs)
