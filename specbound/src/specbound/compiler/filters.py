"""Filters: query parameters of a list by which its items are chosen, and the index that serves each choice.

Equal values are what an index groups by, a limit is of what it is in the order of. What no index serves would be a
scan, which the engine does not do.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from specbound.compiled import CompiledList, names
from specbound.compiler.document import Declaration, Document, Refused
from specbound.compiler.fitting import Item, Odd
from specbound.compiler.indexes import refuse_unknown
from specbound.compiler.items import kind_of_property, required
from specbound.compiler.lists import paging, refused_cursors
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.parameters import heeded, schema_of
from specbound.resources.filtered import chosen
from specbound.store.table import CREATED

# What the contract says, and what the engine calls it.
AT = {"exactly": "exactly", "least": "at_least", "most": "at_most", "above": "above", "below": "below"}
EXTENSION = "x-filter"
# Of filters that may be left out, each doubles what has to be served.
MOST_OPTIONAL = 8
# Where a list begins by a number: to get there all before it would be read.
NUMBERED = {"page", "pagenumber", "pageindex", "offset", "skip", "start", "startindex"}


@dataclass(frozen=True)
class Filter:
    """A parameter by its key, of the value of which (`at`: exactly, at_least, …) an item's property is to be."""

    key: str
    property: str
    at: str
    is_always: bool


def check_filters(declaration: Declaration) -> None:
    """Raise Refused for an `x-filter` that says nothing of a property."""
    with gathered() as at:
        for each, steps in zip(declaration.parameters, declaration.parameter_steps, strict=True):
            if EXTENSION in each:
                with at(*steps, EXTENSION):
                    _check(each, f"{declaration.place} parameter {each['name']}")


def lists_of(document: Document, declaration: Declaration, item: Item) -> list[CompiledList]:
    """The lists by which an operation answers, whichever of its filters are given. Raises Odd if some have none."""
    found = list(_filters(document, declaration, item))
    lists, used = list(_lists(document, item, found)), []
    for given in _combinations(found):
        one = chosen(lists, {each.key for each in given})
        if one is None:
            raise Odd(_lacking(item, given))
        used.append(one)
    answered = [each for each in lists if each in used]
    if advice := refused_cursors(document, declaration, [each["index"] for each in answered]):
        raise Odd(advice)
    return answered


def _check(parameter: Document, place: str) -> None:
    said = parameter[EXTENSION]
    refuse_unknown(said, {"property", "at"}, f"{place} {EXTENSION}")
    if parameter["in"] != "query":
        raise Refused(f"{place}: a filter is a query parameter.")
    if not isinstance(said.get("property", parameter["name"]), str):
        with within("property"):
            raise Refused(f"{place}: property names the property of the items that it filters.")
    if not isinstance(said.get("at", "exactly"), str) or said.get("at", "exactly") not in AT:
        with within("at"):
            raise Refused(f"{place}: at says of which values it lets through: {', '.join(AT)}.")


def _filters(document: Document, declaration: Declaration, item: Item) -> Iterator[Filter]:
    page = paging(document, declaration)
    own = {page.limit, page.token} if page else set()
    for each, _, key in heeded(declaration):
        where, name = each["in"], str(each["name"])
        if where == "path":
            # What the path names is the key's first part, whatever it is called there, or a property.
            is_parent = name not in item.members and len(item.keys) > 1
            yield Filter(key, item.keys[0] if is_parent else name, "exactly", is_always=True)
        elif where == "query" and name not in own:
            yield _filter(document, each, key, item)


def _filter(document: Document, parameter: Document, key: str, item: Item) -> Filter:
    name, said = str(parameter["name"]), parameter.get(EXTENSION, {})
    filtered = said.get("property", name)
    if filtered not in item.members:
        if "".join(filter(str.isalpha, name)).lower() in NUMBERED:
            raise Odd(
                f"its {name} begins a page by a number, and all items before would have to be read: let it take a "
                "cursor instead, which its pages give (x-page)"
            )
        raise Odd(f"its items have no {filtered}, by which its query parameter {name} could filter them (x-filter)")
    schema = schema_of(parameter)
    kind, own = (kind_of_property(document, {name: each}, name) for each in (schema, item.members[filtered]))
    if kind is None or kind != own:
        raise Odd(f"its query parameter {name} is not of the type of {filtered}, one value of it")
    is_always = bool(parameter.get("required")) or (isinstance(schema, dict) and "default" in schema)
    return Filter(key, filtered, AT[said.get("at", "exactly")], is_always)


def _lists(document: Document, item: Item, found: Sequence[Filter]) -> Iterator[CompiledList]:
    """Those of the children of a key, of indexes as they are declared, and last of indexes that lack some items."""
    sure = required(document, item.schema) | {*item.keys, CREATED}
    lists = []
    if item.compiled.get("children"):
        lists.append(_list(None, item.keys[:1], item.keys[1], found, sure))
    for name, each in item.compiled["indexes"].items():
        if not each["retired"]:
            order = each.get("order_by", CREATED)
            lists.append(_list(name, names(each["groups_by"]), order, found, sure))
    yield from sorted(filter(None, lists), key=lambda each: not each["whole"])


def _list(
    index: str | None, groups: Iterable[str], order: str, found: Sequence[Filter], sure: set[str]
) -> CompiledList | None:
    """None where nothing gives a value that it groups by."""
    equal = {each.property: each.key for each in found if each.at == "exactly"}
    by = [equal.get(name) for name in groups]
    limits = {each.key: each.at for each in found if each.property == order and each.key not in by}
    if None in by or len(set(limits.values())) < len(limits):
        return None
    return {"index": index, "groups": [each for each in by if each], "limits": limits, "whole": order in sure}


def _combinations(found: Sequence[Filter]) -> Iterator[list[Filter]]:
    """All that may be given together."""
    always, optional = ([each for each in found if each.is_always == kind] for kind in (True, False))
    if len(optional) > MOST_OPTIONAL:
        raise Odd(f"it has more than {MOST_OPTIONAL} filters that may be left out: require some")
    for count in range(len(optional) + 1):
        for some in combinations(optional, count):
            yield [*always, *some]


def _lacking(item: Item, given: Sequence[Filter]) -> str:
    """Which index there would have to be, and what can be done instead."""
    if not given:
        return "no index of its table lists all items: add one without groups_by, or require a filter"
    groups = [each.property for each in given if each.at == "exactly"]
    ordered = list(dict.fromkeys(each.property for each in given if each.at != "exactly"))
    filters = f"the filter{'s' if len(given) > 1 else ''} {' and '.join(each.key for each in given)}"
    if len(ordered) > 1:
        return f"no index can limit {' and '.join(ordered)} at once, as {filters} would: leave it to a function"
    wanted = [f"groups_by: {groups[0]}" if len(groups) == 1 else f"groups_by: [{', '.join(groups)}]"] if groups else []
    wanted += [f"order_by: {ordered[0]}"] if ordered else []
    return (
        f"no index of {item.table} serves {filters}, and without one all items would be read: add one with "
        f"{', '.join(wanted)}, or let them come only with others (required: true)"
    )
