"""Keywords about a value by itself: whether what one says is implied by what the other admits."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from jsonschema_rs import ValidationError

from specbound.compiler.document import is_3_1
from specbound.compiler.formats import KNOWN, PATTERNS, RANGES, TYPES
from specbound.compiler.mistakes import Place
from specbound.evolution.findings import NOTHING
from specbound.evolution.parts import ALL, KINDS, Part, Schema, bound, bounds, canonical, kinds
from specbound.validation import Validator

UNTOLD = "whether it is narrower can't be told"
NUMBERS = frozenset(KINDS["number"])
# Which kind of value a limit is about.
LIMITS = {f"{side}{what}": kind for side in ("min", "max")
          for what, kind in (("Length", "string"), ("Items", "array"), ("Properties", "object"))}  # fmt: skip
SIDES = {"minimum": "minimum", "exclusiveMinimum": "minimum", "maximum": "maximum", "exclusiveMaximum": "maximum"}
# Formats whose values have another one, too.
NARROWER = {"double": {"float"}}


class Refusal(NamedTuple):
    """Where a keyword refuses what a part admits: what the part says there, and what the keyword says."""

    steps: Place
    part: Any
    keyword: Any
    reason: str = ""


Check = Callable[[Part, Schema, str], Iterator[Refusal]]


def said(part: Part, keyword: str) -> Any:
    """What a part says by a keyword, first of all; NOTHING if it does not."""
    return next((each[keyword] for each in part.flat if keyword in each), NOTHING)


def _type(part: Part, each: Schema, keyword: str) -> Iterator[Refusal]:
    refused = part.kinds - kinds(each)
    is_3_1_part = is_3_1(part.document)
    if "null" in refused and not is_3_1_part:
        yield Refusal(("nullable",), True, NOTHING)
    if refused - {"null"} or (refused and is_3_1_part):
        yield Refusal((keyword,), said(part, keyword), each[keyword])


def _enum(part: Part, each: Schema, keyword: str) -> Iterator[Refusal]:
    if part.values is None:
        yield Refusal((keyword,), NOTHING, each[keyword])
        return
    taken = {canonical(value) for value in each[keyword]}
    yield from (Refusal((keyword,), value, NOTHING) for value in part.values if canonical(value) not in taken)


def _bound(part: Part, each: Schema, keyword: str) -> Iterator[Refusal]:
    side = SIDES[keyword]
    own = bound(part, side)
    [limit] = bounds({keyword: each[keyword]}, side, part.kinds)
    if own is None or _is_beyond(own, limit, side):
        was = [said(part, name) for name in SIDES if SIDES[name] == side]
        yield Refusal((side,), next((value for value in was if value is not NOTHING), NOTHING), each[keyword])


def _is_beyond(own: tuple[Decimal, bool], limit: tuple[Decimal, bool], side: str) -> bool:
    sign = 1 if side == "maximum" else -1
    return sign * own[0] > sign * limit[0] or (own[0] == limit[0] and limit[1] and not own[1])


def _limit(part: Part, each: Schema, keyword: str) -> Iterator[Refusal]:
    is_least = keyword.startswith("min")
    own = [schema[keyword] for schema in part.flat if keyword in schema]
    limit = each[keyword]
    if is_least and limit <= max([0, *own]):
        return
    if not is_least and own and min(own) <= limit:
        return
    yield Refusal((keyword,), (max if is_least else min)(own) if own else NOTHING, limit)


def _multiple(part: Part, each: Schema, keyword: str) -> Iterator[Refusal]:
    step = Decimal(str(each[keyword]))
    own = [Decimal(str(schema[keyword])) for schema in part.flat if keyword in schema]
    own += [Decimal(1)] if "fraction" not in part.kinds else []
    if not any(value % step == 0 for value in own):
        yield Refusal((keyword,), said(part, keyword), each[keyword])


def _pattern(part: Part, each: Schema, keyword: str) -> Iterator[Refusal]:
    # What is checked of a format is the format's own business.
    if each[keyword] == PATTERNS.get(each.get("format", "")) and next(_format(part, each, "format"), None):
        return
    if all(schema.get(keyword) != each[keyword] for schema in part.flat):
        own = said(part, keyword)
        yield Refusal((keyword,), own, each[keyword], "" if own is NOTHING else UNTOLD)


def _format(part: Part, each: Schema, keyword: str) -> Iterator[Refusal]:
    name = each[keyword]
    if name not in KNOWN:
        return
    formats = {schema.get(keyword) for schema in part.flat}
    if formats & {name, *NARROWER.get(name, ())}:
        return
    if name in RANGES and _fits(part, *RANGES[name]):
        return
    yield Refusal((keyword,), said(part, keyword), name)


def _fits(part: Part, least: int, greatest: int) -> bool:
    low, high = bound(part, "minimum"), bound(part, "maximum")
    return low is not None and high is not None and low[0] >= least and high[0] <= greatest


def _unique(part: Part, each: Schema, keyword: str) -> Iterator[Refusal]:
    if each[keyword] is True and not any(schema.get(keyword) or schema.get("maxItems", 2) < 2 for schema in part.flat):
        yield Refusal((keyword,), said(part, keyword), True)


def _other(part: Part, each: Schema, keyword: str) -> Iterator[Refusal]:
    """A keyword that is not known here: it must be the very same."""
    if all(keyword not in schema or canonical(schema[keyword]) != canonical(each[keyword]) for schema in part.flat):
        yield Refusal((keyword,), said(part, keyword), each[keyword], UNTOLD)


CHECKS: dict[str, Check] = {
    "type": _type, "enum": _enum, **dict.fromkeys(SIDES, _bound), "multipleOf": _multiple, "pattern": _pattern,
    "format": _format, "uniqueItems": _unique, **dict.fromkeys(LIMITS, _limit),
}  # fmt: skip
# What values say for themselves, where there are few.
TRIED = {*SIDES, "multipleOf", "pattern", *LIMITS}


def refusals(part: Part, each: Schema, keyword: str) -> Iterator[Refusal]:
    """Where a keyword of a flat schema refuses what the part admits, as far as one can't tell otherwise."""
    if part.kinds & _about(each, keyword) and not (keyword in TRIED and _all_pass(part, each, keyword)):
        yield from CHECKS.get(keyword, _other)(part, each, keyword)


def _about(each: Schema, keyword: str) -> frozenset[str]:
    """The kinds of values that a keyword is about."""
    if keyword in LIMITS:
        return frozenset({LIMITS[keyword]})
    if keyword in {*SIDES, "multipleOf"}:
        return NUMBERS
    if keyword in {"pattern", "uniqueItems"}:
        return frozenset({"string" if keyword == "pattern" else "array"})
    if keyword == "format" and each[keyword] in TYPES:
        return frozenset(KINDS[TYPES[each[keyword]]])
    return ALL


def _all_pass(part: Part, each: Schema, keyword: str) -> bool:
    if part.values is None:
        return False
    try:
        validator = Validator({keyword: each[keyword]})
    except ValidationError:
        return False
    return all(validator.is_valid(value) for value in part.values)
