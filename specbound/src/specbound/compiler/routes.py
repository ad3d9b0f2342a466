"""Routes (paths and methods), servers and throttles: what the function and API Gateway keep alike."""

import re
from collections.abc import Sequence
from itertools import combinations

from specbound.compiler.document import METHODS, Declaration, Document, Refused, paths
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.servers import path_of

STEP = re.compile(r"[^{}]*|\{[A-Za-z0-9_.-]+\}")
NO_ROUTE = {"OPTIONS", "TRACE"}
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
        served = {each.whole_path: each.path for each in found}
        for one, other in combinations(served, 2):
            with at("#", "paths", served[other]):
                if "{" in one and "{" in other and _overlap(one, other):
                    raise Refused(f"{one} and {other} are both the path of some request. Rename a step of one.")
        _refuse_shared(found)


def refuse_none(document: Document) -> None:
    if not any(method in item for item in paths(document).values() for method in METHODS):
        raise Refused("paths has no operation; an API needs at least one.")


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
        raise Refused(f"{place}: API Gateway answers OPTIONS itself and has no route for TRACE.")
    with within("servers"):
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
