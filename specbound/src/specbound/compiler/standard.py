"""Standard operations: plain create, get, list, replace, change and removal of a table's items, which need no code.

One is known by its method, its path and its schemas. Where it is nearly one, it is said why it is none.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specbound.compiled import CompiledStandard, nearest
from specbound.compiler.document import Declaration, Document, resolve
from specbound.compiler.filters import lists_of
from specbound.compiler.fitting import Item, Odd
from specbound.compiler.indexes import is_retired
from specbound.compiler.lists import paging
from specbound.compiler.own_values import KEYS, TAGS
from specbound.compiler.parameters import heeded, schema_of
from specbound.compiler.schemas import REPLY, Schemas
from specbound.compiler.statuses import declared_replies, successes
from specbound.compiler.tables import KEY
from specbound.compiler.unfinished import is_unfinished
from specbound.http.kinds import kind_of
from specbound.messages import MERGE_PATCH

WHOLE = re.compile(r"\{([^{}]+)\}")
# What the engine reads of a request beside its path and body; and what passes by, whoever answers.
CONDITIONS = {"If-Match", "If-None-Match"}
PASSING = re.compile("(x-)?(request|correlation|trace)-?id|traceparent|tracestate|user-agent|accept-.*", re.IGNORECASE)
# What each does to the table.
ACTIONS = {
    "create": ("PutItem",), "get": ("GetItem",), "list": (), "replace": ("GetItem", "UpdateItem"),
    "upsert": ("GetItem", "PutItem", "UpdateItem"),
    "change": ("GetItem", "UpdateItem"),
    "remove": ("GetItem", "DeleteItem"), "remove softly": ("GetItem", "UpdateItem"),
}  # fmt: skip
KEY_SAMPLES = (*KEYS, "1", "a", "aaaaaaaaaa", "2026-01-31")


@dataclass(frozen=True)
class Standard:
    """What the engine does on an operation, in words as well; or why it does nothing: `compiled` is None then."""

    why: str
    compiled: CompiledStandard | None = None


def standard(document: Document, found: Sequence[Declaration], tables: Document) -> dict[str, Standard]:
    """Of each operation of a contract that compiles, by name; `tables` as they are compiled."""
    declared = document.get("x-dynamodb", {})
    items = [
        Item(document, name, each, tables[name])
        for name, each in declared.items()
        if "item" in each and not is_retired(each)
    ]
    places = _Places(document, found, items) if items else None
    return {
        each.operation_id: Standard("it is unfinished: it answers 501")
        if is_unfinished(document, each)
        else _of(document, each, places)
        for each in found
    }


def _of(document: Document, declaration: Declaration, places: "_Places | None") -> Standard:
    if places is None:
        return Standard("no table of x-dynamodb has an item")
    try:
        compiled = _Reading(document, declaration, places.item_of(declaration)).read()
    except Odd as odd:
        return Standard(str(odd))
    return Standard(_words(compiled), compiled)


class _Places:
    """Where the items of each table are: at which paths an operation shows them."""

    def __init__(self, document: Document, found: Sequence[Declaration], items: Sequence[Item]) -> None:
        self._document = document
        self._items = items
        shown = [(each, item) for each in found for item in self._shown(each)]
        members = Counter((collection(each.path), item.table) for each, item in shown if is_member(each.path))
        lists = Counter((each.path, item.table) for each, item in shown if not is_member(each.path))
        own = {table: {place for place, other in members if other == table} for _, table in members}
        self._at: dict[str, list[Item]] = {}
        for item in items:
            # A list of what has a path of its own elsewhere is one of some of them.
            for place in own.get(item.table) or {place for place, table in lists if table == item.table}:
                self._at.setdefault(place, []).append(item)

    def item_of(self, declaration: Declaration) -> Item:
        """The table whose items an operation is about. Raises Odd if there is none, or any of several."""
        found = self._at.get(collection(declaration.path), [])
        named = [each for each in found if _letters(each.table) == _letters(_literals(declaration.path)[-1:])]
        if len(found) > 1 and len(named) == 1:
            found = named
        if not found:
            raise Odd("no item of a table is at its path")
        if len(found) > 1:
            raise Odd(f"its items may be those of {' or '.join(each.table for each in found)}")
        return found[0]

    def _shown(self, declaration: Declaration) -> Iterator[Item]:
        """Of which tables an operation answers an item, or several."""
        for schema in _bodies(declared_replies(self._document, declaration)):
            shown = [schema, *(each for _, each in arrays(self._document, schema))]
            yield from (item for item in self._items if any(map(item.is_shown_by, shown)))


@dataclass(frozen=True)
class _Reading:
    """An operation as one on the items of a table. Whatever is not plain raises Odd."""

    document: Document
    declaration: Declaration
    item: Item

    def read(self) -> CompiledStandard:
        method, is_one = self.declaration.method, is_member(self.declaration.path)
        reads: dict[tuple[str, bool], Callable[[], CompiledStandard]] = {
            ("POST", False): self._create, ("GET", False): self._list, ("GET", True): self._get,
            ("PUT", True): self._put, ("PATCH", True): self._patch, ("DELETE", True): self._remove,
        }  # fmt: skip
        if (method, is_one) not in reads:
            raise Odd(f"{method} {'of one item' if is_one else 'of all items'} says nothing of what it does")
        if (method, is_one) != ("GET", False):
            self._refuse_parents()
        compiled = reads[method, is_one]()
        does = "remove softly" if self._keeps(compiled["does"]) else compiled["does"]
        missing = [each for each in ACTIONS[does] if each not in self.item.declared["actions"]]
        if missing:
            raise Odd(f"the actions of its table lack {', '.join(missing)}")
        return compiled

    def _keeps(self, does: str) -> bool:
        """Whether what is removed stays stored."""
        return does == "remove" and "soft_delete" in self.item.declared

    def _refuse_parents(self) -> None:
        """What the path says of an item is its key, and nothing else."""
        wanted = len(self.item.keys) - (0 if is_member(self.declaration.path) else 1)
        names = WHOLE.findall(self.declaration.path)
        if len(names) == wanted:
            return
        if len(names) < wanted:
            raise Odd(f"its path lacks what the key of its items begins with, {self.item.keys[0]}")
        raise Odd(
            f"its path names {', '.join(names[: len(names) - wanted])}, which is no part of the key of its items: "
            "let it be the hash_key of their table, and what is their key now its range_key"
        )

    def _create(self) -> CompiledStandard:
        self._refuse_parameters({KEY})
        parent = dict(zip(self.item.keys[:-1], self._in_path(), strict=True))
        fitted = self.item.fit(self._body(), parent)
        if fitted.lacking:
            raise Odd(
                f"its items require {', '.join(fitted.lacking)}, which the body need not give: require it there, say "
                "in x-dynamodb what it is at first (defaults), or let it be missing"
            )
        made = self._compiled("create", (201, 200, 204), {"location", "etag"})
        return {**made, "fields": fitted.fields, "initial": fitted.initial}

    def _get(self) -> CompiledStandard:
        self._refuse_parameters(CONDITIONS)
        return self._compiled("get", (200,), {"etag"}, is_shown=True)

    def _put(self) -> CompiledStandard:
        self._refuse_parameters(CONDITIONS)
        if "201" in declared_replies(self.document, self.declaration):
            return self._upsert()
        fitted = self.item.fit(self._body(), dict.fromkeys(self.item.keys))
        # Of what is not all of an item none can be made: it says what is to change.
        does = "replace" if fitted.is_whole else "change"
        return {**self._compiled(does, (200, 204), {"etag"}), "fields": fitted.fields}

    def _upsert(self) -> CompiledStandard:
        fitted = self.item.fit(self._body(), dict(zip(self.item.keys, self._in_path(), strict=True)))
        if fitted.lacking or not fitted.is_whole or fitted.initial.keys() - {*fitted.fields}:
            raise Odd("it makes what is not there, too, and the body need not say all that it begins with")
        _, shows = self._reply((201,), {"location", "etag"}, "upsert", None)
        made = self._compiled("upsert", (200, 204), {"etag"})
        if made["shows"] != shows:
            raise Odd(f"of its 201 and its {made['status']} only one has the item")
        return {**made, "fields": fitted.fields}

    def _in_path(self) -> list[Any]:
        """The schemas of the parameters of its path, in their order."""
        by_name = {each["name"]: schema_of(each) for each in self.declaration.parameters if each["in"] == "path"}
        return [by_name[name] for name in WHOLE.findall(self.declaration.path)]

    def _patch(self) -> CompiledStandard:
        self._refuse_parameters(CONDITIONS)
        fitted = self.item.fit(self._body(), dict.fromkeys(self.item.keys))
        return {**self._compiled("change", (200, 204), {"etag"}), "fields": fitted.fields}

    def _remove(self) -> CompiledStandard:
        self._refuse_parameters(CONDITIONS)
        return self._compiled("remove", (204, 200, 202), set(), is_shown=False)

    def _list(self) -> CompiledStandard:
        if paging(self.document, self.declaration) is None:
            raise Odd("it is no list in pages: it needs limit and nextToken (x-page), and its table an index")
        for each, _, _ in self._others():
            if each["in"] != "query" and not PASSING.fullmatch(str(each["name"])):
                raise Odd(f"the engine does not know what its {each['in']} parameter {each['name']} is for")
        lists = lists_of(self.document, self.declaration, self.item)
        made = self._compiled("list", (200,), set(), is_shown=None)
        return {**made, "lists": lists}

    def _compiled(
        self, does: str, statuses: Sequence[int], headers: set[str], *, is_shown: bool | None = None
    ) -> CompiledStandard:
        status, shows = self._reply(statuses, headers, does, is_shown)
        return {
            "does": does,
            "table": self.item.table,
            "name": _noun(self.item.declared["item"]),
            "path": self._path(),
            "key": WHOLE.findall(self.declaration.path),
            "status": status,
            "shows": shows,
        }

    def _body(self) -> list[Any]:
        """The schemas of a body, one for each media type."""
        body = resolve(self.document, self.declaration.definition.get("requestBody", {}), "requestBodies")
        content: Mapping[str, Document] = body.get("content", {})
        for name in content:
            is_patch = name.lower().endswith("patch+json")
            if name.lower() != MERGE_PATCH and (is_patch or _kind(name) not in ("json", "form")):
                raise Odd(f"its body may be {name}, of which the engine makes no properties")
        if not content:
            raise Odd("it has no body")
        return [each.get("schema", {}) for each in content.values()]

    def _others(self) -> Iterator[tuple[Document, Any, str]]:
        return ((each, steps, key) for each, steps, key in heeded(self.declaration) if each["in"] != "path")

    def _refuse_parameters(self, known: set[str]) -> None:
        for each, _, _ in self._others():
            name = str(each["name"])
            if each["in"] == "header" and (name in known or PASSING.fullmatch(name)):
                continue
            if name == KEY:
                raise Odd(f"it takes an {KEY}, whose record only what is created keeps")
            raise Odd(f"the engine does not know what its {each['in']} parameter {name} is for")

    def _reply(self, statuses: Sequence[int], headers: set[str], does: str, is_shown: bool | None) -> tuple[int, bool]:
        """The status to answer, and whether with the item."""
        replies = declared_replies(self.document, self.declaration)
        promised = successes(replies)
        if not promised:
            raise Odd("it declares no success")
        for status in statuses:
            key = nearest(promised, str(status))
            if key is None:
                continue
            reply = replies[key]
            self._refuse_headers(reply, headers, key)
            content = reply.get("content", {}) if status != 204 else {}
            shown = [each["schema"] for name, each in content.items() if _kind(name) == "json" and "schema" in each]
            if does == "list":
                if any(self.item.is_shown_by(array) for each in shown for _, array in arrays(self.document, each)):
                    return status, True
            elif any(map(self.item.is_shown_by, shown)) and is_shown is not False:
                return status, True
            elif not content and not is_shown:
                return status, False
            raise Odd(f"its {key} is not {'a page of items' if does == 'list' else 'the item'}")
        raise Odd(f"it declares none of {', '.join(map(str, statuses))}")

    def _refuse_headers(self, reply: Document, sent: set[str], status: str) -> None:
        for name, reference in reply.get("headers", {}).items():
            header = resolve(self.document, reference, "headers")
            if name.lower() not in sent:
                if header.get("required"):
                    raise Odd(f"its {status} requires the header {name}")
                continue
            validator = Schemas(self.document).validator(header.get("schema", {}), name, REPLY)
            samples = TAGS if name.lower() == "etag" else [f"{self._location()}/{each}" for each in KEY_SAMPLES]
            if not any(map(validator.is_valid, samples)):
                raise Odd(f"its {status} has another {name} than the engine's, {samples[0]}")

    def _path(self) -> str:
        """Where all items are, what it says of their key under the names of the key."""
        path = collection(self.declaration.path)
        for name, key in zip(WHOLE.findall(path), self.item.keys[:-1], strict=False):
            path = path.replace(f"{{{name}}}", f"{{{key}}}")
        return path

    def _location(self) -> str:
        return WHOLE.sub(KEYS[0], collection(self.declaration.path))


def is_member(path: str) -> bool:
    """Whether a path is that of one item: its last step is a parameter."""
    return WHOLE.fullmatch(path.rpartition("/")[2]) is not None


def collection(path: str) -> str:
    """The path of all the items, of which a path is that of one, or itself."""
    return path.rpartition("/")[0] if is_member(path) else path


def arrays(document: Document, schema: Any) -> Iterator[tuple[str, Any]]:
    """The schemas of what a list holds: it is an array, or has one among its members, whose name is given."""
    whole = resolve(document, schema, "schemas") if isinstance(schema, dict) else {}
    if "items" in whole:
        yield "", whole["items"]
    for name, each in whole.get("properties", {}).items():
        inner = resolve(document, each, "schemas") if isinstance(each, dict) else {}
        if "items" in inner:
            yield name, inner["items"]


def _bodies(replies: Mapping[str, Document]) -> Iterator[Any]:
    """The schemas of successes in JSON."""
    for status in successes(replies):
        for name, media in replies[status].get("content", {}).items():
            if _kind(name) == "json" and "schema" in media:
                yield media["schema"]


def _kind(name: str) -> str:
    return kind_of(name.partition(";")[0].strip().lower())


def _noun(reference: str) -> str:
    """What one item is called in a sentence: `line item` for LineItem."""
    name = reference.rpartition("/")[2]
    return " ".join(re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)).lower() or "item"


def _literals(path: str) -> list[str]:
    return [each for each in path.split("/") if each and "{" not in each]


def _letters(name: Any) -> str:
    return re.sub("[^a-z0-9]", "", (name[0] if isinstance(name, list) and name else str(name)).lower())


def _words(compiled: CompiledStandard) -> str:
    one = f"an item of {compiled['table']}"
    return {
        "create": f"creates {one}",
        "get": f"shows {one}",
        "replace": f"replaces {one} by what is given",
        "upsert": f"replaces {one} by what is given, or makes it",
        "change": f"sets what is given of {one}",
        "remove": f"removes {one}",
        "list": f"lists the items of {compiled['table']}",
    }[compiled["does"]]
