"""Replays are identical, and nothing is done under a key for another request."""

from collections.abc import Iterator

from tests.histories.events import History


def check(history: History) -> Iterator[str]:
    for each in history.events:
        if each.act == "replay" and each.given["again"] and each.is_done and each.given["again"] != each.given["first"]:
            yield f"{each} was answered {each.given['again']}, and at first {each.given['first']}"
        if each.act == "reuse" and each.is_done:
            yield f"{each} was done under the key of another request"
