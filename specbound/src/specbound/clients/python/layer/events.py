"""Server-sent events, as they come in pieces (html.spec.whatwg.org, "Interpreting an event stream")."""

import json
import re
from dataclasses import dataclass
from typing import Any

from .decimals import Written

_LINE_END = re.compile(b"\r\n|\n|\r")


@dataclass(frozen=True)
class Event:
    """One event of a stream."""

    data: str
    event: str = "message"
    id: str = ""
    """The last id that the stream has said, which may be that of an event before."""

    def json(self) -> Any:
        """Its data as JSON, numbers with all their digits. Raises ValueError if it is none."""
        return json.loads(self.data, parse_float=Written)


class Lines:
    """Cuts a stream at its line ends, wherever its pieces end."""

    def __init__(self) -> None:
        self._left = b""

    def cut(self, piece: bytes) -> list[str]:
        """The lines that have ended."""
        text = self._left + piece
        # What comes next may be the other half of a line's end.
        half = text.endswith(b"\r")
        *lines, left = _LINE_END.split(text[:-1] if half else text)
        self._left = left + b"\r" * half
        return [each.decode("utf-8", "replace") for each in lines]

    def rest(self) -> list[str]:
        """What has no line's end after it, when the stream is over."""
        return [self._left.rstrip(b"\r").decode("utf-8", "replace")] if self._left else []


class Events:
    """Puts events together, line by line."""

    def __init__(self) -> None:
        self._data: list[str] = []
        self._name = self._id = ""
        self._is_first = True

    def take(self, line: str) -> Event | None:
        """The event that ends with this line. One whose end never comes is none."""
        if self._is_first:
            line, self._is_first = line.removeprefix("\ufeff"), False
        if not line:
            return self._ended()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id" and "\0" not in value:
            self._id = value
        return None

    def _ended(self) -> Event | None:
        data, name = self._data, self._name
        self._data, self._name = [], ""
        return Event("\n".join(data), name or "message", self._id) if data else None
