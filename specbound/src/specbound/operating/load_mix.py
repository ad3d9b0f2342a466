"""The mix of a load: which requests, how often each beside the others, and what is put into them."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from re import Match, compile
from typing import Any
from uuid import uuid4

from specbound.compiler.source import parse
from specbound.failures import Failed

MIX = Path("load.yaml")
METHODS = ("get", "head", "post", "put", "patch", "delete")
MEMBERS = {*METHODS, "share", "body", "headers", "keep"}
FIELD = compile(r"\{(\w+)\}")
# What is another one in each request.
NEW = "new"
EXAMPLE = """requests:
  - { share: 9, get: '/users/{userId}' }
  - { share: 1, post: /users, keep: userId, body: { name: Ada, email: 'ada-{new}@example.com' } }"""


@dataclass(frozen=True)
class Filled:
    """A request as it is sent."""

    path: str
    body: Any
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Request:
    """A kind of request. Texts may have `{new}`, another one each time, and `{name}`: one of what was kept as that."""

    method: str
    path: str
    share: float
    body: Any = None
    headers: Mapping[str, str] | None = None
    keep: str | None = None
    """A member of the reply that others may use."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def fill(self, kept: Mapping[str, list[str]]) -> Filled:
        """The request as it is sent next. Raises LookupError, by its name, for something of which there is none."""
        new = str(uuid4())

        def value(found: Match[str]) -> str:
            if found[1] == NEW:
                return new
            if not kept.get(found[1]):
                raise LookupError(found[1])
            return random.choice(kept[found[1]])  # noqa: S311  # no secret

        def filled(each: Any) -> Any:
            if isinstance(each, str):
                return FIELD.sub(value, each)
            if isinstance(each, Mapping):
                return {name: filled(inner) for name, inner in each.items()}
            return [filled(inner) for inner in each] if isinstance(each, list) else each

        return Filled(filled(self.path), filled(self.body), filled(self.headers or {}))


@dataclass(frozen=True)
class Mix:
    """Kinds of requests, each with its share."""

    requests: list[Request]

    def choose(self, count: int) -> list[Request]:
        """So many requests, mixed as the shares say. The same each time: two loads can be compared."""
        return random.Random(count).choices(self.requests, [each.share for each in self.requests], k=count)  # noqa: S311


def read(file: Path) -> Mix:
    """The mix that a file has. Raises Failed for what is none, saying where and what to write."""
    if not file.is_file():
        raise Failed(f"{file} is not there: write the requests of the load into it, as\n{EXAMPLE}")
    try:
        said = parse(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Failed(f"{file}: {error}") from error
    listed = said.get("requests") if isinstance(said, dict) else None
    if not isinstance(listed, list) or not listed:
        raise Failed(f"{file}: it has no list of `requests`. Write it as\n{EXAMPLE}")
    return Mix([_request(each, f"{file}: request {number}") for number, each in enumerate(listed, 1)])


def _request(said: Any, place: str) -> Request:
    if not isinstance(said, dict) or said.keys() - MEMBERS:
        unknown = ", ".join(sorted(map(str, said.keys() - MEMBERS))) if isinstance(said, dict) else "it"
        raise Failed(f"{place}: {unknown} is not known. A request has {', '.join(sorted(MEMBERS))}.")
    methods = [each for each in METHODS if each in said]
    if len(methods) != 1 or not str(said[methods[0]]).startswith("/"):
        raise Failed(f"{place}: say one method with its path, as `get: /users`.")
    share = said.get("share", 1)
    if isinstance(share, bool) or not isinstance(share, int | float) or share <= 0:
        raise Failed(f"{place}: share is how often it is sent beside the others: a number above 0.")
    headers, keep = said.get("headers"), said.get("keep")
    if headers is not None and not (
        isinstance(headers, dict) and all(isinstance(each, str) for each in headers.values())
    ):
        raise Failed(f"{place}: headers are texts by their names.")
    if keep is not None and not isinstance(keep, str):
        raise Failed(f"{place}: keep is the name of a member of the reply.")
    return Request(methods[0].upper(), str(said[methods[0]]), float(share), said.get("body"), headers, keep)
