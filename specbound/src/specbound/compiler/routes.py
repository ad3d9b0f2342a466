"""Routes (paths and methods), servers and throttles: what the function and API Gateway keep alike."""

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

from specbound.compiler.document import METHODS, Declaration, Document, Refused, paths
from specbound.compiler.mistakes import At, gathered, within
from specbound.compiler.overlaps import overlapping
from specbound.compiler.security import said_of_security
from specbound.compiler.servers import path_of
from specbound.http.paths import VARIABLE

# A step of a path: literal text, and parameters, with some text between any two.
STEP = re.compile(r"[^{}]*(\{[^{}]+\}([^{}]+\{[^{}]+\})*[^{}]*)?")
# What API Gateway knows for a parameter, which is a whole step.
WHOLE = re.compile(r"\{[A-Za-z0-9_.-]+\}")
NO_ROUTE = {"TRACE"}
THROTTLE = {"rate": 1, "burst": 1}
THROTTLE_EXAMPLE = "{ rate: 10, burst: 20 }"


def check_routes(document: Document, found: Sequence[Declaration]) -> None:
    """Raise Refused for a path or a method that would not be routed as the contract says."""
    with gathered() as at:
        with at("#", "servers"):
            _check_servers(document, "the document")
        for path, item in paths(document).items():
            with at("#", "paths", path, "servers"):
                _check_servers(item, path)
        for each in found:
            with at(*each.steps):
                _check_operation(each)
        _check_overlaps(document, found, at)
        _refuse_shared(found)


def gateway_paths(paths: Iterable[str]) -> dict[str, str]:
    """The path of API Gateway's route for each path that needs another, or that others may be meant by as well.

    API Gateway knows no parameter that is less than a step. Paths that differ in nothing else share a route.
    """
    found = list(dict.fromkeys(paths))
    own = {_blank(each): each for each in found if _gateway_form(each) == each}
    forms = {each: own.get(_blank(_gateway_form(each)), _gateway_form(each)) for each in found}
    ambiguous = {each for pair in overlapping(found) for each in pair}
    return {each: form for each, form in forms.items() if form != each or each in ambiguous}


def _gateway_form(path: str) -> str:
    return "/".join(
        f"{{p{number}}}" if "{" in step and not WHOLE.fullmatch(step) else step
        for number, step in enumerate(path.split("/"))
    )


def _blank(path: str) -> str:
    """A path without the names of its parameters."""
    return VARIABLE.sub("{}", path)


def _check_overlaps(document: Document, found: Sequence[Declaration], at: At) -> None:
    """Refuse what can't be told apart: by nobody, or by API Gateway, which lets callers in, or not, before it asks."""
    by_path: dict[str, list[Declaration]] = {}
    for each in found:
        by_path.setdefault(each.whole_path, []).append(each)
    for one, other in overlapping(by_path):
        with at("#", "paths", by_path[other][0].path):
            if _blank(one) == _blank(other):
                same = " and ".join(by_path[each][0].path for each in (one, other))
                raise Refused(f"{same} are the same path. Give their operations to one of them.")
            for mine, theirs in product(by_path[one], by_path[other]):
                if _methods(mine) & _methods(theirs) and _admission(document, mine) != _admission(document, theirs):
                    raise Refused(
                        f"{mine.place} and {theirs.place} are one route to API Gateway, which knows no parameter "
                        "within a step, and can't let some in and not others, or throttle them apart. "
                        "Say the same security and x-throttle, or rename a step."
                    )


def _methods(declaration: Declaration) -> set[str]:
    return {"GET", "HEAD"} if declaration.method == "GET" else {declaration.method}


def _admission(document: Document, declaration: Declaration) -> tuple[Any, Any]:
    return said_of_security(document, declaration), declaration.definition.get("x-throttle")


def refuse_none(document: Document) -> None:
    if not any(method in item for item in paths(document).values() for method in METHODS):
        raise Refused("paths has no operation; an API needs at least one, and webhooks are documentation only.")


def check_throttle(declaration: Declaration) -> None:
    """Raise Refused for an `x-throttle` that API Gateway would not take."""
    throttle = declaration.definition.get("x-throttle", THROTTLE)
    wanted = f"{declaration.place}: x-throttle needs a rate and a burst of 1 or more, as in {THROTTLE_EXAMPLE}"
    if not isinstance(throttle, dict) or throttle.keys() != THROTTLE.keys():
        raise Refused(f"{wanted}, and nothing else.")
    rate, burst = throttle["rate"], throttle["burst"]
    if type(rate) not in (int, float) or type(burst) is not int or min(rate, burst) < 1:
        raise Refused(f"{wanted}; a burst is a whole number.")


def _check_servers(holder: Document, place: str) -> None:
    with gathered() as at:
        for index, server in enumerate(holder.get("servers", [])):
            with at(str(index), "url"):
                if path_of(server) is None:
                    raise Refused(f"{place}: {server['url']!r} is no URL of a server, or lacks a variable's default.")


def _refuse_shared(found: Sequence[Declaration]) -> None:
    """Below the base paths of their servers two operations may have one route, though their paths differ."""
    first: dict[str, Declaration] = {}
    with gathered() as at:
        for each in found:
            with at(*each.steps):
                other = first.setdefault(each.route, each)
                if other is not each:
                    raise Refused(
                        f"{each.place}: with the paths of their servers it is {each.route}, as {other.place}."
                    )


def _check_operation(declaration: Declaration) -> None:
    place = declaration.place
    if declaration.method in NO_ROUTE:
        raise Refused(f"{place}: API Gateway has no route for TRACE.")
    with within("servers"):
        _check_servers(declaration.definition, place)
    steps = declaration.path.split("/")
    for step in steps:
        if not STEP.fullmatch(step):
            raise Refused(f"{place}: in {step} it can't be told where one parameter ends and another begins.")
    declared = sorted(each["name"] for each in declaration.parameters if each["in"] == "path")
    named = sorted(VARIABLE.findall(declaration.path))
    if greedy := [each for each in named if each.endswith("+")]:
        raise Refused(f"{place}: {{{greedy[0]}}} is no parameter of several steps: OpenAPI has none.")
    if declared != named:
        odd = ", ".join(sorted(set(declared) ^ set(named)) or named)
        raise Refused(f"{place}: the path and its path parameters differ in {odd}.")
