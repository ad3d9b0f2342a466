"""Pages: a list of what is kept, by the filters and the part that a request asks for."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from specbound.messages import Request
from specbound.mock.making import made
from specbound.mock.merging import flat
from specbound.validation import Validator, pruned

# What the parameters, and the members of pages, are usually called, in small letters alone.
LIMITS = {"limit", "size", "pagesize", "perpage", "maxresults", "first", "top"}
OFFSETS = {"offset", "skip", "start"}
PAGES = {"page", "pagenumber"}
TOTALS = {"total", "totalcount", "totalitems", "itemcount", "totalresults"}
Item = Mapping[str, Any]


def page(validator: Validator, within: tuple[str, ...], items: Sequence[Item], request: Request) -> Any:
    """The body of a list: of the items those that have the values of parameters that are called as a property is, from
    `offset` or `page` on, as many as `limit` says. A cursor is not followed: there is one page.
    """
    asked = {_letters(name): each for name, each in request.parameters.items()}
    filters = {name: each for name, each in request.parameters.items() if name in _known(validator, within)}
    found = [each for each in items if all(each.get(name) == value for name, value in filters.items())]
    limit = next((int(asked[name]) for name in sorted(LIMITS & asked.keys()) if _is_count(asked[name])), len(found))
    start = next((int(asked[name]) for name in sorted(OFFSETS & asked.keys()) if _is_count(asked[name])), 0)
    number = next((int(asked[name]) for name in sorted(PAGES & asked.keys()) if _is_count(asked[name])), 1)
    start += max(0, number - 1) * limit
    shown = found[start : start + limit]
    if not within:
        return _as_listed(validator, shown)
    [name] = within
    whole = flat(validator.schema, validator.definitions)
    frame = {each: value for each, value in made(validator).items() if each in whole.get("required", ())}
    counted = (request.paging.count or "").lower()
    for each in whole.get("properties", {}):
        if _letters(each) in TOTALS:
            frame[each] = len(found)
        elif _letters(each) in ("count", counted, f"{_letters(name)}count"):
            frame[each] = len(shown)
    inner = Validator(whole["properties"][name], validator.definitions)
    return {**frame, name: _as_listed(inner, shown)}


def _as_listed(validator: Validator, items: Sequence[Item]) -> list[Any]:
    """The items as a list shows them, which may be less of each, or more."""
    schema = flat(validator.schema, validator.definitions).get("items", {})
    each_validator = Validator(schema if isinstance(schema, Mapping) else {}, validator.definitions)
    known = flat(each_validator.schema, validator.definitions).get("properties", {})
    found = []
    for number, each in enumerate(items):
        shown = pruned(each_validator.schema, dict(each), validator.definitions)
        if not each_validator.is_valid(shown):
            shown = {
                **made(each_validator, number=number),
                **{name: one for name, one in each.items() if name in known},
            }
        found.append(shown)
    return found


def _known(validator: Validator, within: tuple[str, ...]) -> Mapping[str, Any]:
    """The properties of what is listed."""
    schema: Any = validator.schema
    for step in within:
        schema = flat(schema, validator.definitions)["properties"][step]
    items = flat(schema, validator.definitions).get("items", {})
    found: Mapping[str, Any] = flat(items, validator.definitions).get("properties", {}) if items else {}
    return found


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _letters(name: str) -> str:
    return re.sub("[^a-z]", "", name.lower())
