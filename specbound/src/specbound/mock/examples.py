"""Examples of replies, as a contract has them: by operation, reply and media type, each with its name."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from specbound.compiler.answers import complete
from specbound.compiler.document import Document, Refused, declarations, resolve
from specbound.compiler.statuses import declared_replies
from specbound.exact_json import exactly


class Example(NamedTuple):
    """`status` is the reply's, `404`, `4XX` or `default`; the name is empty where it has none."""

    status: str
    media_type: str
    name: str
    value: Any


class Examples:
    """Those of a document that compiles."""

    def __init__(self, document: Document) -> None:
        self._own = {
            each.operation_id: {
                status: {bare(name) for name in reply.get("content", {})}
                for status, reply in declared_replies(document, each).items()
            }
            for each in declarations(document)
        }
        whole = complete(document).document
        self._found = {
            each.operation_id: list(_of(whole, declared_replies(whole, each))) for each in declarations(whole)
        }

    def of(self, operation: str) -> list[Example]:
        """An operation's, by its function's name, in the contract's order."""
        return self._found.get(operation, [])

    def is_written(self, operation: str, status: str, media_type: str | None) -> bool:
        """Whether the contract itself has a media type for a reply, or none at all: the engine adds its own."""
        own = self._own.get(operation, {}).get(status)
        return not own or bare(media_type or "") in own


def _of(document: Document, replies: dict[str, Document]) -> Iterator[Example]:
    for status, reply in replies.items():
        for media_type, media in reply.get("content", {}).items():
            for name, each in (media.get("examples") or {}).items():
                try:
                    said = resolve(document, each, "examples")
                except Refused:
                    continue
                if "value" in said:
                    yield Example(status, media_type, str(name), exactly(said["value"]))
            if "example" in media:
                yield Example(status, media_type, "", exactly(media["example"]))


def bare(media_type: str) -> str:
    """A media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()
