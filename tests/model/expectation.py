"""What is expected of a request: how it must be answered, and what it has led to then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

Body = dict[str, Any]
TIMES = ("createdAt", "updatedAt")


def nothing(_: Any) -> None:
    """What changes nothing leads to this."""


@dataclass(frozen=True)
class Expected:
    """The status of a reply, the kind of its problem, its JSON but for the members that the API makes itself (`made`:
    ids and times), and the version that its ETag names. `commit` is called with the JSON once it was done.
    """

    status: int
    kind: str = ""
    body: Any = None
    made: Sequence[str] = ()
    version: int | None = None
    commit: Callable[[Any], None] = nothing
    # Later than what the item was told to be changed at before.
    after: str = ""

    def check(self, reply: httpx.Response) -> None:
        """Fail unless this is how it is answered."""
        said = f"{reply.request.method} {reply.request.url}: {reply.status_code} {reply.text}"
        assert reply.status_code == self.status, f"{said}\nexpected: {self}"
        assert reply.headers.get("etag") == (None if self.version is None else f'"{self.version}"'), said
        if reply.request.method == "HEAD":
            assert reply.content == b"", said
        elif self.kind:
            assert reply.json()["type"] == f"urn:problem-type:{self.kind}", said
        elif self.body is None:
            assert reply.content == b"", said
        else:
            self.check_body(reply.json())

    def check_body(self, body: Body) -> None:
        """Fail unless a reply, or a part of one, is this."""
        told = {name: value for name, value in body.items() if name not in self.made}
        assert told == self.body, f"{told}\nexpected: {self.body}"
        assert all(name in body for name in self.made), f"{body} lacks one of {self.made}"
        assert not self.after or body["updatedAt"] > self.after, f"{body} was changed before {self.after}"


@dataclass(frozen=True)
class Batch(Expected):
    """What is expected of a batch: of each of its items by itself, under `name`."""

    name: str = ""
    items: Sequence[Expected] = ()

    def check_body(self, body: Body) -> None:
        assert [each["status"] for each in body["results"]] == [each.status for each in self.items]
        for told, expected in zip(body["results"], self.items, strict=True):
            if expected.kind:
                assert told["problem"]["type"] == f"urn:problem-type:{expected.kind}"
            else:
                expected.check_body(told[self.name])
        assert body["created"] == sum(not each.kind for each in self.items)
        assert body["failed"] == sum(bool(each.kind) for each in self.items)


@dataclass(frozen=True)
class Again(Expected):
    """What is expected of a request that was done before, under its key: the very same answer."""

    first: httpx.Response | None = None

    def check(self, reply: httpx.Response) -> None:
        assert self.first is not None
        told, kept = (
            (each.status_code, each.content, [each.headers.get(name) for name in ("etag", "location")])
            for each in (reply, self.first)
        )
        assert told == kept


def page(found: Sequence[Body], limit: int, position: Callable[[Body], str]) -> Mapping[str, Any]:
    """The first page of a list."""
    more = {"nextToken": position(found[limit - 1])} if len(found) > limit else {}
    return {"items": list(found[:limit]), "count": len(found[:limit]), **more}
