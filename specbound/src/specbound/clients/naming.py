"""How the clients name what they call: `client.users.create` for createUser, by tags, paths and operationIds.

A resource is an operation's first tag, in which `.` or `/` leads to a part (`products/stock` is `products.stock`);
without a tag, the words of its path that are followed by a parameter, or begin it. A method is the operationId without
the resource's word: the plural with a verb that writes is `…_many`, and with `get` it is `list`. `x-client-name:
users.invite` says both at once.
"""

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

from specbound.compiler import shapes
from specbound.compiler.document import Declaration, Document, Refused, declarations
from specbound.compiler.mistakes import gathered
from specbound.compiler.names import words
from specbound.compiler.statuses import declared_replies, successes
from specbound.messages import PAGING

OWN = "x-client-name"
# What every client has beside its resources.
TAKEN = {"close", "raw", "stream", "with_options"}
WRITING = {"create", "add", "update", "change", "replace", "put", "delete", "remove", "import"}
# Not what is served, but where: an API's version and the like.
NO_RESOURCE = re.compile(r"v[0-9]+|api", re.IGNORECASE)
DOTTED = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


@dataclass(frozen=True)
class Page:
    """What a list calls its parameter for where to go on, and the members of its pages."""

    token: str
    items: str
    next: str


@dataclass(frozen=True)
class Method:
    """What an operation is called as: `users`, `create`."""

    resource: tuple[str, ...]
    name: str
    declaration: Declaration
    page: Page | None

    @property
    def full_name(self) -> str:
        return ".".join((*self.resource, self.name))


def methods(document: Document) -> list[Method]:
    """Every operation with its name. Raises Refused for names that are taken, or can't be."""
    found = list(declarations(document))
    named: dict[str, Method] = {}
    nouns = {noun for each in found for noun in _nouns(each.path)}
    with gathered() as at:
        for each in found:
            with at(*each.steps):
                method = _method(document, each, nouns)
                first = named.setdefault(method.full_name, method)
                if first is not method:
                    raise Refused(
                        f"{each.place}: the clients would call it {method.full_name}, as {first.declaration.place}."
                        f" Say another name: {OWN}: {'.'.join(method.resource)}.{each.operation_id}"
                    )
    _refuse_both(named)
    return list(named.values())


def _refuse_both(named: dict[str, Method]) -> None:
    """Raise Refused for a method whose name a resource has as well."""
    resources = {".".join(each.resource[:end]) for each in named.values() for end in range(1, len(each.resource) + 1)}
    with gathered() as at:
        for name in sorted(named.keys() & resources):
            declaration = named[name].declaration
            with at(*declaration.steps):
                raise Refused(
                    f"{declaration.place}: the clients would call it {name}, which is what they call other operations"
                    f" below. Say another name: {OWN}: {name}_one"
                )


def _method(document: Document, declaration: Declaration, nouns: set[tuple[str, ...]]) -> Method:
    own = declaration.definition.get(OWN)
    if own is not None:
        if not isinstance(own, str) or not DOTTED.fullmatch(own):
            raise Refused(f"{declaration.place}: {OWN} is to be a resource and a method, as users.invite is.")
        *resource, name = own.split(".")
    else:
        resource = _resource(declaration, nouns)
        name = _verb(declaration, resource)
    if resource[0] in TAKEN:
        raise Refused(
            f"{declaration.place}: {resource[0]} is taken: every client has it."
            f" Say another name: {OWN}: {resource[0]}_resource.{name}"
        )
    return Method(tuple(map(_safe, resource)), _safe(name), declaration, page(document, declaration))


def _resource(declaration: Declaration, nouns: set[tuple[str, ...]]) -> list[str]:
    tags = declaration.definition.get("tags")
    parts = re.split(r"[./]", str(tags[0])) if tags else _collections(declaration.path, nouns)
    return [name for each in parts if (name := _joined(words(each)))] or ["default"]


def _collections(path: str, nouns: set[tuple[str, ...]]) -> list[str]:
    """The words of a path that stand for things: those that a parameter follows somewhere, and always the first."""
    literals = [each for each in path.split("/") if _is_noun(each)]
    return [each for place, each in enumerate(literals) if place == 0 or tuple(literals[: place + 1]) in nouns]


def _nouns(path: str) -> Iterator[tuple[str, ...]]:
    """The words up to each that a parameter follows."""
    segments = path.split("/")
    for place, each in enumerate(segments[1:]):
        if "{" in each and _is_noun(segments[place]):
            yield tuple(filter(_is_noun, segments[: place + 1]))


def _is_noun(segment: str) -> bool:
    return bool(segment) and "{" not in segment and not NO_RESOURCE.fullmatch(segment)


def _verb(declaration: Declaration, resource: list[str]) -> str:
    """The operation's name without the resource's, and the version's before it; all of it if that is nothing."""
    name, noun = words(declaration.operation_id), resource[-1].split("_")
    if name[0] == resource[0] and NO_RESOURCE.fullmatch(name[0]):
        name = name[1:] or name
    for forms, many in (({_singular(noun[-1]), noun[-1]} - {_plural(noun[-1])}, False), ({_plural(noun[-1])}, True)):
        for start in range(len(name) - len(noun) + 1):
            end = start + len(noun)
            if [*name[start : end - 1], "_"] == [*noun[:-1], "_"] and name[end - 1] in forms:
                left = name[:start] + name[end:]
                if many and left == ["get"] and declaration.method == "GET":
                    return "list"
                if many and len(left) == 1 and left[0] in WRITING:
                    return f"{left[0]}_many"
                return _joined(left or name)
    return _joined(name)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if re.search("(s|x|z|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _plural(word: str) -> str:
    one = _singular(word)
    if re.search("[^aeiou]y$", one):
        return f"{one[:-1]}ies"
    return f"{one}es" if re.search("(s|x|z|ch|sh)$", one) else f"{one}s"


def _joined(name: list[str]) -> str:
    text = "_".join(name)
    return f"_{text}" if text[:1].isdigit() else text


def _safe(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def page(document: Document, declaration: Declaration) -> Page | None:
    """What a list and its pages call things, where an operation is one: x-page, or else the usual names."""
    said = declaration.definition.get("x-page")
    own = said if isinstance(said, dict) else {}
    found = Page(own.get("token", PAGING.token), own.get("items", PAGING.items), own.get("next", PAGING.next))
    if not any(each["in"] == "query" and each["name"] == found.token for each in declaration.parameters):
        return None
    schema = answered(document, declaration)
    return found if schema and {found.items, found.next} <= shapes.members(document, schema).keys() else None


def answered(document: Document, declaration: Declaration) -> Document | None:
    """The schema of the JSON that a success has, as it is written; None for another, or several."""
    replies = declared_replies(document, declaration)
    found = [
        each.get("content", {}).get("application/json", {}).get("schema")
        for each in map(replies.get, successes(replies))
        if each and each.get("content")
    ]
    return found[0] if len(found) == 1 and isinstance(found[0], dict) else None


def versioned(document: Document) -> Iterator[str]:
    """References to schemas whose things have an ETag that their `version` tells: what a list shows has it as well."""
    for each in declarations(document):
        schema, replies = answered(document, each), declared_replies(document, each)
        tagged = any("etag" in {name.lower() for name in replies[status].get("headers", {})} for status in replies)
        if schema and tagged and "$ref" in schema and "version" in shapes.members(document, schema):
            yield schema["$ref"]
