"""Operations compared: what their clients send and are answered, by where they meet it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from specbound.compiled import ANY_STATUS, nearest
from specbound.compiler.bodies import MAX_BYTES
from specbound.compiler.document import Declaration, Document, resolve
from specbound.compiler.grammar import SUNSET
from specbound.compiler.mistakes import ROOT_STEP, Place
from specbound.compiler.servers import base_path
from specbound.compiler.statuses import declared_replies, successes
from specbound.evolution import problems, security
from specbound.evolution.comparison import Comparison, Difference
from specbound.evolution.deprecation import Periods
from specbound.evolution.findings import NOTHING, Finding, change

KEEP = "Keep it beside what is new."
STAY = "Go on answering there."
ACCEPT = "Accept what was accepted."
TAKE = "Go on taking it: unknown query parameters are refused."
ANSWER = "Answer only what was answered, or say it in a new member."
NAME = "Generated clients call it so: keep the name."
DEFAULT = "Whoever leaves it out is answered as if they had said something else: keep the default."
# How a parameter is written, where it does not say.
STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
# What a list's parameter asks for.
MEANT = ("x-filter", "x-sort")
MEANING = "Who asks so gets other items, or another order: add a parameter beside it."
WRITTEN = ("style", "explode", "allowReserved", "allowEmptyValue")
# Errors, and what is only answered to whoever asks for it by a precondition.
EXPECTED = ("4", "5", "304", ANY_STATUS)


class Way(NamedTuple):
    """Which way a schema goes: how it is compared, and what to do about a difference."""

    by: Comparison
    advice: str


@dataclass(frozen=True)
class Side:
    """An operation of one of the contracts."""

    document: Document
    declared: Declaration

    @property
    def definition(self) -> Document:
        return self.declared.definition

    def parameters(self, names: Mapping[str, str]) -> dict[tuple[str, str], tuple[Document, Place]]:
        """Each, with the steps to it, by where it is and its name: of one in the path, what `names` makes of that."""
        found: dict[tuple[str, str], tuple[Document, Place]] = {}
        for each, steps in zip(self.declared.parameters, self.declared.parameter_steps, strict=True):
            where, name = each["in"], str(each["name"])
            known = {"path": names.get(name, name), "header": name.lower()}
            found[where, known.get(where, name)] = each, steps
        return found

    def body(self) -> Document:
        return resolve(self.document, self.definition.get("requestBody", {}), "requestBodies")

    def replies(self) -> dict[str, Document]:
        return declared_replies(self.document, self.declared)

    def headers(self, reply: Document) -> dict[str, tuple[str, Document]]:
        """By names without regard to case, each with its name as it is written."""
        headers = reply.get("headers", {})
        return {name.lower(): (name, resolve(self.document, each, "headers")) for name, each in headers.items()}

    @property
    def own_base(self) -> str | None:
        """The base path of its own servers, or its path's; None if it has the document's."""
        base = self.declared.base
        return None if base == base_path(self.document) else base

    def default(self, parameter: Document) -> Any:
        return resolve(self.document, parameter.get("schema", {}), "schemas").get("default", NOTHING)


class Operations:
    """Two operations that are one to their clients."""

    def __init__(self, earlier: Side, later: Side, ways: tuple[Comparison, Comparison], periods: Periods) -> None:
        self._earlier, self._later, self._periods = earlier, later, periods
        requests, replies = ways
        self._requests, self._replies = Way(requests, ACCEPT), Way(replies, ANSWER)

    def findings(self, names: Mapping[str, str]) -> Iterator[Finding]:
        """All that breaks. `names` leads from earlier path parameters to those of the same place now."""
        yield from self._members()
        yield from self._security()
        yield from self._parameters(names)
        yield from self._body()
        before, after = self._earlier.replies(), self._later.replies()
        for status in sorted(before.keys() | after.keys()):
            place, was, now = ("responses", status), nearest(before, status), nearest(after, status)
            if now is None:
                yield self._finding(place, before[status], NOTHING, KEEP)
            elif was is not None:
                yield from self._reply(place, before[was], after[now])
            elif status in successes(after) or not status.startswith(EXPECTED):
                yield self._finding(place, NOTHING, after[status], ANSWER)

    def _members(self) -> Iterator[Finding]:
        before, after = self._earlier.definition, self._later.definition
        if self._earlier.own_base != self._later.own_base:
            was, is_now = (_there(each.own_base) for each in (self._earlier, self._later))
            yield self._finding(("servers",), was, is_now, STAY)
        own, now = ([each.get("operationId", NOTHING), *each.get("tags", [])[:1]] for each in (before, after))
        if own[0] not in (NOTHING, now[0]):
            yield self._finding(("operationId",), own[0], now[0], NAME)
        if own[1:] and own[1:] != now[1:]:
            # The first tag is the class that it is in.
            yield self._finding(("tags",), own[1], now[1] if now[1:] else NOTHING, NAME)
        if before.get("callbacks", {}) != after.get("callbacks", {}):
            both = before.get("callbacks", NOTHING), after.get("callbacks", NOTHING)
            yield self._finding(("callbacks",), *both, "Callbacks can't be compared: keep them as they were.")
        yield from self._sunset((), before, after)
        for steps, was, is_now, advice in problems.changed(before, after, problems.types(self._later.document)):
            found = self._finding(steps, was, is_now, advice)
            yield replace(found, fails=advice not in problems.TOLD)

    def _sunset(self, steps: Place, before: Document, after: Document, at: Place = ()) -> Iterator[Finding]:
        for own, now, advice in self._periods.changed(before, after):
            yield self._finding((*steps, SUNSET), own, now, advice, (*at, SUNSET) if at else ())

    def _security(self) -> Iterator[Finding]:
        before, after = (security.ways(each.document, each.definition) for each in (self._earlier, self._later))
        for steps, own, now in security.narrowed(before, after):
            yield self._finding(steps, own, now, "Ask for no more than before.")

    def _parameters(self, names: Mapping[str, str]) -> Iterator[Finding]:
        before, after = self._earlier.parameters(names), self._later.parameters({})
        for key in sorted(before.keys() | after.keys()):
            (own, _), (now, at) = before.get(key, ({}, ())), after.get(key, ({}, ()))
            steps = ("parameters", str((now or own)["name"]))
            if not now:
                if not self._periods.is_over(own):
                    yield self._finding(steps, own, NOTHING, self._periods.advice(own, TAKE))
            elif own:
                yield from self._parameter(steps, own, now, at)
            elif now.get("required"):
                yield self._finding(steps, NOTHING, now, "Make it optional.", at)

    def _parameter(self, steps: Place, own: Document, now: Document, at: Place) -> Iterator[Finding]:
        yield from self._sunset(steps, own, now, at)
        if now.get("required") and not own.get("required"):
            yield self._finding((*steps, "required"), False, True, "Leave it optional.", at)
        for name, was, is_now in zip(WRITTEN, _written(own), _written(now), strict=True):
            if was != is_now:
                yield self._finding((*steps, name), was, is_now, ACCEPT, at)
        for name in MEANT:
            if name in own and own[name] != now.get(name, NOTHING):
                yield self._finding((*steps, name), own[name], now.get(name, NOTHING), MEANING, at)
        was, is_now = self._earlier.default(own), self._later.default(now)
        if was != is_now and not now.get("required"):
            yield self._finding((*steps, "schema", "default"), was, is_now, DEFAULT, at)
        yield from self._schemas(self._requests, steps, own, now, at)
        yield from self._content(self._requests, steps, own, now)

    def _body(self) -> Iterator[Finding]:
        own, now, steps = self._earlier.body(), self._later.body(), ("requestBody",)
        if own and not now:
            yield self._finding(steps, own, NOTHING, "Go on taking it.")
        elif now and not own:
            if now.get("required"):
                yield self._finding(steps, NOTHING, now, "Make it optional.")
        else:
            yield from self._limits(own, now)
            yield from self._content(self._requests, steps, own, now)

    def _limits(self, own: Document, now: Document) -> Iterator[Finding]:
        if now.get("required") and not own.get("required"):
            yield self._finding(("requestBody", "required"), False, True, "Leave it optional.")
        was, is_now = (each.get("x-max-bytes", MAX_BYTES) for each in (own, now))
        if is_now < was:
            yield self._finding(("requestBody", "x-max-bytes"), was, is_now, ACCEPT)

    def _reply(self, steps: Place, own: Document, now: Document) -> Iterator[Finding]:
        headers = self._later.headers(now)
        for key, (name, header) in sorted(self._earlier.headers(own).items()):
            place = (*steps, "headers", name)
            if key not in headers:
                yield self._finding(place, header, NOTHING, KEEP)
                continue
            _, other = headers[key]
            if header.get("required") and not other.get("required"):
                yield self._finding((*place, "required"), True, False, "Go on sending it each time.")
            yield from self._schemas(self._replies, place, header, other)
            yield from self._content(self._replies, place, header, other)
        yield from self._content(self._replies, steps, own, now)

    def _content(self, way: Way, steps: Place, own: Document, now: Document) -> Iterator[Finding]:
        before, after = own.get("content", {}), now.get("content", {})
        for media, each in sorted(before.items()):
            place = (*steps, "content", media)
            if media not in after:
                yield self._finding(place, each, NOTHING, KEEP)
                continue
            yield from self._schemas(way, place, each, after[media])
            was, is_now = (one.get("encoding", NOTHING) for one in (each, after[media]))
            if was != is_now:
                advice = "Encodings can't be compared: keep it as it was."
                yield self._finding((*place, "encoding"), was, is_now, advice)

    def _schemas(self, way: Way, steps: Place, own: Document, now: Document, at: Place = ()) -> Iterator[Finding]:
        before, after = own.get("schema", {}), now.get("schema", {})
        for each in way.by.between(self._earlier.document, before, self._later.document, after):
            written: Place = (*(at or (*self._later.declared.steps, *steps)), "schema", *each.steps)
            if each.component:
                written = (ROOT_STEP, "components", "schemas", each.component, *each.component_steps)
            place = f"{self._later.declared.place} {'/'.join((*steps, 'schema', *each.steps))}"
            is_gone = _is_gone(each)
            if not (is_gone and self._periods.is_over(each.before)):
                advice = self._periods.advice(each.before, way.advice) if is_gone else way.advice
                yield Finding("clients", place, str(each), advice, written)

    def _finding(self, steps: Place, before: Any, after: Any, advice: str, at: Place = ()) -> Finding:
        place = f"{self._later.declared.place} {'/'.join(steps)}"
        written = at or (*self._later.declared.steps, *steps)
        return Finding("clients", place, change(before, after), advice, written)


def _is_gone(found: Difference) -> bool:
    """Whether it is a property that is not there any more."""
    return found.steps[-2:-1] == ("properties",) and found.after is NOTHING


def _there(value: str | None) -> Any:
    return NOTHING if value is None else value


def _written(parameter: Document) -> tuple[Any, ...]:
    """How a parameter is written, said or not."""
    style = parameter.get("style", STYLES.get(parameter["in"]))
    explode = parameter.get("explode", style == "form")
    return style, explode, *(parameter.get(name, False) for name in WRITTEN[2:])
