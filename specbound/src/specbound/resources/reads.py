"""Reads of a resource: one item by its key or a value, many, and pages of an index or of a parent's children."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, cast, overload

from specbound.classes import Generic, record
from specbound.messages import Request, Response
from specbound.problems import BadRequest, Conflict, NotFound, Violation
from specbound.resources import constraints, versions
from specbound.resources.versions import represented
from specbound.settings import Misconfigured
from specbound.store import items
from specbound.store.items import Asked
from specbound.store.table import (
    LONGEST_KEY,
    LONGEST_RANGE_KEY,
    AnyTable,
    IndexT,
    InsertT,
    Item,
    ItemT,
    Key,
    Misfit,
    Plain,
    Table,
    UpdateT,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from specbound.resources import shapes
    from specbound.resources.shapes import Group, Ok

NO_PROBLEMS: Mapping[str, type[Conflict]] = {}


@record
class Parent:
    """The resource of the same keys, beside one of which each thing has to be.

    Where a thing is missing, its parent's NotFound is raised if that is missing too, and `missing` (404) if it is not.
    """

    resource: Reads[Any, Any]
    missing: type[NotFound]


class Reads(Generic[ItemT, IndexT, InsertT, UpdateT]):
    """What a Resource can be asked for. Everything may raise Unavailable, and Misfit."""

    def __init__(
        self,
        table: Table[ItemT, IndexT, InsertT, UpdateT],
        name: str,
        path: str = "",
        *,
        parent: Parent | None = None,
        problems: Mapping[str, type[Conflict]] = NO_PROBLEMS,
    ) -> None:
        if table.item is None:
            raise Misconfigured(
                f"x-dynamodb {table.name}: say as `item` which schema its items have, as {name} shows them."
            )
        self._table = table
        self._name = name
        self._path = path
        self._constraints = constraints.declared(table, name, problems)
        self._rules = constraints.rules(table, self._constraints.values())
        if unknown := sorted(problems.keys() - table.unique.keys()):
            raise Misconfigured(f"problems of {name} name {unknown[0]}, which is no constraint of {table.name}.")
        self._parent = parent

    def find(self, key: Key) -> ItemT:
        """The item as the last write left it. Raises NotFound."""
        return cast(ItemT, self._find(key))

    def find_many(self, keys: Sequence[Key]) -> list[ItemT]:
        """Items in the order of the keys given; those that do not exist are left out."""
        return cast(list[ItemT], items.get_many(self._table, keys))

    def find_by(self, *values: Any, constraint: str | None = None) -> ItemT | None:
        """The item with these values of a unique constraint's properties, in their order; None if there is none.

        TypeError without a constraint of this name, or, if none is named, without one or with several.
        """
        name = next(iter(self._constraints), None) if constraint is None else constraint
        if name not in self._constraints or (constraint is None and len(self._constraints) > 1):
            raise TypeError(f"{self._name}: name a unique constraint of {', '.join(self._constraints) or 'none'}.")
        return cast(ItemT | None, self._constraints[name].find(values))

    @overload
    def represent(
        self, request: Request[shapes.Conditional, Any], key: Key
    ) -> Response[Ok, ItemT] | shapes.NotModified: ...
    @overload
    def represent(self, request: Request[Any, Any], key: Key) -> Response[Ok, ItemT]: ...
    def represent(self, request: Request[Any, Any], key: Key) -> Response[Ok, ItemT] | shapes.NotModified:
        """200 with an item and its ETag, or 304 if by If-None-Match the caller has it already. Raises NotFound."""
        stored = self._stored(key)
        response = represented(self._table, stored)
        if versions.is_known(request, stored):
            return Response(HTTPStatus.NOT_MODIFIED, None, response.headers)
        return response

    def page(
        self,
        request: Request[shapes.Listing, Any],
        index: IndexT,
        group: Group | tuple[Group, ...] | None = None,
        **limits: Unpack[shapes.Limits],
    ) -> Response[Ok, shapes.Page[ItemT]]:
        """200 with one page of an index, in its order, as `limit` and `nextToken` ask.

        `group` is the value of what the index groups by, a tuple if that is several. `at_least`, `above`, `at_most`,
        `below` and `exactly` are limits of what it is in the order of. A page may be shorter than `limit`; the last one
        has no `nextToken`.
        """
        values = group if isinstance(group, tuple) else () if group is None else (group,)
        found, token = items.page(self._table, index, values, self._asked(request, limits))
        return Response(HTTPStatus.OK, cast(Any, request.paging.page(found, token)))

    def children(
        self, request: Request[shapes.Listing, Any], parent_key: Plain, **limits: Unpack[shapes.Limits]
    ) -> Response[Ok, shapes.Page[ItemT]]:
        """200 with one page of the items whose hash key is `parent_key`, in the order of their range key, as the last
        writes left them. Limits are of the range key. Raises NotFound for a parent that is not there, if `belongs_to`
        says which that is, and Misconfigured for a table without a range key.
        """
        from specbound.store import children  # noqa: PLC0415  # loaded by who asks for them

        if not self._table.has_children:
            raise Misconfigured(
                f"x-dynamodb {self._table.name}: children are found by Query, which is not among its actions."
                if self._table.range_key
                else f"x-dynamodb {self._table.name}: say its range_key, for a {self._name} to be one of a parent's."
            )
        try:
            found, token = children.page(self._table, parent_key, self._asked(request, limits))
        except ValueError:
            name, said = request.paging.token, f"must be the {request.paging.next} of another page"
            raise BadRequest([Violation("query", f"/{name}", said)]) from None
        if not found and self._table.belongs_to:
            from specbound.resources import parents  # noqa: PLC0415  # loaded with a contract that has such

            parents.refuse_missing(self._table, parent_key)
        return Response(HTTPStatus.OK, cast(Any, request.paging.page(found, token)))

    def _known(self, key: Any) -> Key:
        """What is given as a key, as a key. Raises BadRequest for what can be none."""
        known = self._table.key_of(key)
        if known is None:
            raise BadRequest(_no_key(self._table, key))
        return known

    def _is_shown(self, stored: Item) -> bool:
        try:
            return bool(self._table.shown(stored))
        except Misfit:
            return False

    def _find(self, key: Key) -> Item:
        return self._table.shown(self._stored(key))

    def _stored(self, key: Key) -> Item:
        stored = items.stored(self._table, key)
        if not stored:
            raise self._absence(key)
        return stored

    def _absence(self, key: Key) -> NotFound:
        if self._parent is None:
            return NotFound(f"There is no {self._name} {said(key)}.")
        if not items.stored(self._parent.resource._table, key):
            return self._parent.resource._absence(key)
        return self._parent.missing()

    def _asked(self, request: Request[Any, Any], limits: shapes.Limits) -> Asked:
        names, given = request.paging, request.parameters
        limit = min(given.get(names.limit, self._table.longest_page), self._table.longest_page)
        return Asked(limit, given.get(names.token), limits)


def _no_key(table: AnyTable, value: Any) -> Iterator[Violation]:
    """What keeps a value from being a key."""
    parts = value if isinstance(value, tuple) else (value,)
    kinds = ((table.parent_key_of, LONGEST_KEY), (table.range_key_of, LONGEST_RANGE_KEY))
    for name, (known, longest), part in zip_longest(table.keys, kinds[: len(table.keys)], parts[: len(table.keys)]):
        if known(part) is None:
            yield Violation("body", f"/{name}", f"must be a key, of 1 to {longest} bytes")


def said(key: Key) -> str:
    """A key in a sentence."""
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
