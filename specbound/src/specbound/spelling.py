"""Spelling: which of the names that a contract has was meant by one that it does not have.

Two names are close if they differ in case and signs alone, or are the same without a letter of either, or without two
that stand together in longer ones. What is left of each known name is kept, so that a name takes the same short time
to look up however many there are, whatever a caller makes up.
"""

from collections.abc import Iterable, Iterator, Mapping

Index = Mapping[str, list[str]]

# Nobody misspells a longer name.
LONGEST = 64
# A letter is too much of a name that is shorter than the first, two of one that is shorter than the second.
SHORT, LONG = 3, 6
SIGNS = str.maketrans("", "", "_-. ")


def index(known: Iterable[str]) -> Index:
    """The names by what is left of each."""
    found: dict[str, list[str]] = {}
    for name in known:
        for each in _left(name):
            found.setdefault(each, []).append(name)
    return found


def suggestion(name: str, known: Index, but: Iterable[str]) -> str:
    """`: did you mean email?` for the known name that is closest, and none of `but`; "" where none is close."""
    if len(name) > LONGEST:
        return ""
    close = (each for left in _left(name) for each in known.get(left, ()) if each not in but)
    return f": did you mean {each}?" if (each := next(close, "")) else ""


def _left(name: str) -> Iterator[str]:
    """The name without case and signs; then without a letter; then without two."""
    plain = name.lower().translate(SIGNS)
    yield plain
    for letters, least in ((1, SHORT), (2, LONG)):
        if len(plain) >= least:
            yield from {plain[:at] + plain[at + letters :]: None for at in range(len(plain) - letters + 1)}
