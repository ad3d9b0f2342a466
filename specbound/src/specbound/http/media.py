"""Content of media types other than plain JSON: what kind it is, how it is read and checked, and which a caller wants.

It is imported only for a contract that has such content.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from specbound.contract import Breach, Media, Operation
from specbound.http import multipart, styles
from specbound.http.fields import UTF_8, media_type
from specbound.http.kinds import kind_of
from specbound.http.reading import cast, pointer
from specbound.problems import BadRequest, NotAcceptable, UnsupportedMediaType, Violation

LATIN_1 = {"iso-8859-1", "latin1", "latin-1"}
# One range of Accept, in which a comma may stand in quotes.
RANGE = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+\\?(?:"|$))++')
# What a body is written in where the contract names but a range.
NATURAL = ((bytes, "application/octet-stream"), (str, "text/plain"), (object, "application/json"))
WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


def find(content: Iterable[Media], name: str, parameters: Mapping[str, str]) -> Media | None:
    """What was declared for a media type, the narrowest first; None if it was not."""
    for each in content:
        is_meant = each.takes(name) and parameters.items() >= each.parameters.items()
        if is_meant and (each.is_for_all or "*" not in each.type or each.kind == kind_of(name)):
            return each
    return None


def read(media: Media, content: bytes, parameters: Mapping[str, str]) -> Any:
    """The value of a body that is not JSON, as the operation gets it. Raises BadRequest and UnsupportedMediaType."""
    faults: styles.Faults = {}
    match media.kind:
        case "text":
            value = checked = _text(media, content, parameters)
        case "form":
            value = checked = styles.read_form(media.fields, _utf_8(content), faults)
        case "multipart":
            value, checked = multipart.read(media.fields, content, parameters.get("boundary", ""), faults)
        case _:
            value, checked = content, content.decode("latin-1")
    if not faults and (media.validator is None or media.validator.is_valid(checked)):
        return media.validator.filled(value) if media.has_defaults and media.validator else value
    raise BadRequest(_wrong(media, checked, faults))


def check(media: Media, value: Any) -> None:
    """Raise Breach for the body of a reply that is not JSON, if the contract does not promise it."""
    is_text = media.cast == "string"
    if not _carries(media, value) or (is_text and not isinstance(value, bytes | str)):
        raise Breach(f"answers {media.type} with {type(value).__name__}")
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if media.kind in ("binary", "text") and media.validator and not media.validator.is_valid(text):
        raise Breach(f"answers {media.type} that breaks the contract")


def wanted(operation: Operation, accept: str | None) -> Sequence[str]:
    """Of the media types that an operation's success may have, those that a caller takes, the most wanted first.

    All of them if none is, which HTTP allows (RFC 9110, section 12.4.1); but where the contract declares a 406, that
    is raised.
    """
    offers = operation.offers
    if not accept or not accept.strip():
        return offers
    ranges = accepted(accept)
    weights = {each: _weight(each, ranges) for each in offers}
    found = sorted((each for each in offers if weights[each] > 0), key=lambda each: -weights[each])
    if not found and 406 in operation.replies:
        raise NotAcceptable(f"There is {', '.join(offers)}.")
    return found or offers


def choose(content: Iterable[Media], value: Any, order: Sequence[str]) -> str | None:
    """The media type that a reply is written in: of those that can carry its body, the most wanted, or the first."""
    fitting = [each for each in content if _carries(each, value)]
    names = [each.name for each in fitting if "*" not in each.type]
    found = next((each for each in order if each in names), None)
    natural = next(name for kind, name in NATURAL if isinstance(value, kind))
    return found or next(iter(names), None) or (natural if find(fitting, natural, {}) else None)


def _carries(media: Media, value: Any) -> bool:
    if isinstance(value, bytes):
        return media.kind in ("binary", "multipart")
    return media.kind == "json" or (
        media.kind in ("text", "form") and (isinstance(value, str) or media.cast != "string")
    )


def _split(name: str) -> tuple[str, Mapping[str, str]]:
    return media_type(name) or (name, {})


def accepted(accept: str) -> Sequence[tuple[str, Mapping[str, str], float]]:
    """Each range of Accept with its parameters and weight. What is not of the grammar is not read."""
    found = []
    for each in RANGE.findall(accept):
        if split := media_type(each):
            name, parameters = split
            weight = parameters.pop("q", "1")
            found.append((name, parameters, float(weight) if WEIGHT.fullmatch(weight) else 0.0))
    return found


def _weight(offer: str, ranges: Iterable[tuple[str, Mapping[str, str], float]]) -> float:
    """What the most specific range says of a media type (RFC 9110, section 12.5.1)."""
    name, own = _split(offer)
    kind, _, subtype = name.partition("/")
    best, found = (-1, -1), 0.0
    for range_, parameters, weight in ranges:
        rank = {f"{kind}/{subtype}": 2, f"{kind}/*": 1, "*/*": 0}.get(range_, -1)
        # An offer that is itself a range is taken for what it is asked as.
        if rank < 0 and "*" in offer and (kind == "*" or range_.startswith(f"{kind}/")):
            rank = 2
        plain = {each: value for each, value in parameters.items() if (each, value.lower()) != ("charset", "utf-8")}
        if rank >= 0 and own.items() >= plain.items() and (rank, len(plain)) > best:
            best, found = (rank, len(plain)), weight
    return found


def _text(media: Media, content: bytes, parameters: Mapping[str, str]) -> Any:
    charset = parameters.get("charset", "utf-8").lower()
    if charset not in UTF_8 | LATIN_1:
        raise UnsupportedMediaType("Send UTF-8.")
    text = content.decode("latin-1") if charset in LATIN_1 else _utf_8(content)
    try:
        return cast(media.cast, text)
    except ArithmeticError:
        return text


def _utf_8(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise BadRequest([Violation("body", "", "is not UTF-8")]) from None


def _wrong(media: Media, value: Any, faults: styles.Faults) -> Iterator[Violation]:
    for path, detail in faults.items():
        yield Violation("body", pointer(path), detail)
    for place, detail in media.validator.violations(value) if media.validator else ():
        if not any(place[: len(path)] == path for path in faults):
            yield Violation("body", pointer(place), detail)
