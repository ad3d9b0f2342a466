"""Bodies that are no JSON: bytes, text, or a file, which is sent piece by piece and from its beginning each time."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, BinaryIO

from .types import File, Unset

_PIECE = 64 * 1024


class Pieces:
    """What is left of a file. It can be read again only where the file can go back."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.can_be_repeated = file.seekable()
        self._start = file.tell() if self.can_be_repeated else 0

    def size(self) -> int | None:
        """In bytes; None where nobody knows."""
        if not self.can_be_repeated:
            return None
        end = self._file.seek(0, 2)
        self._file.seek(self._start)
        return end - self._start

    def __iter__(self) -> Iterator[bytes]:
        self._begin()
        while piece := self._file.read(_PIECE):
            yield piece

    def asynchronous(self) -> AsyncIterator[bytes]:
        """The same without blocking the event loop."""
        return self._asynchronous()

    async def _asynchronous(self) -> AsyncIterator[bytes]:
        self._begin()
        while piece := await asyncio.to_thread(self._file.read, _PIECE):
            yield piece

    def _begin(self) -> None:
        if self.can_be_repeated:
            self._file.seek(self._start)


def content(body: Any) -> dict[str, Any]:
    """The argument of httpx for it; nothing for a body that was left out."""
    if isinstance(body, Unset):
        return {}
    return {"content": Pieces(body.payload) if isinstance(body, File) else body}


def content_headers(body: Any, media: str) -> dict[str, str]:
    """What is said of it: the contract's media type, or where that has a star, the file's own; and how long it is."""
    if isinstance(body, Unset):
        return {}
    own = body.mime_type if isinstance(body, File) else None
    said = own or "application/octet-stream" if "*" in media else media
    size = Pieces(body.payload).size() if isinstance(body, File) else None
    return {"Content-Type": said, **({} if size is None else {"Content-Length": str(size)})}


def sent(arguments: dict[str, Any], *, asynchronously: bool) -> dict[str, Any]:
    """A request's body as a client of this kind takes it."""
    found = arguments.get("content")
    return {"content": found.asynchronous()} if asynchronously and isinstance(found, Pieces) else arguments


def can_be_repeated(arguments: dict[str, Any]) -> bool:
    """Whether a request can be sent a second time."""
    found = arguments.get("content")
    return not isinstance(found, Pieces) or found.can_be_repeated
