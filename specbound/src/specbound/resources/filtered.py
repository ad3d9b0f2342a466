"""Filtered lists: which index serves what is asked for, as the compiler has found; loaded by standard operations."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from specbound.compiled import CompiledList
from specbound.messages import Request, Response
from specbound.resources.resource import Resource

NO_SORT: Mapping[str, str] = MappingProxyType({})


def chosen(
    lists: Sequence[CompiledList], given: Collection[str], sort: Mapping[str, str] = NO_SORT
) -> CompiledList | None:
    """The first list that serves these filters: by its groups, each of them, and within limits of its order, which is
    the one that is asked for.
    """
    for each in lists:
        if any(value not in each.get("sort", {}).get(name, ()) for name, value in sort.items()):
            continue
        rest = set(given) - {*each["groups"]}
        if rest <= each["limits"].keys() and len(rest) == len(given) - len(each["groups"]) and (rest or each["whole"]):
            return each
    return None


def page(
    resource: Resource[Any, Any, Any, Any], request: Request[Any, Any], lists: Sequence[CompiledList]
) -> Response[Any, Any]:
    """A page of what the filters among a request's parameters let through."""
    parameters: Mapping[str, Any] = request.parameters
    filters = {name for each in lists for name in (*each["groups"], *each["limits"])}
    given = filters & parameters.keys()
    sort = {name: parameters[name] for each in lists for name in each.get("sort", ()) if name in parameters}
    found = chosen(lists, given, sort)
    if found is None:
        raise LookupError(f"{request.operation_id} has no list for the filters {', '.join(sorted(given))}.")
    limits: Any = {found["limits"][name]: parameters[name] for name in given & found["limits"].keys()}
    groups = tuple(parameters[name] for name in found["groups"])
    if found["index"] is None:
        return resource.children(request, groups[0], **limits)
    return resource.page(request, found["index"], groups, **limits)
