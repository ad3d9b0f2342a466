"""Preconditions of a request (RFC 9110, section 13), as they are sent, and whether they hold of a version."""

from dataclasses import dataclass

from hypothesis import strategies as st

# How a tag is written: in quotes, weak, and without the quotes, which may be left out.
SPELLINGS = ('"{}"', 'W/"{}"', "{}")
WEAK = SPELLINGS[1]
ANY = "*"


@dataclass(frozen=True)
class Tags:
    """Entity tags, each by its spelling and how far its version is from the current one; none at all are `*`."""

    each: tuple[tuple[str, int], ...] = ()

    def header(self, version: int) -> str:
        # 0 is no version, and so is the one of what is not there.
        return ", ".join(spelling.format(max(version + off, 0)) for spelling, off in self.each) or ANY

    def has_strongly(self) -> bool:
        return not self.each or any(off == 0 and spelling != WEAK for spelling, off in self.each)

    def has_weakly(self) -> bool:
        return not self.each or any(off == 0 for _, off in self.each)


@dataclass(frozen=True)
class Preconditions:
    """`If-Match` and `If-None-Match` of a request; None where it is not sent."""

    match: Tags | None = None
    none_match: Tags | None = None

    def headers(self, version: int) -> dict[str, str]:
        sent = {"if-match": self.match, "if-none-match": self.none_match}
        return {name: tags.header(version) for name, tags in sent.items() if tags is not None}

    @property
    def holds(self) -> bool:
        """Whether what is there is what `If-Match` asks for."""
        return self.match is None or self.match.has_strongly()

    @property
    def is_known(self) -> bool:
        """Whether what is there is what `If-None-Match` excludes."""
        return self.none_match is not None and self.none_match.has_weakly()


_tags = st.lists(st.tuples(st.sampled_from(SPELLINGS), st.sampled_from([0, 0, -1, 1])), max_size=3).map(
    lambda each: Tags(tuple(each))
)
# Mostly none: what is refused changes nothing.
_seldom = st.integers(0, 3).flatmap(lambda number: _tags if number == 3 else st.none())
preconditions = st.builds(Preconditions, _seldom, _seldom)
