"""YAML, the contract's source: read as the JSON that it stands for, alike for every tool that reads it."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

Marks = dict[str, tuple[int, Any]]
"""Of the members of an object or an array: the line each begins on, and the marks of its own members, or None."""

DEEPEST = 200
# Of all values together, each as often as aliases repeat it. A document of 5 MB has some 400,000.
LARGEST = 1_000_000
CHARACTERS_OF_A_VALUE = 32
# The parser that is written in Python takes a minute for more.
LONGEST_TOLD_WELL = 200_000
# YAML 1.2's core schema. PyYAML reads YAML 1.1, in which `no` is false, `010` is eight and `2026-01-31` is a date.
WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
TAGS = {
    f"tag:yaml.org,2002:{name}": types
    for name, types in {
        "str": (str,), "int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),),
    }.items()
}  # fmt: skip
CONTAINERS = {yaml.MappingStartEvent: "tag:yaml.org,2002:map", yaml.SequenceStartEvent: "tag:yaml.org,2002:seq"}
MERGE = "<< is a merge key, which JSON has not: write the members out, or share them by a $ref"
# In JSON, a character beyond the first 65,536 is two escapes, of which YAML takes neither.
ESCAPES = re.compile(r"\\(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|.)", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """What a document says, and on which lines."""

    value: Any
    marks: Marks | None

    def line(self, place: tuple[str, ...]) -> int:
        """The line of a place, or of the innermost around it that is there."""
        line, marks = 1, self.marks
        for step in place:
            if not marks or step not in marks:
                break
            line, marks = marks[step]
        return line


def parse(text: str) -> Any:
    """The value of a YAML document. Raises ValueError for what is not YAML, is not JSON, or names a member twice."""
    return read(text).value


def read(text: str) -> Source:
    """A YAML document, or a JSON document. Raises ValueError, with the line, as `parse` does."""
    text = _as_yaml(text)
    try:
        return _Reader().read(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        raise ValueError(_told(text, error)) from error
    except yaml.reader.ReaderError as error:
        line = 1 + text[: max(text.find(chr(error.character)), 0)].count("\n")
        raise ValueError(f"line {line}: the character U+{error.character:04X} may not stand in YAML") from error


def _as_yaml(text: str) -> str:
    """YAML takes no tabs between JSON's values, and not all of its escapes."""
    text = text.removeprefix("\ufeff")
    if text.lstrip()[:1] not in ("{", "[") or ("\t" not in text and "\\" not in text):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return ESCAPES.sub(_unescaped, text).replace("\t", " ")


def _unescaped(found: re.Match[str]) -> str:
    if found[1] == "/":
        return "/"
    character: str = json.loads(f'"{found[0]}"') if len(found[1]) > 1 else found[0]
    return character


def _told(text: str, error: yaml.MarkedYAMLError) -> str:
    if len(text) <= LONGEST_TOLD_WELL:
        # The slower parser names the place where what is missing should have been, not where the text ends.
        try:
            for _ in yaml.parse(text, Loader=yaml.SafeLoader):
                pass
        except yaml.MarkedYAMLError as better:
            error = better
        except yaml.YAMLError:
            pass
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    indent = re.match(r"[ \t]*", text.splitlines()[line - 1] if line <= len(text.splitlines()) else "")
    hint = ". Indent with spaces: YAML takes no tabs there" if indent and "\t" in indent[0] else ""
    return f"line {line}: {error.problem}{hint}"


@dataclass
class _Open:
    """An object or an array that is being read."""

    holder: Any
    anchor: str | None
    line: int
    marks: Marks = field(default_factory=dict)
    size: int = 1
    name: str | None = None
    named_on: int = 1


class _Reader:
    """Builds the value of the parser's events, one by one, so that nothing nests that is not wanted."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int, Marks | None]] = {}

    def read(self, events: Iterator[yaml.Event]) -> Source:
        top = _Open([], None, 1)
        self._open.append(top)
        for event in events:
            self._take(event, 1 + event.start_mark.line if event.start_mark else 1)
        return Source(top.holder[0], top.marks["0"][1]) if top.holder else Source(None, None)

    def _take(self, event: yaml.Event, line: int) -> None:
        kind = type(event)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif kind in CONTAINERS:
            self._begin(event, line)
        elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            done = self._open.pop()
            self._keep(done.anchor, done.holder, done.size, done.marks)
            self._put(done.holder, done.size, done.marks, done.line)
        elif isinstance(event, yaml.AliasEvent):
            self._repeat(event.anchor, line)
        elif kind is yaml.DocumentStartEvent and self._open[0].holder:
            raise ValueError(f"line {line}: a second document begins")

    def _repeat(self, anchor: str | None, line: int) -> None:
        if anchor is None or anchor not in self._anchors:
            raise ValueError(f"line {line}: *{anchor} stands for nothing, or for what it is in")
        self._put(*self._anchors[anchor], line)

    def _begin(self, event: Any, line: int) -> None:
        if event.tag not in (None, "!", CONTAINERS[type(event)]):
            raise _no_json(event.tag, line)
        if len(self._open) > DEEPEST:
            raise ValueError(f"line {line}: nests deeper than {DEEPEST} levels")
        self._open.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor, line))

    def _scalar(self, event: Any, line: int) -> None:
        holder = self._open[-1]
        if isinstance(holder.holder, dict) and holder.name is None:
            if event.value == "<<" and event.implicit[0]:
                raise ValueError(f"line {line}: {MERGE}")
            value: Any = event.value
        else:
            value = _value(event, line)
        size = 1 + len(event.value) // CHARACTERS_OF_A_VALUE
        self._keep(event.anchor, value, size, None)
        self._put(value, size, None, line)

    def _keep(self, anchor: str | None, value: Any, size: int, marks: Marks | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = value, size, marks

    def _put(self, value: Any, size: int, marks: Marks | None, line: int) -> None:
        holder = self._open[-1]
        holder.size += size
        if holder.size > LARGEST:
            raise ValueError(f"line {line}: too much, or repeated too often by aliases, to be a contract")
        if isinstance(holder.holder, list):
            holder.marks[str(len(holder.holder))] = line, marks
            holder.holder.append(value)
        elif holder.name is None:
            if not isinstance(value, str):
                raise ValueError(f"line {line}: a name must be a string")
            if value in holder.holder:
                raise ValueError(f"line {line}: {value} is named twice")
            holder.name, holder.named_on = value, line
        else:
            holder.holder[holder.name] = value
            holder.marks[holder.name] = holder.named_on, marks
            holder.name = None


def _value(event: Any, line: int) -> Any:
    text: str = event.value
    if event.implicit[0]:
        return _plain(text, line)
    if event.implicit[1] or event.tag == "!":
        return text
    value = text if event.tag.endswith(":str") else _plain(text, line)
    if event.tag not in TAGS or type(value) not in TAGS[event.tag]:
        raise _no_json(event.tag, line)
    return value


def _plain(text: str, line: int) -> Any:
    """Plain words are numbers, booleans or null only where YAML 1.2's and JSON's are; all others are strings."""
    if text in WORDS:
        return WORDS[text]
    found = NUMBER.fullmatch(text)
    if not found:
        return text
    try:
        number = float(text) if found[2] or found[3] else int(text)
    except ValueError:
        number = math.inf
    if not -math.inf < number < math.inf:
        raise ValueError(f"line {line}: {text[:20]} is too large for a number; if it is a text, put it in quotes")
    return number


def _no_json(tag: str, line: int) -> ValueError:
    shown = tag.replace("tag:yaml.org,2002:", "!!")
    return ValueError(f"line {line}: the tag {shown} makes something else of it than JSON has. Take it away")
