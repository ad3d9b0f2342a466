"""Path templates that both fit some path: the pairs that are found are those that a comparison of all finds."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from specbound.compiler.overlaps import overlapping

STEPS = st.sampled_from(["a", "b", "c", "{x}", "{y}", "{x}.json", ""])
PATHS = st.lists(st.lists(STEPS, min_size=1, max_size=4).map(lambda steps: "/" + "/".join(steps)), unique=True)


def both_fit(one: str, other: str) -> bool:
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    return one.count("/") == other.count("/") and all(a == b or "{" in a + b for a, b in pairs)


@given(PATHS)
def test_every_pair_is_found_and_no_other(paths: list[str]) -> None:
    templates = [path for path in paths if "{" in path]

    assert overlapping(paths) == [pair for pair in combinations(templates, 2) if both_fit(*pair)]
