"""Lists: a walk meets what was there all along once, and in order, whatever others write meanwhile."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tests.histories.events import Event, History

KEYS = {"users": "userId", "products": "productId", "adjustments": "adjustmentId"}
# An index is written a moment after its table.
SETTLED_SECONDS = 0.0


def check(history: History, settled: float = SETTLED_SECONDS) -> Iterator[str]:
    creates = [each for each in history.events if each.act == "create" and each.is_done]
    writes: dict[str, list[Event]] = defaultdict(list)
    for each in history.events:
        if each.item and each.is_possible and each.act in ("change", "remove"):
            writes[each.item].append(each)
    adjusts = [each for each in history.events if each.act == "adjust" and each.is_done]
    for walk in history.events:
        if walk.act != "walk" or not walk.is_done:
            continue
        yield from _order(walk)
        met = Counter(row[KEYS[walk.thing]] for row in walk.met)
        yield from (f"{walk} met {item} {count} times" for item, count in met.items() if count > 1)
        if walk.thing == "adjustments":
            expected = [each for each in adjusts if each.item == walk.item and each.end + settled < walk.begin]
            reasons = {row.get("reason") for row in walk.met}
            yield from (f"{walk} did not meet {each}" for each in expected if each.label not in reasons)
        else:
            yield from (
                f"{walk} did not meet {each}" for each in _stayed(walk, creates, writes, settled) if not met[each.item]
            )


def _order(walk: Event) -> Iterator[str]:
    """Newest first."""
    times = [row["createdAt"] for row in walk.met]
    if times != sorted(times, reverse=True):
        yield f"{walk} was not newest first"


def _stayed(walk: Event, creates: Sequence[Event], writes: dict[str, list[Event]], settled: float) -> Iterator[Event]:
    """What was there all along, in the group that the walk is of."""
    for each in creates:
        if each.thing != walk.thing or each.end + settled >= walk.begin:
            continue
        before = [other for other in writes[each.item] if other.begin < walk.end]
        if any(other.act == "remove" for other in before):
            continue
        if status := walk.given.get("status"):
            moves = [other for other in before if "status" in other.given]
            if moves or each.shown["status"] != status:
                continue
        if (category := walk.given.get("category")) and each.given["category"] != category:
            continue
        yield each
