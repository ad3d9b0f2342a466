"""The checks of a history find what each of them is for, and nothing in a history that is sound."""

from dataclasses import replace

import pytest

from tests.histories.checks import findings
from tests.histories.events import DONE, REFUSED, UNKNOWN, Event, Final, History, read, write
from tests.histories.plan import plan
from tests.histories.shrinking import shrunk

TIME = "2026-01-31T09:30:{:02d}.000000Z"


def user(item, version, name, email):
    return {
        "userId": item,
        "name": name,
        "email": email,
        "status": "active",
        "version": version,
        "createdAt": TIME.format(int(item[1:])),
        "updatedAt": TIME.format(version),
    }


def product(item, name):
    return {
        "productId": item,
        "name": name,
        "price": 1,
        "category": "mice",
        "version": 1,
        "createdAt": TIME.format(int(item[1:])),
        "updatedAt": TIME.format(1),
    }


def stock(item, version, quantity):
    return {"productId": item, "quantity": quantity, "version": version, "updatedAt": TIME.format(version)}


def adjustment(item, product_id, delta, reason):
    return {
        "adjustmentId": item,
        "productId": product_id,
        "delta": delta,
        "reason": reason,
        "createdAt": TIME.format(9),
    }


def event(what, label, at, status, shown=None, /, **others):
    """One that takes half a second from `at` on."""
    act, _, thing = what.partition(" ")
    etag = f'"{shown["version"]}"' if shown else ""
    outcome = others.pop("outcome", DONE)
    return Event(act, thing, 0, label, at, at + 0.5, outcome, status, shown=shown, etag=etag, **others)


ADA = {"name": "ada", "email": "ada@example.com"}
EVE = {"name": "eve", "email": "eve@example.com"}
MOUSE = {"name": "mouse", "price": 1, "category": "mice", "initialQuantity": 10}
KING = user("u1", 2, "king", "king@example.com")
EVENTS = {
    each.label: each
    for each in [
        event("create users", "ada", 1, 201, user("u1", 1, **ADA), item="u1", given=ADA, key="k1"),
        event("create users", "eve", 2, 201, user("u2", 1, **EVE), item="u2", given=EVE),
        event("create products", "mouse", 3, 201, product("p1", "mouse"), item="p1", given=MOUSE),
        event(
            "change users",
            "king",
            4,
            200,
            KING,
            item="u1",
            given={"name": "king", "email": "king@example.com"},
            match=1,
        ),
        event(
            "create users",
            "taken",
            5,
            409,
            outcome=REFUSED,
            problem="email-taken",
            given={"name": "taken", "email": "KING@example.com"},
        ),
        event(
            "change users",
            "stale",
            5,
            412,
            outcome=REFUSED,
            problem="precondition-failed",
            item="u1",
            given={"name": "stale"},
            match=1,
        ),
        event("adjust stock", "a1", 6, 200, stock("p1", 2, 7), item="p1", given={"delta": -3, "reason": "a1"}),
        event(
            "adjust stock",
            "a2",
            7,
            503,
            outcome=UNKNOWN,
            problem="outcome-unknown",
            item="p1",
            given={"delta": 2, "reason": "a2"},
        ),
        event("adjust stock", "a3", 8, 200, stock("p1", 4, 8), item="p1", given={"delta": -1, "reason": "a3"}),
        event("create users", "lost", 8, 0, outcome=UNKNOWN, given={"name": "lost", "email": "lost@example.com"}),
        event("read users", "look", 9, 200, KING, item="u1"),
        event("find users", "find", 9, 200, given={"email": "king@example.com"}, met=[KING]),
        event(
            "walk users", "walk", 10, 200, met=[user("u3", 1, "lost", "lost@example.com"), user("u2", 1, **EVE), KING]
        ),
        event(
            "walk adjustments",
            "kept",
            10,
            200,
            item="p1",
            met=[
                adjustment("x3", "p1", -1, "a3"),
                adjustment("x2", "p1", 2, "a2"),
                adjustment("x1", "p1", -3, "a1"),
            ],
        ),
        event("remove users", "end", 11, 204, item="u2"),
        event(
            "replay",
            "again",
            12,
            201,
            given={"first": [201, '"1"', "/users/u1", {}], "again": [201, '"1"', "/users/u1", {}]},
        ),
        event("reuse", "other", 12, 422, outcome=REFUSED, problem="idempotency-key-reused"),
    ]
}
FINAL = Final(
    users=[KING, user("u3", 1, "lost", "lost@example.com")],
    products=[product("p1", "mouse")],
    inventory=[stock("p1", 4, 8)],
    adjustments=EVENTS["kept"].met,
    emails=[{"email": "king@example.com", "userId": "u1"}, {"email": "lost@example.com", "userId": "u3"}],
    keys=1,
)


def history(final=FINAL, **changes):
    """The sound one, with an event replaced, left out (None), or added."""
    events = {label: each for label, each in (EVENTS | changes).items() if each}
    return History(list(events.values()), final)


def test_a_sound_history_is_found_to_be_so():
    assert findings(history()) == []


def changed(label, **members):
    return {label: replace(EVENTS[label], **members)}


def shown(label, **members):
    """An event whose reply shows something else."""
    return changed(label, shown=EVENTS[label].shown | members)


def ended(**tables):
    return {"final": replace(FINAL, **tables)}


SPOILT = {
    "items: a lost create": ended(users=FINAL.users[1:], emails=FINAL.emails[1:]),
    "items: a lost product": ended(products=[], inventory=[]),
    "items: a write that was done twice": ended(users=[*FINAL.users, user("u9", 1, "ada", "ada@example.com")]),
    "items: an unknown write that was done twice": ended(
        users=[*FINAL.users, user("u9", 1, "lost", "other@example.com")]
    ),
    "items: a refused write that was done": ended(users=[*FINAL.users, user("u9", 1, "taken", "taken@example.com")]),
    "items: a removed one that is there": ended(users=[*FINAL.users, EVENTS["eve"].shown]),
    "items: two that removed one": {"twice": event("remove users", "twice", 13, 204, item="u2")},
    "addresses: a double owner in the end": ended(
        users=[FINAL.users[0], FINAL.users[1] | {"email": "King@example.com"}]
    ),
    "addresses: a double owner for a while": {
        "thief": event(
            "create users",
            "thief",
            2,
            201,
            user("u4", 1, "thief", "ada@example.com"),
            item="u4",
            given={"name": "thief", "email": "ada@example.com"},
        ),
        "gone": event("remove users", "gone", 3, 204, item="u4"),
    },
    "addresses: an address without its record": ended(emails=FINAL.emails[1:]),
    "addresses: a record without its user": ended(emails=[*FINAL.emails, {"email": "old@example.com", "userId": "u1"}]),
    "addresses: a free address refused": changed("taken", given={"name": "taken", "email": "free@example.com"}),
    "addresses: an owner who is not found": changed("find", met=[]),
    "addresses: somebody else found": changed("find", met=[user("u3", 1, "lost", "lost@example.com")]),
    "stock: a wrong sum": ended(inventory=[stock("p1", 4, 9)]),
    "stock: a wrong step": shown("a1", quantity=6),
    "stock: stock below nothing": shown("a3", quantity=-1),
    "stock: an adjustment that is not kept": ended(adjustments=FINAL.adjustments[:-1]),
    "stock: an adjustment that is kept twice": ended(
        adjustments=[*FINAL.adjustments, adjustment("x9", "p1", -1, "a3")]
    ),
    "stock: an adjustment that nobody made": ended(adjustments=[*FINAL.adjustments, adjustment("x9", "p1", -1, "no")]),
    "stock: a refused adjustment that is kept": changed("a2", outcome=REFUSED, status=409, problem="stock-exceeded"),
    "versions: a skipped version": ended(users=[KING | {"version": 3}, FINAL.users[1]]),
    "stock: a version that counts no write": ended(inventory=[stock("p1", 3, 8)]),
    "versions: two writes of one version": shown("king", version=1),
    "versions: two contents of a version": changed("look", shown=KING | {"status": "inactive"}),
    "versions: an older version read later": changed("look", shown=user("u1", 1, **ADA), etag='"1"'),
    "versions: a version that was not asked for": changed("king", match=7),
    "versions: another value than was written": shown("king", email="other@example.com"),
    "versions: a value that nobody wrote": changed("look", shown=KING | {"name": "nobody", "version": 3}, etag='"3"'),
    "versions: a refused value that is shown": changed(
        "look", shown=KING | {"name": "stale", "version": 3}, etag='"3"'
    ),
    "answers: an ETag of another version": changed("look", etag='"1"'),
    "versions: a precondition that holds refused": changed("stale", match=2),
    "items: an orphaned stock": ended(products=[]),
    "items: a product without stock": ended(inventory=[]),
    "items: a missing one that is there": changed("look", status=404, problem="not-found", outcome=REFUSED, shown=None),
    "items: a read of what is removed": {"late": event("read users", "late", 13, 200, EVENTS["eve"].shown, item="u2")},
    "lists: a repeated item": changed("walk", met=[*EVENTS["walk"].met, KING]),
    "lists: a skipped item": changed("walk", met=EVENTS["walk"].met[:2]),
    "lists: a list in another order": changed("walk", met=EVENTS["walk"].met[::-1]),
    "lists: a skipped adjustment": changed("kept", met=EVENTS["kept"].met[1:]),
    "replays: another answer to a replay": changed("again", given={"first": [201, "a"], "again": [201, "b"]}),
    "replays: a key that was reused": changed("other", outcome=DONE, status=201),
    "items: a key without its record": ended(keys=0),
    "items: a record of no key": ended(keys=2),
    "answers: a fault": changed("look", status=500, problem="internal-server-error", outcome=UNKNOWN, shown=None),
    "answers: another problem": changed("taken", problem="already-exists"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_can_not_be_is_found_by_the_check_that_is_for_it(name):
    found = findings(history(**SPOILT[name]))

    assert name.partition(":")[0] in {each.partition(":")[0] for each in found}


def test_what_nobody_knows_may_be_or_not():
    without_lost = ended(users=[KING], emails=FINAL.emails[:1]) | changed("walk", met=EVENTS["walk"].met[1:])
    assert findings(history(**without_lost)) == []


def test_an_address_may_go_from_one_to_the_next():
    given = {"name": "next", "email": "eve@example.com"}
    row = user("u5", 1, **given)
    taken = {"next": event("create users", "next", 12, 201, row, item="u5", given=given)}
    end = ended(users=[*FINAL.users, row], emails=[*FINAL.emails, {"email": "eve@example.com", "userId": "u5"}])
    assert findings(history(**taken, **end)) == []


def test_a_history_is_kept_as_it_was(tmp_path):
    write(tmp_path / "history.jsonl", history())

    assert read(tmp_path / "history.jsonl") == history()


def test_a_seed_makes_the_same_plan_each_time():
    assert plan("7", 300) == plan("7", 300)
    assert plan("7", 300) != plan("8", 300)


def test_a_failing_history_is_shrunk_to_what_makes_it_fail():
    tried = []

    def fails(parts):
        tried.append(len(parts))
        return {17, 60} <= set(parts)

    assert shrunk(range(100), fails) == [17, 60]
    assert len(tried) <= 60


def test_a_history_that_fails_by_chance_is_shrunk_as_far_as_it_failed():
    assert shrunk(range(10), lambda parts: False) == list(range(10))
