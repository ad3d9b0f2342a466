"""Resource: things of one kind, each an item of a table, and what operations do with them.

Times, versions (optimistic locking), preconditions, unique constraints and idempotency keys are kept here, in one
place. Everything may raise Unavailable, which becomes 503, whatever a rule of the service raises, and Misfit (500) for
an item that this version's contract can't show: then nothing was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast, overload
from urllib.parse import quote
from uuid import uuid4

from specbound.messages import MERGE_PATCH, Request, Response
from specbound.problems import AlreadyExists, BadRequest, Conflict, NotFound, PreconditionFailed, Violation
from specbound.resources import constraints, creation, versions
from specbound.resources.constraints import Adjustment, Bounds, Rule
from specbound.resources.creation import Creation
from specbound.resources.versions import after, etag, now, represented
from specbound.settings import Misconfigured
from specbound.store import items
from specbound.store.items import Asked, ConditionFailed, Refusal
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
from specbound.store.writes import REMOVED, Exists, Insert, Release, Remove, Update, Write

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from specbound.resources import shapes
    from specbound.resources.shapes import Beside, Group, Ok

BodyT = TypeVar("BodyT")
Owned = Set[Rule]
"""Those rules of which an item's claims are its own."""
NO_PROBLEMS: Mapping[str, type[Conflict]] = {}


@dataclass(frozen=True)
class Parent:
    """The resource of the same keys, beside one of which each thing has to be.

    Where a thing is missing, its parent's NotFound is raised if that is missing too, and `missing` (404) if it is not.
    """

    resource: Resource[Any, Any]
    missing: type[NotFound]


class _StillThere(Exception):
    """What is to be brought back was not removed."""

    def __init__(self, stored: Item) -> None:
        super().__init__("it is there")
        self.stored = stored


class Resource(Generic[ItemT, IndexT, InsertT, UpdateT]):
    """Things of one kind, in a table of the contract, whose types are the table's.

    `name` is what one is called, in sentences and in the results of a batch. `path` is where they are: one of them is
    at `path/key`; in braces it may have properties of theirs, `/journeys/{journeyId}/bookings`. `parent` is
    beside what each has to be, `problems` has problems of the service's own for values that are taken, by the names of
    the table's unique constraints.

    Items are dicts of the attributes that the table's `item` schema names; numbers are int or Decimal. Keys are
    str, int or Decimal, as the contract has them; of a table with a range key, tuples of both parts.
    Raises Misconfigured for a table without such a schema.
    """

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
        writes left them. Limits are of the range key. Raises Misconfigured for a table that has none.
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
        return Response(HTTPStatus.OK, cast(Any, request.paging.page(found, token)))

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

    def change(self, request: Request[Any, Any], key: Key, fields: UpdateT) -> Response[Ok, ItemT]:
        """200 with the item after some fields were set. Raises NotFound, PreconditionFailed and the unique problem.

        Of a merge patch a null takes a field away, and an object is changed as far as it is given (RFC 7396).
        """
        given = versions.touched(self._table, cast(Item, fields))
        is_patch = request.media_type == MERGE_PATCH

        def touched(stored: Item) -> Item:
            return versions.patched(stored, given) if is_patch else given

        def changes(stored: Item, owned: Owned) -> list[Write]:
            try:
                return self._changes(stored, touched(stored), owned)
            except Misfit as misfit:
                # A merge patch may take away what the item can't do without. Any other change is the service's own.
                if not is_patch or not self._is_shown(stored):
                    raise
                places = (("/".join(("", *map(str, path))), sentence) for path, sentence in misfit.violations)
                raise BadRequest(Violation("body", *each) for each in places) from misfit

        stored = self._rewrite(request, key, changes)
        return represented(self._table, after(stored, touched(stored)))

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

    def remove(
        self, request: Request[Any, Any], key: Key, beside: shapes.BesideRemoval[ItemT] | None = None
    ) -> Response[Literal[HTTPStatus.NO_CONTENT], None]:
        """204 once the item is gone, and what `beside` removes with it. Raises NotFound, PreconditionFailed and, while
        others belong to it that it counts, InUse.

        Of a table with `soft_delete` it is kept, and is in no list; `restore` brings it back. What goes with it
        (`cascade`) is removed first, so much in a request: ServiceUnavailable asks for it to be sent again.
        """

        def removal(stored: Item, owned: Owned) -> list[Write]:
            return [
                self._end(stored),
                *(write for each in owned for write in each.releases(stored)),
                # What can't be shown can be removed all the same.
                *(beside(cast(ItemT, self._table.visible(stored))) if beside else ()),
            ]

        if self._table.cascades:
            self._remove_all(request, key, removal)
        else:
            self._rewrite(request, key, removal)
        return Response(HTTPStatus.NO_CONTENT, None)

    def restore(self, request: Request[Any, Any], key: Key) -> Response[Ok, ItemT]:
        """200 with an item that was removed softly, as it was; one that was not is left alone.

        Raises NotFound, PreconditionFailed and the unique problem of a value that was taken meanwhile.
        """

        def back(stored: Item, _: Owned) -> Sequence[Write]:
            item = after(stored, self._back())
            self._table.shown(item)
            claims = [claim for each in self._rules for claim in each.claim(item)]
            return [self._update(stored, self._back(), listed=True), *claims]

        try:
            stored = self._rewrite(request, key, back, self._removed)
        except _StillThere as there:
            versions.check(request, there.stored)
            return represented(self._table, there.stored)
        return represented(self._table, after(stored, self._back()))

    def replace(self, request: Request[Any, Any], key: Key, fields: InsertT) -> Response[Ok, ItemT]:
        """200 with the item made anew of these fields: what is not given is taken away, but for what items require,
        what is read-only, and what the engine writes. Raises as `change` does.
        """
        given = versions.touched(self._table, cast(Item, fields))
        stored = self._rewrite(
            request, key, lambda stored, owned: self._changes(stored, self._anew(stored, given), owned)
        )
        return represented(self._table, after(stored, self._anew(stored, given)))

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

    def unset(self, request: Request[Any, Any], key: Key, *names: str) -> Response[Ok, ItemT]:
        """200 with the item after these fields were taken away, none of which it requires. Raises as `change` does."""
        return self.change(request, key, cast(UpdateT, dict.fromkeys(names, REMOVED)))

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
        item = versions.new(self._table, self._known(key), cast(Item, fields), time)
        self._table.shown(item)
        return Insert(self._table, item)

    def release(self, key: Key) -> Release:
        """The write that ends an item if there is one, to be done beside others."""
        return Release(self._table, self._known(key))

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

    def _remove_all(self, request: Request[Any, Any], key: Key, removal: Callable[[Item, Owned], list[Write]]) -> None:
        """Remove an item with all that belongs to it, or go on where somebody has begun to."""
        from specbound.resources import cascade  # noqa: PLC0415  # loaded with a contract whose items go with others

        marked = items.kept(self._table, key)
        if not cascade.is_marked(marked):
            stored = self._rewrite(request, key, removal)
            marked = {**stored, "version": stored["version"] + 1}

        def of_child(table: AnyTable, child: Item) -> list[Write]:
            unique = constraints.declared(table, table.name, {}).values()
            own: Write = Remove(table, table.key_in(child), child["version"])
            return [own, *(write for each in constraints.rules(table, unique) for write in each.releases(child))]

        cascade.finish(self._table, marked, of_child)

    def _end(self, stored: Item) -> Write:
        """What removes an item, for good or softly, or begins to."""
        name = self._table.soft_delete
        if self._table.counts:
            from specbound.resources import parents  # noqa: PLC0415  # loaded with a contract whose items count others

            parents.refuse_use(self._table, stored)
        if self._table.cascades:
            from specbound.resources import cascade  # noqa: PLC0415  # loaded with a contract whose items go with others

            return cascade.mark(self._table, stored, now())
        if name is None:
            return Remove(self._table, self._table.key_in(stored), stored["version"])
        return self._update(stored, {**versions.touched(self._table, {}), name: now()}, listed=False)

    def _update(self, stored: Item, fields: Item, listed: bool) -> Update:
        return Update(self._table, self._table.key_in(stored), fields, stored["version"], stored, listed)

    def _back(self) -> Item:
        """What makes an item that was removed softly one that is there."""
        return {**versions.touched(self._table, {}), str(self._table.soft_delete): REMOVED}

    def _removed(self, key: Key) -> Item:
        from specbound.store import lifetimes  # noqa: PLC0415  # loaded with a contract whose items have ends

        stored = items.kept(self._table, key)
        if not stored or lifetimes.is_over(self._table, stored):
            raise self._absence(key)
        if not lifetimes.is_removed(self._table, stored):
            raise _StillThere(stored)
        return stored

    def _anew(self, stored: Item, given: Item) -> Item:
        """The fields of an item that is replaced: those given, and the end of all others that can be given."""
        return {**dict.fromkeys((stored.keys() & self._table.replaceable) - given.keys(), REMOVED), **given}

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
        except (_StillThere, NotFound):
            return {}

    def _find(self, key: Key) -> Item:
        return self._table.shown(self._stored(key))

    def _stored(self, key: Key) -> Item:
        stored = items.stored(self._table, key)
        if not stored:
            raise self._absence(key)
        return stored

    def _absence(self, key: Key) -> NotFound:
        if self._parent is None:
            return NotFound(f"There is no {self._name} {_said(key)}.")
        if not items.stored(self._parent.resource._table, key):
            return self._parent.resource._absence(key)
        return self._parent.missing()

    def _asked(self, request: Request[Any, Any], limits: shapes.Limits) -> Asked:
        names, given = request.paging, request.parameters
        limit = min(given.get(names.limit, self._table.longest_page), self._table.longest_page)
        return Asked(limit, given.get(names.token), limits)

    def _location(self, item: Item) -> str:
        steps = self._path.split("/") if "{" in self._path else [self._path]
        named = [each[1:-1] for each in steps if each.startswith("{")]
        steps = [quote(str(item[each[1:-1]]), safe="") if each.startswith("{") else each for each in steps]
        own = [quote(str(item[each]), safe="") for each in self._table.keys if each not in named]
        return "/".join([*steps, *own])

    def _maker(self, make: Callable[[BodyT], InsertT], beside: Beside[BodyT, ItemT] | None) -> creation.Maker:
        def create(given: BodyT, key: str, time: str) -> Creation:
            fields = make(given)
            new = self.insert(self._key(cast(Item, fields), key), fields, time)
            claims = [claim for each in self._rules for claim in each.claim(new.item)]
            others: tuple[Write, ...] = (*claims, *(beside(given, cast(ItemT, new.item)) if beside else ()))
            return new, *others

        return create

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

    def _taken(self, refused: ConditionFailed) -> Any:
        for each in refused.refusals:
            if each and isinstance(each.write, Insert) and each.write.table is self._table:
                return AlreadyExists(f"There is a {self._name} {_said(each.write.key)} already.")
        for rule in self._rules:
            if refusal := rule.refusal(refused):
                return rule.taken(refusal)
        raise refused

    def _changes(self, stored: Item, fields: Item, owned: Owned) -> list[Write]:
        # What could not be shown afterwards is not written.
        self._table.shown(after(stored, fields))
        moves = [move for each in self._rules for move in each.moves(stored, fields, owns_claim=each in owned)]
        changed = self._table.changed(stored, fields)
        return [Update(self._table, self._table.key_in(stored), changed, stored["version"], stored), *moves]

    def _rewrite(
        self,
        request: Request[Any, Any],
        key: Key,
        make: Callable[[Item, Owned], Sequence[Write]],
        find: Callable[[Key], Item] | None = None,
    ) -> Item:
        """Do writes that depend on an item as it is stored, its own first. Returns the item that they were made of.

        They are made anew without the release of a claim that turns out not to be the item's own: it stays with whom it
        belongs to.
        """

        def make_checked(stored: Item) -> Sequence[Write]:
            versions.check(request, stored)
            return make(stored, owned)

        owned = set(self._rules)
        while True:
            try:
                return items.rewrite(lambda: (find or self._stored)(key), make_checked)
            except ConditionFailed as refused:
                found = {each: refusal for each in self._rules if (refusal := each.refusal(refused))}
                if not found:
                    raise
                for rule, refusal in found.items():
                    if rule.gives_up(refusal):
                        owned.discard(rule)
                    elif problem := rule.taken(refusal):
                        raise problem from refused


def _no_key(table: AnyTable, value: Any) -> Iterator[Violation]:
    """What keeps a value from being a key."""
    parts = value if isinstance(value, tuple) else (value,)
    kinds = ((table.parent_key_of, LONGEST_KEY), (table.range_key_of, LONGEST_RANGE_KEY))
    for name, (known, longest), part in zip_longest(table.keys, kinds[: len(table.keys)], parts[: len(table.keys)]):
        if known(part) is None:
            yield Violation("body", f"/{name}", f"must be a key, of 1 to {longest} bytes")


def _said(key: Key) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def page_of(found: Sequence[ItemT]) -> Response[Ok, shapes.Whole[ItemT]]:
    """200 with all that there is, in one page: `{"items": [...], "count": n}`, without a `nextToken`."""
    return Response(HTTPStatus.OK, {"items": list(found), "count": len(found)})
