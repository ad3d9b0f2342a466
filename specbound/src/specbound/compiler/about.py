"""About: what an API says of itself at paths of its own, its contract and the docs page, each version's for itself."""

from collections.abc import Container, Mapping
from pathlib import Path
from posixpath import dirname, relpath

from specbound.compiled import docs_as, published_as
from specbound.compiler import apart, docs
from specbound.compiler.document import Document
from specbound.compiler.grammar import SUNSET
from specbound.compiler.published import published, rendered
from specbound.compiler.versions import EXTENSION, SAID

LATEST = ""


def files(whole: Document, routes: Mapping[str, str]) -> dict[str, str]:
    """What is served at these routes of a completed contract, by the names of the files that hold it.

    An earlier version with a contract of its own is left out of that of the others.
    """
    places = {name: route.partition(" ")[2] for route, name in routes.items()}
    own = [each for each in apart.names(whole) if f"{each}_get_contract" in places]
    shown = [each for each in apart.names(whole) if f"{each}_get_docs" in places]
    documents = {LATEST: apart.without(whole, own)} | {name: apart.of(whole, name) for name in {*own, *shown}}
    made = {name: published(each) for name, each in documents.items()}
    pages = {name: docs.page(made[name], _editions(whole, places, [LATEST, *shown], name)) for name in [LATEST, *shown]}
    return {
        **{published_as(name): rendered(made[name]) for name in ([LATEST, *own] if own else [])},
        **{docs_as(name): page for name, (page, _) in pages.items()},
        "docs-headers.json": rendered(pages[LATEST][1]),
    }


def remove_others(folder: Path, names: Container[str]) -> None:
    """Take away what an earlier compilation wrote of versions that are no more."""
    for each in (*folder.glob(published_as("*")), *folder.glob(docs_as("v*"))):
        if each.name not in names:
            each.unlink()


def _editions(whole: Document, places: Mapping[str, str], shown: list[str], here: str) -> list[docs.Edition]:
    """The versions that have pages, as the page of one of them leads to them; none where it is the only one."""
    paths = {name: places.get(f"{name}_get_docs" if name else "get_docs") for name in shown}
    found = {name: path for name, path in paths.items() if path}
    if len(found) == 1 or here not in found:
        return []
    folder = dirname(found[here])
    return [docs.Edition(_label(whole, name), relpath(path, folder), name == here) for name, path in found.items()]


def _label(whole: Document, name: str) -> str:
    """What a version is called: its number, and until when it is there."""
    said = whole[EXTENSION][name] if name else {}
    version = (said[SAID].get("info", {}) if name else whole["info"]).get("version", name)
    return f"Version {version}" + (f", until {said[SUNSET]}" if SUNSET in said else "")
