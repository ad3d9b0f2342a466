"""Answers: each is one that there is a reason for."""

from collections.abc import Iterator

from tests.histories.events import History

# 0 is no reply at all; 429, 502 and 504 are a gateway's.
ANYWHERE = {0, 429, 502, 503, 504}
EXPECTED = {
    ("create", "users"): {201, 409},
    ("create", "products"): {201},
    ("change", "users"): {200, 404, 409, 412},
    ("change", "products"): {200, 404, 412},
    ("remove", "users"): {204, 404, 412},
    ("remove", "products"): {204, 404, 412},
    ("set", "stock"): {200, 404, 412},
    ("adjust", "stock"): {200, 404, 409},
    ("read", "users"): {200, 404},
    ("read", "products"): {200, 404},
    ("read", "stock"): {200, 404},
    ("find", "users"): {200},
    ("find", "stock"): {200},
    ("walk", "users"): {200},
    ("walk", "products"): {200},
    ("walk", "adjustments"): {200, 404},
    ("replay", ""): {200, 201},
    ("reuse", ""): {422},
}
PROBLEMS = {404: {"not-found", "stock-missing"}, 409: {"email-taken", "stock-exceeded", "still-running"}}


def check(history: History) -> Iterator[str]:
    for each in history.events:
        if each.status not in EXPECTED[each.act, each.thing] | ANYWHERE:
            yield f"{each} should not be answered so"
        elif each.status in PROBLEMS and each.problem not in PROBLEMS[each.status]:
            yield f"{each} is told by another problem"
        if each.shown and each.etag != f'"{each.shown["version"]}"':
            yield f"{each} shows version {each.shown['version']} with ETag {each.etag}"
