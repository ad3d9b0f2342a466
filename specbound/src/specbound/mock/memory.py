"""Memory: the things that were created, changed and removed since the mock started, each family's by its paths."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from specbound.contract import Contract, Operation
from specbound.messages import Request, Response
from specbound.mock import pages, showing
from specbound.mock.examples import Examples
from specbound.mock.families import Family, Role
from specbound.mock.making import Unmade, made
from specbound.mock.replies import declared, is_promised, json_of, success
from specbound.mock.things import Item, changed, fitted, free_key, new, properties
from specbound.problems import AlreadyExists, NotFound
from specbound.resources import versions

# So many things are there at first, where no example says which.
FIRST = 2


@dataclass
class Kept:
    item: Item
    version: int = 1

    @property
    def state(self) -> Mapping[str, Any]:
        return {"version": self.version}


@dataclass(frozen=True)
class Asked:
    """A request to a family: the role of its operation, where all the things are, and those that are there."""

    family: Family
    role: Role
    operation: Operation
    request: Request
    place: str
    things: dict[str, Kept]

    @property
    def status(self) -> int:
        return success(self.operation)

    @property
    def key(self) -> Any:
        return self.request.parameters[self.operation.path[self.family.parameter].key]

    @property
    def parents(self) -> dict[str, Any]:
        """What the path of all things says of each: `{shopId}` of /shops/{shopId}/orders."""
        return {name: each for name, each in self.request.parameters.items() if f"{{{name}}}" in self.family.path}

    def shown(self, kept: Kept, status: int = 0, location: str = "") -> Response | None:
        told = showing.told(kept.version, location)
        return showing.thing(self.operation, status or self.status, self.role.within, kept.item, told)


class Memory:
    """The things of all families of a contract; those of one parent are apart from those of another."""

    def __init__(
        self,
        contract: Contract[Any],
        families: Iterable[Family],
        examples: Examples,
        before: "Memory | None" = None,
    ) -> None:
        """With what was written to the memory of the contract as it was `before`, if there is one."""
        self._operations = contract.operations
        self._examples = examples
        self._families = [*families]
        self._roles = {role.name: (family, role) for family in self._families for role in family.roles}
        self._written: set[str] = {*before._written} if before else set()
        # What comes from before is made to fit when somebody asks for it.
        self._older = {place: before._all(place) for place in self._written} if before else {}
        self._things: dict[str, dict[str, Kept]] = {}

    def answer(self, request: Request) -> Response | None:
        """What an operation of a family answers, done; None for any other, and where no reply could be made of what is
        kept. Raises NotFound, AlreadyExists and PreconditionFailed.
        """
        if request.operation_id not in self._roles:
            return None
        family, role = self._roles[request.operation_id]
        operation = self._operations[role.name]
        place = family.path
        for name, each in operation.path.items():
            place = place.replace(f"{{{name}}}", quote(str(request.parameters[each.key]), safe=""))
        try:
            asked = Asked(family, role, operation, request, place, self._of(family, place, request.parameters))
            do = {"list": self._list, "create": self._create, "put": self._put, "get": self._get}
            return do.get(role.does, self._change)(asked)
        except Unmade:
            return None

    def _list(self, asked: Asked) -> Response | None:
        media = json_of(asked.operation, asked.status)
        if media is None or media.validator is None or asked.role.within is None:
            return None
        items = [each.item for each in asked.things.values()]
        body = pages.page(media.validator, asked.role.within, items, asked.request)
        headers = showing.headers(asked.operation, asked.status, {})
        response = Response(HTTPStatus(asked.status), body, headers, media.name)
        return response if is_promised(asked.operation, response) else None

    def _create(self, asked: Asked, own: Mapping[str, Any] | None = None) -> Response | None:
        item = new(asked.family, asked.request.body, asked.things, asked.parents if own is None else own)
        key = str(item[asked.family.key])
        self._written.add(asked.place)
        if key in asked.things and declared(asked.operation, 409):
            raise AlreadyExists("There is one with this key.")
        asked.things[key] = Kept(item)
        status = HTTPStatus.CREATED if own is not None else 0
        return asked.shown(asked.things[key], status, f"{asked.place}/{quote(key, safe='')}")

    def _get(self, asked: Asked) -> Response | None:
        kept = self._kept(asked)
        if versions.is_known(asked.request, kept.state) and declared(asked.operation, HTTPStatus.NOT_MODIFIED):
            return Response(HTTPStatus.NOT_MODIFIED, None, {"etag": versions.etag(kept.version)})
        return asked.shown(kept)

    def _put(self, asked: Asked) -> Response | None:
        if str(asked.key) in asked.things or HTTPStatus.CREATED not in asked.operation.replies:
            return self._change(asked)
        return self._create(asked, {**asked.parents, asked.family.key: asked.key})

    def _change(self, asked: Asked) -> Response | None:
        """A change, or a removal with all that is below the thing."""
        kept = self._kept(asked)
        versions.check(asked.request, kept.state)
        self._written.add(asked.place)
        if asked.role.does == "remove":
            key = str(asked.key)
            del asked.things[key]
            below = f"{asked.place}/{quote(key, safe='')}/"
            self._things = {place: each for place, each in self._things.items() if not place.startswith(below)}
            self._older = {place: each for place, each in self._older.items() if not place.startswith(below)}
            self._written = {place for place in self._written if not place.startswith(below)}
        else:
            kept.item = changed(asked.family, asked.operation, asked.request, kept.item)
            kept.version += 1
        return asked.shown(kept)

    def _kept(self, asked: Asked) -> Kept:
        kept = asked.things.get(str(asked.key))
        if kept is None:
            raise NotFound(f"There is none at {asked.place} with this key.")
        return kept

    def _of(self, family: Family, place: str, parameters: Mapping[str, Any]) -> dict[str, Kept]:
        """The things at a place. Raises NotFound where it is below a thing of a family that is not there."""
        for other in self._families:
            if family.path.startswith(f"{other.path}/{{") and other.parameter in parameters:
                steps = other.path.count("/") + 1
                above = "/".join(place.split("/")[:steps])
                if str(parameters[other.parameter]) not in self._of(other, above, parameters):
                    raise NotFound(f"There is none at {above} with this key.")
        if place in self._older:
            self._things[place] = {
                str(item[family.key]): Kept(item, each.version)
                for each in self._older.pop(place).values()
                if (item := fitted(family, each.item)) is not None
            }
        if place not in self._things:
            own = {name: each for name, each in parameters.items() if f"{{{name}}}" in family.path}
            self._things[place] = {str(item[family.key]): Kept(item) for item in self._first(family, own)}
        return self._things[place]

    def _all(self, place: str) -> dict[str, Kept]:
        """What is at a place, or was before and nobody has asked for since."""
        return self._things[place] if place in self._things else self._older.get(place, {})

    def _first(self, family: Family, own: Mapping[str, Any]) -> Iterator[Item]:
        """What is there before anything is created: the examples, or else some that are made."""
        known = properties(family.item)
        found = [item for role in family.roles for item in self._shown_by_examples(role) if family.item.is_valid(item)]
        for number in range(0 if found else FIRST):
            item: Item = made(family.item, number=number)
            key = item[family.key] if family.key in item else free_key(family, (), number)
            found.append(item | {family.key: key})
        for item in found:
            whole = item | {name: each for name, each in own.items() if name in known}
            if family.key in item:
                yield whole if family.item.is_valid(whole) else item

    def _shown_by_examples(self, role: Role) -> Iterator[Item]:
        if role.within is None or role.does == "remove":
            return
        status = str(success(self._operations[role.name]))
        for value in [each.value for each in self._examples.of(role.name) if each.status == status]:
            found = value
            for step in role.within:
                found = found.get(step) if isinstance(found, dict) else None
            yield from (one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict))
