"""Schemas compared: where a value that one of them admits may be refused by the other.

It is sound: if nothing is found, nothing is refused. What can't be told is found, with that as its reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from specbound.compiler.dialect import DESCRIPTIVE
from specbound.compiler.document import Document
from specbound.compiler.mistakes import Place
from specbound.evolution.alternatives import are_apart, unmatched
from specbound.evolution.findings import NOTHING, change
from specbound.evolution.parts import GROUPS, Part, Schema
from specbound.evolution.values import UNTOLD, refusals, said

OVERLAP = "whether a value may now fit two of them can't be told"
# Read beside another keyword, or for people.
PASSED_OVER = DESCRIPTIVE | {"default", "nullable", "$id", "$anchor", "$defs"}
# Of alternatives within alternatives; more can't be told apart in time.
MOST_VARIANTS = 1000


@dataclass(frozen=True)
class Difference:
    """`steps` lead to it from where the comparison began; `component` and the steps below it to where it is written."""

    steps: Place
    before: Any
    after: Any
    reason: str = ""
    component: str | None = None
    component_steps: Place = ()

    def __str__(self) -> str:
        return f"{change(self.before, self.after)}{self.reason and f', and {self.reason}'}"

    def below(self, *steps: str) -> "Difference":
        return replace(self, steps=(*steps, *self.steps))

    def written(self, part: Part) -> "Difference":
        """The same, written in the component that the part is, if it is one."""
        is_here = part.component is not None and self.component is None
        return replace(self, component=part.component, component_steps=self.steps) if is_here else self


class Comparison:
    """What was admitted and no longer is, or (`gained`) what is admitted that was not.

    `named`: a member of an object that is gone is found even where nothing refuses it, for it is a name in use.
    `tolerant`: whoever reads the value passes over members that it does not know; `within` says whether also in anyOf
    and oneOf.
    """

    def __init__(self, *, gained: bool, named: bool = False, tolerant: bool = False, within: bool = True) -> None:
        self._gained, self._named, self._tolerant, self._within = gained, named, tolerant, within
        self._known: dict[Any, list[Difference]] = {}

    def between(self, earlier: Document, before: Schema, later: Document, after: Schema) -> list[Difference]:
        """All differences between two schemas, each of its document. Raises Refused for a reference to nothing."""
        parts = Part.of(earlier, before), Part.of(later, after)
        return self.differences(*(parts[::-1] if self._gained else parts))

    def differences(self, part: Part, whole: Part) -> list[Difference]:
        """Where a value of `part` may be refused by `whole`."""
        key = part.identity, whole.identity
        if key not in self._known:
            # What contains itself is compared once: it differs if anything else of it does.
            self._known[key] = []
            found = list(self._differences(part, whole))
            self._known[key] = list({(each.steps, str(each)): each for each in found}.values())
        return [each.written(part if self._gained else whole) for each in self._known[key]]

    def admits(self, part: Part, whole: Part) -> bool:
        return not self.differences(part, whole)

    def _differences(self, part: Part, whole: Part) -> Iterator[Difference]:
        if not part.kinds:
            return
        if self._named:
            yield from self._gone(*((whole, part) if self._gained else (part, whole)))
        for each in whole.flat:
            for keyword in sorted(each.keys() - PASSED_OVER):
                if not keyword.startswith("x-"):
                    yield from self._of(keyword, part, each, whole)

    def _gone(self, earlier: Part, later: Part) -> Iterator[Difference]:
        for name in sorted(earlier.members.keys() - later.members.keys()):
            yield Difference(("properties", name), earlier.members[name].shown, NOTHING)

    def _of(self, keyword: str, part: Part, each: Schema, whole: Part) -> list[Difference]:
        """The differences by one keyword; none if it refuses nothing of any of the part's alternatives."""
        if keyword in GROUPS:
            return list(self._group(keyword, part, each, whole))
        found = list(self._single(keyword, part, each, whole))
        if not found or part.variants > MOST_VARIANTS:
            return found
        alternatives = part.alternatives()
        if alternatives is None:
            return found
        return [one for alternative in alternatives for one in self._of(keyword, alternative, each, whole)]

    def _single(self, keyword: str, part: Part, each: Schema, whole: Part) -> Iterator[Difference]:
        match keyword:
            case "required" | "properties" | "additionalProperties" if "object" not in part.kinds:
                return
            case "required":
                yield from self._required(part, each, whole)
            case "properties":
                yield from self._properties(part, each, whole)
            case "additionalProperties":
                yield from self._others(part, each, whole)
            case "items":
                if "array" in part.kinds:
                    yield from self._below(part.items, Part.of(whole.document, each["items"]), "items")
            case "not":
                yield from self._not(part, each, whole)
            case _:
                for steps, own, asked, reason in refusals(part, each, keyword):
                    yield self._differs(steps, own, asked, reason)

    def _differs(self, steps: Place, own: Any, asked: Any, reason: str = "") -> Difference:
        """What the part says, and what the whole asks, in the order of time."""
        before, after = (asked, own) if self._gained else (own, asked)
        return Difference(steps, before, after, reason)

    def _below(self, part: Part, whole: Part, *steps: str) -> Iterator[Difference]:
        return (each.below(*steps) for each in self.differences(part, whole))

    def _required(self, part: Part, each: Schema, whole: Part) -> Iterator[Difference]:
        for name in sorted({*each["required"]} - part.required):
            # What is gone altogether is said once.
            if not (self._named and self._gained and name in whole.members.keys() - part.members.keys()):
                yield self._differs(("required",), NOTHING, name)

    def _properties(self, part: Part, each: Schema, whole: Part) -> Iterator[Difference]:
        for name, schema in sorted(each["properties"].items()):
            own = part.member(name)
            is_gone = self._named and self._gained and name not in part.members
            if own is not None and not is_gone:
                yield from self._below(own, Part.of(whole.document, schema), "properties", name)

    def _others(self, part: Part, each: Schema, whole: Part) -> Iterator[Difference]:
        asked = each["additionalProperties"]
        if asked is True or (asked is False and self._tolerant):
            return
        others = Part.of(whole.document, *([asked] if isinstance(asked, dict) else []))
        for name in sorted(part.members.keys() - each.get("properties", {}).keys()):
            if asked is False:
                yield self._differs(("properties", name), part.members[name].shown, NOTHING)
            else:
                yield from self._below(part.members[name], others, "properties", name)
        if not part.is_closed:
            if asked is False:
                yield self._differs(("additionalProperties",), said(part, "additionalProperties"), False)
            else:
                yield from self._below(part.others, others, "additionalProperties")

    def _not(self, part: Part, each: Schema, whole: Part) -> Iterator[Difference]:
        refused = Part.of(whole.document, each["not"])
        own = [Part.of(part.document, schema["not"]) for schema in part.flat if "not" in schema]
        if not are_apart(part, refused) and not any(self._strictly.admits(refused, mine) for mine in own):
            yield self._differs(("not",), said(part, "not"), each["not"], UNTOLD)

    def _group(self, keyword: str, part: Part, each: Schema, whole: Part) -> Iterator[Difference]:
        wanted = [Part.of(whole.document, schema) for schema in each[keyword]]
        groups = [[Part.of(part.document, one) for one in flat[keyword]] for flat in part.flat if keyword in flat]
        matches = [unmatched(group, wanted, self._are_same) for group in groups]
        if ([], []) in matches or self._fits(keyword, part, wanted):
            return
        if len(matches) == 1 and part.variants <= MOST_VARIANTS:
            yield from self._unmatched(keyword, *matches[0])
        else:
            yield self._differs((keyword,), said(part, keyword), each[keyword], UNTOLD)

    def _fits(self, keyword: str, part: Part, wanted: Sequence[Part]) -> bool:
        """Whether all of a part is admitted by one of a group, and of oneOf by no other, or all of each alternative."""
        for index, each in enumerate(wanted):
            others = (*wanted[:index], *wanted[index + 1 :])
            is_alone = keyword == "anyOf" or all(self._are_apart(part, other) for other in others)
            if is_alone and self._inner.admits(part, each):
                return True
        alternatives = part.alternatives() if part.variants <= MOST_VARIANTS else None
        return alternatives is not None and all(self._fits(keyword, one, wanted) for one in alternatives)

    def _unmatched(self, keyword: str, own: Sequence[Part], asked: Sequence[Part]) -> Iterator[Difference]:
        """What of a group is another one now: the one that changed, or those that came or went."""
        if len(own) == len(asked) == 1 and (found := self._inner.differences(own[0], asked[0])):
            yield from (each.below(keyword) for each in found)
            return
        for each in own:
            yield self._differs((keyword,), each.shown, NOTHING)
        for each in asked if not own or len(own) == len(asked) == 1 else ():
            yield self._differs((keyword,), NOTHING, each.shown, OVERLAP)

    def _are_same(self, one: Part, other: Part) -> bool:
        return self._strictly.admits(one, other) and self._strictly.admits(other, one)

    def _are_apart(self, one: Part, other: Part) -> bool:
        return are_apart(one, other, is_open=self._inner._tolerant)

    @cached_property
    def _strictly(self) -> "Comparison":
        return Comparison(gained=self._gained)

    @cached_property
    def _inner(self) -> "Comparison":
        """What compares alternatives."""
        return self if self._within else Comparison(gained=self._gained, named=self._named)
