"""Security compared: whoever came in must come in as before, with what they have."""

from collections.abc import Iterator, Mapping
from typing import Any

from specbound.compiler.document import Document
from specbound.compiler.mistakes import Place
from specbound.evolution.findings import NOTHING

Way = Mapping[str, list[str]]
Change = tuple[Place, Any, Any]
# What of a scheme callers go by.
SCHEME = ("type", "scheme", "in", "name", "openIdConnectUrl")


def ways(document: Document, operation: Document) -> list[Way]:
    """The ways into an operation, each with the scopes of all schemes that it takes together; [{}] if it is public."""
    found: list[Way] = operation["security"] if "security" in operation else document.get("security", [])
    return found or [{}]


def narrowed(before: list[Way], after: list[Way]) -> Iterator[Change]:
    """The steps to each way in that is not enough any more, with what is asked for before and after."""
    for way in before:
        if not any(_is_enough(way, each) for each in after):
            yield _change(way, after)


def _is_enough(way: Way, asked: Way) -> bool:
    return all(name in way and set(scopes) <= set(way[name]) for name, scopes in asked.items())


def _change(way: Way, after: list[Way]) -> Change:
    if len(after) == len(way) == 1 and way.keys() == after[0].keys():
        [(scheme, own)], [now] = way.items(), after[0].values()
        return ("security", scheme), _alone(own), _alone(now)
    return ("security",), way or NOTHING, _alone(after)


def _alone(each: list[Any]) -> Any:
    return each[0] if len(each) == 1 else each


def changed(before: Document, after: Document) -> Iterator[Change]:
    """What of a security scheme is another now, or gone."""
    for name in SCHEME:
        own, now = (each.get(name, NOTHING) for each in (before, after))
        if own != now:
            yield (name,), own, now
    for name in sorted(before.get("flows", {}).keys() - after.get("flows", {}).keys()):
        yield ("flows", name), before["flows"][name], NOTHING
