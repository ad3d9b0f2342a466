"""Overlaps: pairs of path templates that both fit some path, found without comparing each with each."""

from collections.abc import Iterable, Iterator
from typing import Any

ANY_STEP = "{}"
# Where a template ends; no step has a slash.
END = "/"

_Tree = dict[str, Any]


def overlapping(paths: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs, in the order that the paths have. A step with a parameter in it may be any step."""
    templates = {path: number for number, path in enumerate(paths) if "{" in path}
    tree: _Tree = {}
    for path in templates:
        branch = tree
        for step in path.split("/"):
            branch = branch.setdefault(ANY_STEP if "{" in step else step, {})
        branch.setdefault(END, []).append(path)
    pairs = ((one, other) if templates[one] < templates[other] else (other, one) for one, other in _within(tree))
    return sorted(pairs, key=lambda pair: (templates[pair[0]], templates[pair[1]]))


def _within(tree: _Tree) -> Iterator[tuple[str, str]]:
    """The pairs among the templates of a tree."""
    ends = tree.get(END, [])
    yield from ((one, other) for number, one in enumerate(ends) for other in ends[number + 1 :])
    for step, branch in tree.items():
        if step != END:
            yield from _within(branch)
            if step != ANY_STEP and ANY_STEP in tree:
                yield from _between(branch, tree[ANY_STEP])


def _between(one: _Tree, other: _Tree) -> Iterator[tuple[str, str]]:
    """The pairs of a template of one tree and a template of the other."""
    fewer, more = sorted((one, other), key=len)
    for step, branch in fewer.items():
        if step == END:
            yield from ((first, second) for first in branch for second in more.get(END, ()))
        elif step in more:
            yield from _between(branch, more[step])
    for mine, theirs in ((one, other), (other, one)):
        if ANY_STEP in mine:
            for step, branch in theirs.items():
                if step not in (END, ANY_STEP):
                    yield from _between(mine[ANY_STEP], branch)
