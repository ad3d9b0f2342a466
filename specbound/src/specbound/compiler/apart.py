"""Apart: each version of a contract as a document of its own, out of the one that all of them are compiled into.

An earlier version is then as its callers were promised it: its paths below its own server, its operations, tags and
components under the names that its document gives them. What the engine adds to the contract is in it, too.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from specbound.compiler.document import Document, paths
from specbound.compiler.grammar import METHODS, walk
from specbound.compiler.mistakes import Place
from specbound.compiler.names import function_name
from specbound.compiler.pointers import reference_to
from specbound.compiler.problem_types import TYPES
from specbound.compiler.reach import component_of, targets
from specbound.compiler.servers import base_path
from specbound.compiler.versions import EXTENSION, SAID, SERVED, Version

SCHEMES = "securitySchemes"


def names(document: Document) -> list[str]:
    """The earlier versions in a contract, by their names."""
    return [*document.get(EXTENSION, {})]


def of(document: Document, name: str) -> Document:
    """A version alone: an earlier one, or the contract's own, which is known by what its paths begin with.

    Raises LookupError for a name of none.
    """
    if name in names(document):
        return _earlier(document, name)
    if base_path(document) == f"/{name}":
        return without(document, names(document))
    raise LookupError(name)


def among(later: Document, earlier: Document) -> Document:
    """A contract of before as it would stand in a later one that has it as an earlier version; else as it is.

    It is known by what its paths begin with: /v1 of version v1.
    """
    steps = {base_path(earlier).removeprefix("/") or path.split("/")[1] for path in paths(earlier)}
    name = steps.pop() if len(steps) == 1 else ""
    if name not in names(later) or name in names(earlier):
        return earlier
    version = Version(name, "", earlier, {})
    items = {path: version.told_apart(item) for path, item in version.paths.items()}
    own = earlier | {
        "paths": {version.whole(path): each for path, each in items.items()},
        "servers": later.get("servers", SERVED),
        **({"tags": version.tags} if version.tags else {}),
    }
    return _renamed(own, lambda component, _: f"{component}_{name}")


def without(document: Document, gone: Sequence[str]) -> Document:
    """A contract without some of its earlier versions, and without what is only there for them."""
    if not gone:
        return document
    left, taken = dict(document["paths"]), dict[str, Any]()
    tags = document.get("tags", [])
    for name in gone:
        taken |= {path: left.pop(path) for path in [*left] if _is_of(name, path, left[path])}
        tags = [each for each in tags if not _belongs(name, str(each.get("name")))]
    made = document | {"paths": left} | ({"tags": tags} if "tags" in document else {})
    gone_too = _reached({"paths": taken, **_components(document)}) - _reached(made)
    return made | _kept(document, lambda place: place not in gone_too)


def _earlier(document: Document, name: str) -> Document:
    said: Document = document[EXTENSION][name][SAID]
    own = {path: item for path, item in paths(document).items() if _is_of(name, path, item)}
    root = {each: document[each] for each in ("openapi", "security") if each in document}
    made = root | said | {"paths": {path.removeprefix(f"/{name}"): _item(name, path, own[path]) for path in own}}
    made["servers"] = said["servers"] if _base(said) == f"/{name}" else [{"url": f"/{name}"}]
    reached = _reached(made | _components(document))
    made |= _kept(document, lambda place: place in reached or place[1] == SCHEMES)
    return _called(made | _told(document, made), f"_{name}")


def _base(said: Document) -> str:
    return base_path(said) if "servers" in said else ""


def _is_of(name: str, path: str, item: Document) -> bool:
    return path.startswith(f"/{name}/") and item.get("servers") == SERVED


def _belongs(name: str, tag: str) -> bool:
    return tag == name or tag.startswith(f"{name}/")


def _item(name: str, path: str, item: Document) -> Document:
    rest = {each: value for each, value in item.items() if each != "servers"}
    operations = {method: _operation(name, method, path, item[method]) for method in METHODS if method in item}
    return rest | operations


def _operation(name: str, method: str, path: str, operation: Document) -> Document:
    made = {each: value for each, value in operation.items() if each != "tags"}
    tags = [each.removeprefix(f"{name}/") for each in operation["tags"] if each != name]
    replies = {status: _reply(name, each) for status, each in operation.get("responses", {}).items()}
    made |= ({"tags": tags} if tags else {}) | {"responses": replies}
    if "operationId" in made:
        bare = made["operationId"].removeprefix(f"{name}_")
        # Of one that has no operationId in its own document, the name of its function.
        is_own = bare != made["operationId"]
        made["operationId"] = bare if is_own else function_name("", method, path.removeprefix(f"/{name}"))
    return made


def _reply(name: str, reply: Document) -> Document:
    links = {
        link: each | ({"operationId": each["operationId"].removeprefix(f"{name}_")} if "operationId" in each else {})
        for link, each in reply.get("links", {}).items()
    }
    return reply | ({"links": links} if links else {})


def _components(document: Document) -> Document:
    return {"components": document["components"]} if "components" in document else {}


def _reached(document: Document) -> Set[Place]:
    """The components that anything outside of them leads to."""
    by_owner: dict[Place, set[Place]] = {}
    for place, kind, value in walk(document):
        by_owner.setdefault(component_of(place), set()).update(targets(kind, value))
    reached = set[Place]()
    pending: list[Place] = [()]
    while pending:
        new = by_owner.get(pending.pop(), set()) - reached
        reached |= new
        pending += new
    return reached


def _kept(document: Document, is_kept: Callable[[Place], bool]) -> Document:
    """The components of a document that are kept."""
    kinds = {
        kind: {name: each for name, each in held.items() if is_kept(("components", kind, name))}
        for kind, held in document.get("components", {}).items()
    }
    found = {kind: held for kind, held in kinds.items() if held}
    return {"components": found} if found else {}


def _told(document: Document, made: Document) -> Document:
    """What the contract says of the types of problems that are here."""
    here = {name for item in made["paths"].values() for each in METHODS for name in item.get(each, {}).get(TYPES, {})}
    told = {name: each for name, each in document.get(TYPES, {}).items() if name in here}
    return {TYPES: told} if told else {}


def _called(document: Document, ending: str) -> Document:
    """A document whose components have the names that they have where they are from, unless another has it."""

    def own(name: str, held: Document) -> str:
        bare = name.removesuffix(ending)
        return name if bare in held else bare

    return _renamed(document, own)


def _renamed(document: Document, called: Callable[[str, Document], str]) -> Document:
    """A document whose components are called otherwise: what each is called is made of its name and of its kind's."""
    components: Document = {}
    references: dict[str, str] = {}
    for kind, held in document.get("components", {}).items():
        own = {name: name if kind == SCHEMES else called(name, held) for name in held}
        components[kind] = {own[name]: each for name, each in held.items()}
        references |= {
            reference_to(("components", kind, name)): reference_to(("components", kind, new))
            for name, new in own.items()
        }
    made: Document = _referring(document | ({"components": components} if components else {}), references)
    return made


def _referring(value: Any, renamed: Mapping[str, str]) -> Any:
    """With each reference to what is renamed; a text that is the very same is none of anything else."""
    if isinstance(value, dict):
        return {name: _referring(each, renamed) for name, each in value.items()}
    if isinstance(value, list):
        return [_referring(each, renamed) for each in value]
    return renamed.get(value, value) if isinstance(value, str) else value
