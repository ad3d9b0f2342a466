"""Calls: a tool's arguments as the request that is sent, each parameter written in its style (RFC 6570)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from specbound.assistants.tools import BODY, Argument, Tool

MOST_WRONG = 20
SEPARATORS = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}


class Unfit(Exception):
    """Arguments of which no request can be made; the message says what to change."""


@dataclass(frozen=True)
class Call:
    """What is sent: its path with its query, percent-encoded, its headers, and its body."""

    tool: Tool
    target: str
    headers: dict[str, str]
    content: bytes | None

    @property
    def line(self) -> str:
        return f"{self.tool.method} {self.target}"


def call(tool: Tool, given: Mapping[str, Any]) -> Call:
    """The request of a tool's arguments; whether these are right is for the API to say. Raises Unfit."""
    _refuse_unknown(tool, given)
    path, query, headers = tool.path, list[str](), dict[str, str]()
    for name, value in given.items():
        argument = tool.arguments.get(name)
        if argument is None or value is None:
            continue
        if argument.place == "path":
            path = path.replace(f"{{{argument.sent_as}}}", _step(argument, value))
        elif argument.place == "query":
            query += _query(argument, value)
        else:
            headers[argument.sent_as] = _header(argument, value)
    content = None
    if tool.media_type and BODY in given:
        headers["content-type"] = tool.media_type
        content = _body(tool.media_type, given[BODY])
    target = path + (f"?{'&'.join(query)}" if query else "")
    return Call(tool, target, headers, content)


def refuse_wrong(tool: Tool, given: Mapping[str, Any]) -> None:
    """Raise Unfit for arguments that the API would refuse anyway: nobody need be asked whether to send them.

    A schema that only the API can check is left to it.
    """
    try:
        validator = jsonschema_rs.Draft202012Validator(tool.schema)
    except ValueError:
        return
    wrong = [f"- {'.'.join(map(str, each.instance_path))}: {each.message}" for each in validator.iter_errors(given)]
    if wrong:
        more = f"\n- and {len(wrong) - MOST_WRONG} more" if len(wrong) > MOST_WRONG else ""
        raise Unfit(
            "Nothing was sent, for the API would refuse it. Mend this:\n" + "\n".join(wrong[:MOST_WRONG]) + more
        )


def _refuse_unknown(tool: Tool, given: Mapping[str, Any]) -> None:
    known = list(tool.schema["properties"])
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise Unfit(f"{tool.name} has no argument {name}.{meant} It has: {', '.join(known) or 'none'}.")
    for name in tool.schema.get("required", ()):
        if (given.get(name) is None and name != BODY) or name not in given:
            raise Unfit(f"{tool.name} needs the argument {name}.")


def _body(media_type: str, value: Any) -> bytes:
    if media_type.partition(";")[0].strip() == "text/plain":
        if not isinstance(value, str):
            raise Unfit(f"{BODY} is a text.")
        return value.encode()
    return json.dumps(value, ensure_ascii=False).encode()


def _step(argument: Argument, value: Any) -> str:
    """A part of a path. What would lead to another path is refused: `..` is no name of a thing."""
    # What has a plus sign after its name takes the rest of a path.
    texts = [quote(each, safe="/" if argument.sent_as.endswith("+") else "") for each in _texts(argument, value)]
    if argument.style == "matrix":
        return _matrix(argument, value, texts)
    if argument.style == "label":
        return "." + ("." if argument.explode else ",").join(texts)
    step = ",".join(texts)
    if not step or {".", ".."} & set(step.split("/")):
        raise Unfit(f"{argument.name} can't be {value!r}: it is a part of the path.")
    return step


def _matrix(argument: Argument, value: Any, texts: list[str]) -> str:
    name = quote(argument.sent_as, safe="")
    if not argument.explode:
        return f";{name}={','.join(texts)}"
    return "".join(f";{each}" if isinstance(value, dict) else f";{name}={each}" for each in texts)


def _query(argument: Argument, value: Any) -> list[str]:
    """The parts of a query, percent-encoded: what separates values is not, so that it is none of them."""
    name = argument.sent_as
    if argument.as_json:
        return [_pair(name, [_text(value)])]
    if argument.style == "deepObject":
        return [_pair(name + steps, [text]) for steps, text in _nested(value, "")]
    if argument.explode and isinstance(value, dict):
        return [_pair(key, [text]) for key, each in value.items() for text in _listed(each)]
    if argument.explode:
        return [_pair(name, [text]) for text in _listed(value)]
    return [_pair(name, _texts(argument, value), SEPARATORS.get(argument.style, ","))]


def _pair(name: str, texts: list[str], between: str = ",") -> str:
    return f"{quote(name, safe='')}={between.join(quote(each, safe='') for each in texts)}"


def _nested(value: Any, steps: str) -> Iterator[tuple[str, str]]:
    """The texts within an object, each by the way to it: `[address][city]`."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _nested(each, f"{steps}[{key}]")
    else:
        yield from ((steps, text) for text in _listed(value))


def _header(argument: Argument, value: Any) -> str:
    text = ",".join(_texts(argument, value))
    if not text.isprintable() or not text.isascii():
        raise Unfit(f"{argument.name} is sent as a header: it takes printable ASCII alone.")
    return text


def _texts(argument: Argument, value: Any) -> list[str]:
    """One text, or that of each item; of an object names and values in turn, or joined where it is exploded."""
    if argument.as_json:
        return [json.dumps(value, ensure_ascii=False)]
    if isinstance(value, dict):
        pairs = [(str(key), _text(each)) for key, each in value.items()]
        if argument.explode:
            return [f"{key}={each}" for key, each in pairs]
        return [each for pair in pairs for each in pair]
    return _listed(value)


def _listed(value: Any) -> list[str]:
    return [_text(each) for each in value] if isinstance(value, list) else [_text(value)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
