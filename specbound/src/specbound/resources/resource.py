"""Resource: things of one kind, each an item of a table, and what operations do with them.

Times, versions (optimistic locking), preconditions, unique constraints and idempotency keys are kept here, in one
place. Everything may raise Unavailable, which becomes 503, whatever a rule of the service raises, and Misfit (500) for
an item that this version's contract can't show: then nothing was written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import quote
from uuid import uuid4

from specbound.classes import TypeVar
from specbound.messages import Request, Response
from specbound.problems import NotFound, PreconditionFailed
from specbound.resources import creation, versions
from specbound.resources.constraints import Adjustment, Bounds
from specbound.resources.creation import Creation
from specbound.resources.rewrites import Rewrites, StillThere
from specbound.resources.versions import after, etag, now, represented
from specbound.store import items
from specbound.store.items import ConditionFailed, Refusal
from specbound.store.table import (
    AnyTable,
    IndexT,
    InsertT,
    Item,
    ItemT,
    Key,
    UpdateT,
)
from specbound.store.writes import REMOVED, Exists, Insert, Release, Write

if TYPE_CHECKING:
    from specbound.resources import shapes
    from specbound.resources.shapes import Beside, Ok

BodyT = TypeVar("BodyT")


class Resource(Rewrites[ItemT, IndexT, InsertT, UpdateT]):
    """Things of one kind, in a table of the contract, whose types are the table's.

    `name` is what one is called, in sentences and in the results of a batch. `path` is where they are: one of them is
    at `path/key`; in braces it may have properties of theirs, `/journeys/{journeyId}/bookings`. `parent` is
    beside what each has to be, `problems` has problems of the service's own for values that are taken, by the names of
    the table's unique constraints.

    Items are dicts of the attributes that the table's `item` schema names; numbers are int or Decimal. Keys are
    str, int or Decimal, as the contract has them; of a table with a range key, tuples of both parts.
    Raises Misconfigured for a table without such a schema.
    """

    def create(
        self, request: Request[Any, BodyT], make: Callable[[BodyT], InsertT], beside: Beside[BodyT, ItemT] | None = None
    ) -> Response[Literal[HTTPStatus.CREATED], ItemT]:
        """201 with a new item, of the fields that `make` makes of the body. Raises the unique constraint's problem."""
        item = creation.create_one(request, self._maker(make, beside), self._judge(request))
        # An item that does not show its version is as it was made.
        headers = {"location": self._location(item), "etag": etag(item.get("version", 1))}
        return Response(HTTPStatus.CREATED, cast(ItemT, item), headers)

    def create_many(
        self,
        request: Request[Any, shapes.Batch[BodyT]],
        make: Callable[[BodyT], InsertT],
        beside: Beside[BodyT, ItemT] | None = None,
    ) -> Response[Ok, shapes.Results]:
        """200 with what became of each of the body's `items`: created, or the problem that kept it from being so."""
        outcomes = creation.create_all(request, request.body["items"], self._maker(make, beside), self._taken)
        return creation.batch(self._name, outcomes)

    def put(self, request: Request[Any, Any], key: Key, fields: InsertT) -> Response[Ok, ItemT]:
        """As `change`; an item that is missing though its parent is there is made anew, if no If-Match asks for it."""
        while True:
            try:
                return self.change(request, key, cast(UpdateT, fields))
            except NotFound as absence:
                parent = self._parent
                if parent is None or not isinstance(absence, parent.missing) or "If-Match" in request.parameters:
                    raise
            beside = Exists(parent.resource._table, parent.resource._known(key))
            # Somebody else may have made it, or removed its parent.
            with suppress(ConditionFailed):
                item = self._made(key, fields, beside)
                if item is not None:
                    return represented(self._table, item)

    def upsert(
        self, request: Request[Any, Any], key: Key, fields: InsertT
    ) -> Response[Ok, ItemT] | Response[Literal[HTTPStatus.CREATED], ItemT]:
        """As `replace`; an item that is not there is made, and the answer 201, unless `If-Match` asks for one."""
        while True:
            try:
                return self.replace(request, key, fields)
            except NotFound:
                if "If-Match" in request.parameters:
                    raise PreconditionFailed("There is no such resource, so it has none of these versions.") from None
            item = self._made(key, fields)
            if item is not None:
                headers = {"location": self._location(item), "etag": etag(item["version"])}
                return Response(HTTPStatus.CREATED, cast(ItemT, self._table.shown(item)), headers)

    def append(self, request: Request[Any, Any], key: Key, name: str, values: Sequence[Any]) -> Response[Ok, ItemT]:
        """200 with the item once its array `name` has these values, too, however many others append meanwhile.

        It is as long as its schema's `maxItems` says: beyond that it is a 409, `full`. Raises NotFound.
        """
        from specbound.resources.appending import Appending  # noqa: PLC0415  # loaded by who appends

        known = self._table.key_of(key)
        if known is None:
            raise self._absence(key)
        appending = Appending(self._table, known, name, values, lambda: self._absence(key))
        return represented(self._table, appending.do(request.key))

    def adjust(
        self, request: Request[Any, Any], key: Key, amount: int, bounds: Bounds[ItemT], log: AnyTable | None = None
    ) -> Response[Ok, ItemT]:
        """200 with the item as this very adjustment of a number left it, however many others came in between.

        A number that is not required counts from 0. The body is kept in the table `log`, if there is one, with who
        asked (`subject`), the time and the key of what was adjusted. Raises NotFound, and what `bounds` says.
        """

        def beside(time: str) -> Sequence[Write]:
            if log is None:
                return []
            who = {} if request.subject is None else {"subject": request.subject}
            own = {log.key: str(uuid4()), **adjusted, **who, "createdAt": time}
            body = {name: value for name, value in request.body.items() if name not in (*own, "subject")}
            return [Insert(log, {**versions.given(log, body), **own})]

        def refuse(refusal: Refusal | None) -> Exception:
            return bounds.problem(cast(ItemT, refusal.item), amount) if refusal and refusal.item else self._absence(key)

        item_key = self._table.key_of(key)
        if item_key is None:
            raise self._absence(key)
        adjusted = self._table.keyed(item_key)
        adjustment = Adjustment(self._table, item_key, amount, bounds, beside, refuse)
        return represented(self._table, adjustment.do(request.key))

    def insert(self, key: Key, fields: InsertT, time: str) -> Insert:
        """The write of a new item, to be done beside others. Raises Misfit for one that could not be shown."""
        return self._new(self._known(key), cast(Item, fields), time).own

    def release(self, key: Key) -> Release:
        """The write that ends an item if there is one, to be done beside others."""
        return Release(self._table, self._known(key))

    def _made(self, key: Key, fields: InsertT, *beside: Write) -> Item | None:
        """A new item, or one in the place of one that was removed softly; None if somebody came before."""
        new = self.insert(key, fields, now())
        claims = [claim for each in self._rules for claim in each.claim(new.item)]
        own: Write = new
        item = new.item
        if before := self._removed_before(key):
            anew = self._anew(before, {**item, str(self._table.soft_delete): REMOVED})
            anew = {name: value for name, value in anew.items() if name not in (*self._table.keys, "version")}
            own, item = self._update(before, anew, listed=True), after(before, anew)
        try:
            items.write(own, *claims, *beside)
        except ConditionFailed as refused:
            if refused.refusals[0] is None and (problem := self._taken(refused)):
                raise problem from refused
            return None
        return item

    def _removed_before(self, key: Key) -> Item:
        """The item of a key that was removed softly; {} for none."""
        try:
            return self._removed(key) if self._table.soft_delete else {}
        except (StillThere, NotFound):
            return {}

    def _location(self, item: Item) -> str:
        steps = self._path.split("/") if "{" in self._path else [self._path]
        named = [each[1:-1] for each in steps if each.startswith("{")]
        steps = [quote(str(item[each[1:-1]]), safe="") if each.startswith("{") else each for each in steps]
        own = [quote(str(item[each]), safe="") for each in self._table.keys if each not in named]
        return "/".join([*steps, *own])

    def _maker(self, make: Callable[[BodyT], InsertT], beside: Beside[BodyT, ItemT] | None) -> creation.Maker:
        def create(given: BodyT, key: str, time: str) -> Creation:
            fields = make(given)
            new = self._new(self._key(cast(Item, fields), key), cast(Item, fields), time)
            item = new.own.item
            claims = [claim for each in self._rules for claim in each.claim(item)]
            return new._replace(beside=(*claims, *(beside(given, cast(ItemT, item)) if beside else ())))

        return create

    def _new(self, key: Key, fields: Item, time: str) -> Creation:
        """A new item. Raises Misfit for one that could not be shown."""
        item = versions.new(self._table, key, fields, time)
        return Creation(self._table.shown(item), Insert(self._table, item), ())

    def _key(self, fields: Item, made: str) -> Key:
        """The key of a new item: made, or among its fields."""
        *parent, own = self._table.keys
        how, given = self._table.key_made, fields.get(own)
        last = made if how == "always" or (given is None and how == "unless given") else given
        return self._known((fields.get(parent[0]), last) if parent else last)

    def _judge(self, request: Request[Any, Any]) -> creation.Judge:
        """What a refused creation is told as: where the path names a parent that is not there, it is a 404."""
        if not self._table.belongs_to:
            return self._taken
        from specbound.resources.parents import ParentMissing  # noqa: PLC0415  # loaded where items belong to others

        def judge(refused: ConditionFailed) -> Any:
            problem = self._taken(refused)
            is_named = isinstance(problem, ParentMissing) and problem.key in request.parameters.values()
            return problem.for_path() if is_named else problem

        return judge


def page_of(found: Sequence[ItemT]) -> Response[Ok, shapes.Whole[ItemT]]:
    """200 with all that there is, in one page: `{"items": [...], "count": n}`, without a `nextToken`."""
    return Response(HTTPStatus.OK, {"items": list(found), "count": len(found)})
