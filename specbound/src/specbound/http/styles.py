"""Styles (OpenAPI's Style Values, after RFC 6570): parameters, and the members of forms, that are not just plain text.

It is imported only for a contract that has such. Text is taken apart before it is decoded, so that a delimiter that was
percent-encoded belongs to a value; but a path as an HTTP API passes it on is decoded already.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, unquote_plus

from specbound import exact_json
from specbound.contract import Operation, Parameter, Shape
from specbound.http import fields
from specbound.http.events import Call
from specbound.http.reading import cast, wrong_parameters
from specbound.problems import BadRequest

# What is wrong in a way that no schema can tell, by the path to it.
Path = tuple[str | int, ...]
Faults = dict[Path, str]
Texts = dict[str, list[str]]
DELIMITERS = {
    "form": re.compile(","),
    "spaceDelimited": re.compile(r"%20|\+| "),
    "pipeDelimited": re.compile(r"%7[Cc]|\|"),
    "simple": re.compile(","),
    "label": re.compile(r"[.,]"),
    "matrix": re.compile(","),
}
TWICE = "is given more than once"
SEGMENT = re.compile(r"\[([^\[\]]*)\]")
# How deep `a[b][c]` may nest; what nests deeper is a parameter that nobody knows.
DEEPEST = 10
MISSING = object()


def read_parameters(operation: Operation, call: Call) -> dict[str, Any]:
    """All parameters, by the keys that the function finds them by. Raises BadRequest naming every violation."""
    faults: Faults = {}
    by_place: dict[str, list[Parameter]] = {"query": [], "path": [], "header": [], "cookie": []}
    for each in operation.parameters:
        by_place[each.where].append(each)
    query_faults: Faults = {}
    sent: dict[str, dict[str, Any]] = {
        "query": read_pairs(by_place["query"], _pairs(call.query, query_faults), query_faults),
        "path": _read_each(by_place["path"], call.path_parameters, faults),
        "header": _read_each(by_place["header"], _headers(by_place["header"], call.headers), faults),
        "cookie": _read_cookies(by_place["cookie"], call.headers.get("cookie", ""), faults),
    }
    faults |= {("query", *path): detail for path, detail in query_faults.items()}
    if faults or not operation.parameters_validator.is_valid(sent):
        raise BadRequest(wrong_parameters(operation, sent, faults))
    found = {each.key: sent[each.where][each.name] for each in operation.parameters if each.name in sent[each.where]}
    return {**operation.defaults, **found}


def read_form(declared: Iterable[Parameter], content: str, faults: Faults) -> dict[str, Any]:
    """The members of a form (application/x-www-form-urlencoded); one that is not declared is text, or a list of it."""
    return read_pairs(declared, _pairs(content, faults), faults)


def read_pairs(declared: Iterable[Parameter], given: Texts, faults: Faults) -> dict[str, Any]:
    """The values of a query or a form, of the texts, not decoded yet, of each name. It takes away what it has read."""
    values: dict[str, Any] = {}
    rest: Parameter | None = None
    for each in declared:
        if _is_spread(each):
            members = {name: given.pop(name) for name in each.shape.members or () if name in given}
            rest = each if each.shape.rest else rest
            read = _members(each, members, faults)
            if read or not (each.shape.cast and each.name in given):
                if read:
                    values[each.name] = read
                continue
        value = _of_query(each, given, faults)
        if value is not MISSING:
            values[each.name] = value
    if rest:
        read = _members(rest, {name: given.pop(name) for name in list(given)}, faults)
        if read:
            values[rest.name] = {**values.get(rest.name, {}), **read}
    for name, texts in given.items():
        decoded = [_decode(text, (name,), faults) for text in texts]
        values[name] = decoded if decoded[1:] else decoded[0]
    return values


def _is_spread(parameter: Parameter) -> bool:
    """Whether its members stand in the query each for itself."""
    return parameter.style == "form" and parameter.explode and parameter.shape.members is not None


def _members(parameter: Parameter, given: Mapping[str, list[str]], faults: Faults) -> dict[str, Any]:
    shape, found = parameter.shape, {}
    for name, texts in given.items():
        member = (shape.members or {}).get(name) or shape.rest
        if member:
            found[name] = _repeated(member, texts, (parameter.name, name), faults)
    return found


def _repeated(shape: Shape, texts: list[str], path: Path, faults: Faults) -> Any:
    """What was sent once for each item, or once."""
    if shape.items and (texts[1:] or not shape.cast):
        items = shape.items
        found = [plain(items, _decode(each, (*path, at), faults), (*path, at), faults) for at, each in enumerate(texts)]
        return as_whole(shape, found)
    if texts[1:]:
        faults[path] = TWICE
    return plain(shape, _decode(texts[0], path, faults), path, faults)


def as_whole(shape: Shape, found: list[Any]) -> list[Any]:
    """The items of a list that was sent item by item; or, if it is JSON, perhaps as a whole."""
    is_whole = shape.json and len(found) == 1 and isinstance(found[0], list)
    return list(found[0]) if is_whole else found


def _of_query(parameter: Parameter, given: Texts, faults: Faults) -> Any:
    shape, name, path = parameter.shape, parameter.name, (parameter.name,)
    if parameter.style == "deepObject":
        tree = _tree(name, given)
        if tree:
            return _branch(shape, tree, path, faults)
    if name not in given:
        return MISSING
    texts = given.pop(name)
    if parameter.is_empty_let_in and texts == [""]:
        return ""
    if shape.json or parameter.explode or (shape.items is None and shape.members is None):
        return _repeated(shape, texts, path, faults)
    if texts[1:]:
        faults[path] = TWICE
    parts = DELIMITERS[parameter.style].split(texts[0]) if texts[0] else []
    return _delimited(parameter, [_decode(each, path, faults) for each in parts], faults)


def _delimited(parameter: Parameter, parts: list[str], faults: Faults) -> Any:
    """A list or an object (`name,value,name,value`) of its parts; or plain, if it may be and is of one part."""
    shape, path = parameter.shape, (parameter.name,)
    if shape.cast and len(parts) == 1:
        return plain(shape, parts[0], path, faults)
    if shape.items:
        return [plain(shape.items, each, (*path, at), faults) for at, each in enumerate(parts)]
    if len(parts) % 2:
        faults[path] = "must be names and values in turn"
        return {}
    return _object(shape, zip(parts[::2], parts[1::2], strict=True), path, faults)


def _object(shape: Shape, pairs: Iterable[tuple[str, str]], path: Path, faults: Faults) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in pairs:
        if name in found:
            faults[*path, name] = TWICE
        member = (shape.members or {}).get(name) or shape.rest
        found[name] = plain(member, text, (*path, name), faults) if member else text
    return found


def _tree(name: str, given: Texts) -> dict[str, Any]:
    """What was sent as `name[a][b]=…`: by segment, texts (a list) or what is below it. It is taken from `given`."""
    tree: dict[str, Any] = {}
    for key in [each for each in given if each.startswith(f"{name}[")]:
        segments = SEGMENT.findall(key, len(name))
        if key != name + "".join(f"[{each}]" for each in segments) or len(segments) > DEEPEST:
            continue
        below = tree
        for segment in segments[:-1]:
            below = below.setdefault(segment, {})
            if isinstance(below, list):
                break
        if isinstance(below, dict) and not isinstance(below.get(segments[-1]), dict):
            below[segments[-1]] = below.get(segments[-1], []) + given.pop(key)
    return tree


def _branch(shape: Shape, tree: Any, path: Path, faults: Faults) -> Any:
    """The value of what was sent in brackets. What has another form than its shape is left for the schema to refuse."""
    if isinstance(tree, list):
        return _repeated(shape, tree, path, faults)
    if shape.items and all(each == "" or (each.isascii() and each.isdecimal()) for each in tree):
        ordered = [tree[each] for each in sorted(tree, key=lambda each: (each == "", each.zfill(9)))]
        flat = [one for each in ordered for one in ([[text] for text in each] if isinstance(each, list) else [each])]
        return [_branch(shape.items, each, (*path, at), faults) for at, each in enumerate(flat)]
    found = {}
    for name, below in tree.items():
        member = (shape.members or {}).get(name) or shape.rest or Shape("string")
        found[name] = _branch(member, below, (*path, name), faults)
    return found


def _read_each(declared: Iterable[Parameter], texts: Mapping[str, str], faults: Faults) -> dict[str, Any]:
    """The values of path parameters and headers, each of which is one text, decoded already."""
    found: dict[str, Any] = {}
    for each in declared:
        if each.name in texts:
            own: Faults = {}
            found[each.name] = _of_text(each, texts[each.name], own)
            faults |= {(each.where, *path): detail for path, detail in own.items()}
    return found


def _of_text(parameter: Parameter, text: str, faults: Faults) -> Any:
    shape, path = parameter.shape, (parameter.name,)
    prefix = {"label": ".", "matrix": ";"}.get(parameter.style, "")
    if not text.startswith(prefix):
        faults[path] = f"must begin with {prefix}"
        return text
    text = text.removeprefix(prefix)
    if parameter.style == "matrix":
        return _matrix(parameter, text, faults)
    if shape.json or (shape.items is None and shape.members is None):
        return plain(shape, text, path, faults)
    separator = "." if parameter.style == "label" and parameter.explode else ","
    parts = text.split(separator) if text else []
    parts = [each.strip(fields.BLANKS) for each in parts] if parameter.where == "header" else parts
    if shape.members is not None and parameter.explode:
        return _object(shape, [_pair(each) for each in parts], path, faults)
    return _delimited(parameter, parts, faults)


def _matrix(parameter: Parameter, text: str, faults: Faults) -> Any:
    """`color=blue`, `color=blue,black`, and exploded `color=blue;color=black` or `R=100;G=200`."""
    shape, name, path = parameter.shape, parameter.name, (parameter.name,)
    pairs = [_pair(each) for each in text.split(";")]
    if shape.members is not None and parameter.explode:
        return _object(shape, pairs, path, faults)
    if any(each != name for each, _ in pairs) or (pairs[1:] and not (shape.items and parameter.explode)):
        faults[path] = f"must be written as ;{name}=…"
        return text
    if shape.items and parameter.explode:
        return [plain(shape.items, each, (*path, at), faults) for at, (_, each) in enumerate(pairs)]
    if shape.items or shape.members is not None:
        return _delimited(parameter, pairs[0][1].split(",") if pairs[0][1] else [], faults)
    return plain(shape, pairs[0][1], path, faults)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _headers(declared: Iterable[Parameter], headers: Mapping[str, str]) -> dict[str, str]:
    names = {each.name: each.name.lower() for each in declared}
    return {name: fields.normalise(key, headers[key]) for name, key in names.items() if key in headers}


def _read_cookies(declared: list[Parameter], cookie: str, faults: Faults) -> dict[str, Any]:
    """The cookies that are declared; those that are not are nobody's mistake (RFC 6265, section 5.4)."""
    if not declared or not cookie:
        return {}
    given: Texts = {}
    for part in cookie.split(";"):
        name, equals, text = part.strip(fields.BLANKS).partition("=")
        if equals:
            given.setdefault(name, []).append(text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text)
    known = {name for each in declared for name in (each.name, *(each.shape.members or ()))}
    # A plus is no space in a cookie.
    own: Faults = {}
    texts = {name: [each.replace("+", "%2B") for each in given[name]] for name in known & given.keys()}
    read = read_pairs(declared, texts, own)
    faults |= {("cookie", *path): detail for path, detail in own.items()}
    return {each.name: read[each.name] for each in declared if each.name in read}


def _pairs(text: str, faults: Faults) -> Texts:
    """By name, decoded, the texts as they were sent."""
    given: Texts = {}
    for pair in filter(None, text.split("&")):
        name, _, value = pair.partition("=")
        given.setdefault(_decode(name, (), faults), []).append(value)
    return given


def _decode(text: str, path: Path, faults: Faults) -> str:
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        faults[path] = "is not percent-encoded UTF-8"
        return unquote(text)


def plain(shape: Shape, text: str, path: Path, faults: Faults) -> Any:
    try:
        return exact_json.loads(text) if shape.json else cast(shape.cast or "string", text)
    except exact_json.NotJson as refused:
        faults[path] = str(refused)
    except ArithmeticError:
        faults[path] = exact_json.INEXACT
    return text
