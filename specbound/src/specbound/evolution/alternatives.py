"""Alternatives: which of one group are also in another, and which can't hold of one value together."""

from collections.abc import Callable, Sequence

from specbound.evolution.parts import Part, canonical

# Of members within members.
DEEPEST = 8


def unmatched(
    ours: Sequence[Part], theirs: Sequence[Part], are_same: Callable[[Part, Part], bool]
) -> tuple[list[Part], list[Part]]:
    """Those of either group that are not in the other."""
    left, right = [], list(theirs)
    for each in ours:
        twin = next((other for other in right if are_same(each, other)), None)
        if twin is None:
            left.append(each)
        else:
            right.remove(twin)
    return left, right


def are_apart(one: Part, other: Part, depth: int = DEEPEST, *, is_open: bool = False) -> bool:
    """Whether no value can be both: by their kinds, their values, or a member that one of them requires.

    `is_open`: that an object shuts a member out does not count.
    """
    shared = one.kinds & other.kinds
    if not shared:
        return True
    if one.values is not None and other.values is not None:
        return not {canonical(value) for value in one.values} & {canonical(value) for value in other.values}
    if shared != {"object"} or not depth:
        return False
    for name in sorted(one.required | other.required):
        ours, theirs = one.member(name), other.member(name)
        if ours is None or theirs is None:
            if not is_open:
                return True
        elif are_apart(ours, theirs, depth - 1, is_open=is_open):
            return True
    return False
