"""Filters: query parameters of a list by which its items are chosen, and the index that serves each choice.

Equal values are what an index groups by, a limit is of what it is in the order of. What no index serves would be a
scan, which the engine does not do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from specbound.compiled import CompiledList, names
from specbound.compiler.document import Declaration, Document, Refused, resolve
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
SORT = "x-sort"
# What asks for an order, mostly.
SORTED = {"sort", "sortby", "order", "orderby", "ordering"}
# Where a list begins by a number: to get there all before it would be read.
NUMBERED = {"page", "pagenumber", "pageindex", "offset", "skip", "start", "startindex"}


@dataclass(frozen=True)
class Filter:
    """A parameter by its key, of the value of which (`at`: exactly, at_least, …) an item's property is to be."""

    key: str
    property: str
    at: str
    is_always: bool


@dataclass(frozen=True)
class Sort:
    """A parameter by its key, each value of which asks for the order of a property, and whether it ascends."""

    key: str
    orders: Mapping[str, tuple[str, bool]]
    is_always: bool

    def of(self, order: str, ascends: bool) -> dict[str, list[str]]:
        """The values that ask for an order."""
        return {self.key: [value for value, each in self.orders.items() if each == (order, ascends)]}


def check_filters(declaration: Declaration) -> None:
    """Raise Refused for an `x-filter` or an `x-sort` that says nothing of properties."""
    with gathered() as at:
        for each, steps in zip(declaration.parameters, declaration.parameter_steps, strict=True):
            place = f"{declaration.place} parameter {each['name']}"
            if EXTENSION in each:
                with at(*steps, EXTENSION):
                    _check(each, place)
            if SORT in each:
                with at(*steps, SORT):
                    _check_sort(each, place)


def lists_of(document: Document, declaration: Declaration, item: Item) -> list[CompiledList]:
    """The lists by which an operation answers, whichever of its filters are given. Raises Odd if some have none."""
    found, sort = list(_filters(document, declaration, item)), _sort(document, declaration)
    lists, used = list(_lists(document, item, found, sort)), []
    orders: list[dict[str, str]] = [{}] if sort is None or not sort.is_always else []
    orders += [{sort.key: value} for value in sort.orders] if sort else []
    for given, order in product(_combinations(found), orders):
        one = chosen(lists, {each.key for each in given}, order)
        if one is None:
            raise Odd(_lacking(item, given, [sort.orders[value] for value in order.values()] if sort else []))
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


def _check_sort(parameter: Document, place: str) -> None:
    said = parameter[SORT]
    if parameter["in"] != "query":
        raise Refused(f"{place}: an order is asked for by a query parameter.")
    if not isinstance(said, dict) or not said or not all(isinstance(each, str) and each for each in said.values()):
        raise Refused(f"{place}: {SORT} leads from its values to properties, with - where the greatest comes first.")


def _sort(document: Document, declaration: Declaration) -> Sort | None:
    found = [(each, key) for each, _, key in heeded(declaration) if SORT in each]
    if not found:
        return None
    if len(found) > 1:
        raise Odd("two of its parameters say in which order its items are to be")
    [(parameter, key)] = found
    schema = resolve(document, schema_of(parameter), "schemas")
    values = schema.get("enum", [None])
    if not all(isinstance(each, str) and each in parameter[SORT] for each in values):
        raise Odd(f"what its {parameter['name']} may be has to be an enum, of which {SORT} tells the order of each")
    orders = {value: each for value, each in parameter[SORT].items() if value in values}
    by = {value: (each.removeprefix("-"), not each.startswith("-")) for value, each in orders.items()}
    return Sort(key, by, bool(parameter.get("required")) or "default" in schema)


def _filters(document: Document, declaration: Declaration, item: Item) -> Iterator[Filter]:
    page = paging(document, declaration)
    own = {page.limit, page.token} if page else set()
    for each, _, key in heeded(declaration):
        where, name = each["in"], str(each["name"])
        if where == "path":
            # What the path names is the key's first part, whatever it is called there, or a property.
            is_parent = name not in item.members and len(item.keys) > 1
            yield Filter(key, item.keys[0] if is_parent else name, "exactly", is_always=True)
        elif where == "query" and name not in own and SORT not in each:
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
        if "".join(filter(str.isalpha, name)).lower() in SORTED:
            raise Odd(f"its {name} asks for an order: say of which property each of its values does ({SORT})")
        raise Odd(f"its items have no {filtered}, by which its query parameter {name} could filter them (x-filter)")
    schema = schema_of(parameter)
    kind, own = (kind_of_property(document, {name: each}, name) for each in (schema, item.members[filtered]))
    if kind is None or kind != own:
        raise Odd(f"its query parameter {name} is not of the type of {filtered}, one value of it")
    is_always = bool(parameter.get("required")) or (isinstance(schema, dict) and "default" in schema)
    return Filter(key, filtered, AT[said.get("at", "exactly")], is_always)


def _lists(document: Document, item: Item, found: Sequence[Filter], sort: Sort | None) -> Iterator[CompiledList]:
    """Those of the children of a key, of indexes as they are declared, and last of indexes that lack some items."""
    sure = required(document, item.schema) | {*item.keys, CREATED}
    lists = []

    def add(index: str | None, groups: Iterable[str], order: str, ascends: bool) -> None:
        one = _list(index, groups, order, found, sure)
        if one:
            lists.append({**one, "sort": sort.of(order, ascends)} if sort else one)

    if item.compiled.get("children"):
        add(None, item.keys[:1], item.keys[1], ascends=True)
    for name, each in item.compiled["indexes"].items():
        if not each["retired"]:
            order = each.get("order_by", CREATED)
            add(name, names(each["groups_by"]), order, each.get("ascending", False))
    yield from sorted(lists, key=lambda each: not each["whole"])


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


def _lacking(item: Item, given: Sequence[Filter], sort: Sequence[tuple[str, bool]]) -> str:
    """Which index there would have to be, and what can be done instead."""
    if not given and not sort:
        return "no index of its table lists all items: add one without groups_by, or require a filter"
    groups = [each.property for each in given if each.at == "exactly"]
    limited = [each.property for each in given if each.at != "exactly"]
    ordered = list(dict.fromkeys([*limited, *(name for name, _ in sort)]))
    filters = f"the filter{'s' if len(given) > 1 else ''} {' and '.join(each.key for each in given)}"
    if sort:
        order = f"the order of {sort[0][0]}"
        filters = f"{filters} in {order}" if given else order
    if len(ordered) > 1:
        return f"no index is in the order of {' and '.join(ordered)} at once, as {filters} asks: leave it to a function"
    wanted = [f"groups_by: {groups[0]}" if len(groups) == 1 else f"groups_by: [{', '.join(groups)}]"] if groups else []
    wanted += [f"order_by: {ordered[0]}"] if ordered else []
    wanted += ["ascending: true"] if sort and sort[0][1] else []
    if sort and sort[0][0] not in required(item.document, item.schema) | {*item.keys, CREATED} and not limited:
        return f"in {filters} there are only those that have a {sort[0][0]}: let its items require it"
    return (
        f"no index of {item.table} serves {filters}, and without one all items would be read: add one with "
        f"{', '.join(wanted)}, or let them come only with others (required: true)"
    )
