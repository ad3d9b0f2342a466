"""Rewrites: changes, replacements and removals, each made of an item as it is stored, and made anew if others write."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, cast

from specbound.messages import MERGE_PATCH, Request, Response
from specbound.problems import AlreadyExists, BadRequest, Violation
from specbound.resources import constraints, versions
from specbound.resources.constraints import Rule
from specbound.resources.reads import Reads, said
from specbound.resources.versions import after, now, represented
from specbound.store import items
from specbound.store.items import ConditionFailed
from specbound.store.table import (
    AnyTable,
    IndexT,
    InsertT,
    Item,
    ItemT,
    Key,
    Misfit,
    UpdateT,
)
from specbound.store.writes import REMOVED, Insert, Remove, Update, Write

if TYPE_CHECKING:
    from specbound.resources import shapes
    from specbound.resources.shapes import Ok

Owned = Set[Rule]
"""Those rules of which an item's claims are its own."""


class StillThere(Exception):
    """What is to be brought back was not removed."""

    def __init__(self, stored: Item) -> None:
        super().__init__("it is there")
        self.stored = stored


class Rewrites(Reads[ItemT, IndexT, InsertT, UpdateT]):
    """What a Resource does with an item that is there."""

    def change(self, request: Request[Any, Any], key: Key, fields: UpdateT) -> Response[Ok, ItemT]:
        """200 with the item after some fields were set. Raises NotFound, PreconditionFailed and the unique problem.

        Of a merge patch a null takes a field away, and an object is changed as far as it is given (RFC 7396).
        """
        given = versions.touched(self._table, cast(Item, fields))
        if request.media_type != MERGE_PATCH:
            return self._set(request, key, lambda _: given)

        def patch(stored: Item, owned: Owned) -> list[Write]:
            try:
                return self._changes(stored, versions.patched(stored, given), owned)
            except Misfit as misfit:
                # It may take away what the item can't do without. Any other change is the service's own.
                if not self._is_shown(stored):
                    raise
                places = (("/".join(("", *map(str, path))), sentence) for path, sentence in misfit.violations)
                raise BadRequest(Violation("body", *each) for each in places) from misfit

        stored = self._rewrite(request, key, patch)
        return represented(self._table, after(stored, versions.patched(stored, given)))

    def change_by(self, request: Request[Any, Any], key: Key, make: Callable[[ItemT], UpdateT]) -> Response[Ok, ItemT]:
        """As `change`, where what is set depends on the item: `make` returns the fields, or raises a Problem, and is
        asked again whenever somebody else wrote in between.
        """

        def fields(stored: Item) -> Item:
            return versions.touched(self._table, cast(Item, make(cast(ItemT, self._table.shown(stored)))))

        return self._set(request, key, fields)

    def replace(self, request: Request[Any, Any], key: Key, fields: InsertT) -> Response[Ok, ItemT]:
        """200 with the item made anew of these fields: what is not given is taken away, but for what items require,
        what is read-only, and what the engine writes. Raises as `change` does.
        """
        given = versions.touched(self._table, cast(Item, fields))
        stored = self._rewrite(
            request, key, lambda stored, owned: self._changes(stored, self._anew(stored, given), owned)
        )
        return represented(self._table, after(stored, self._anew(stored, given)))

    def unset(self, request: Request[Any, Any], key: Key, *names: str) -> Response[Ok, ItemT]:
        """200 with the item after these fields were taken away, none of which it requires. Raises as `change` does."""
        return self.change(request, key, cast(UpdateT, dict.fromkeys(names, REMOVED)))

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
        except StillThere as there:
            versions.check(request, there.stored)
            return represented(self._table, there.stored)
        return represented(self._table, after(stored, self._back()))

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
            raise StillThere(stored)
        return stored

    def _anew(self, stored: Item, given: Item) -> Item:
        """The fields of an item that is replaced: those given, and the end of all others that can be given."""
        return {**dict.fromkeys((stored.keys() & self._table.replaceable) - given.keys(), REMOVED), **given}

    def _taken(self, refused: ConditionFailed) -> Any:
        for each in refused.refusals:
            if each and isinstance(each.write, Insert) and each.write.table is self._table:
                return AlreadyExists(f"There is a {self._name} {said(each.write.key)} already.")
        for rule in self._rules:
            if refusal := rule.refusal(refused):
                return rule.taken(refusal)
        raise refused

    def _set(self, request: Request[Any, Any], key: Key, make: Callable[[Item], Item]) -> Response[Ok, ItemT]:
        """Set what is made of the item as it is stored."""
        fields: Item = {}

        def changes(stored: Item, owned: Owned) -> list[Write]:
            nonlocal fields
            fields = make(stored)
            return self._changes(stored, fields, owned)

        stored = self._rewrite(request, key, changes)
        return represented(self._table, after(stored, fields))

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
