"""What holds when something goes wrong between the function and its database, or when the function dies."""

from dataclasses import dataclass, replace
from functools import partial

import httpx
import pytest

from tests.ministack import rows, writing
from tests.ministack.faults import ALWAYS, Fault
from tests.ministack.racing import race
from tests.ministack.writing import Writing, ways

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

MEANINGS = {
    "urn:problem-type:not-found": "refused",
    "urn:problem-type:precondition-failed": "refused",
    "urn:problem-type:service-unavailable": "unavailable",
    "urn:problem-type:outcome-unknown": "unknown",
    "urn:problem-type:still-running": "wait",
}


@dataclass(frozen=True, eq=False)
class Case:
    """One way of writing, struck by a fault at one of its calls."""

    name: str
    writing: Writing
    fault: Fault
    key: dict[str, str]
    call: str = ""
    is_done_before: bool = False

    @property
    def is_repeatable(self):
        """Without a key, a POST that is sent again is another request."""
        return bool(self.key) or self.writing.method != "POST"

    def answer(self, answer):
        """Nobody knows what became of a write that was sent and never answered; but a key tells, later."""
        if self.key or answer not in ("unanswered", "unavailable"):
            return answer.replace("unanswered", "unavailable")
        if self.is_done_before:
            # An adjustment: what it led to has to be read, and its ticket may stay.
            return "unknown" if self.call == "GetItem" else "done"
        return "unknown" if answer == "unanswered" and self.call != "GetItem" else "unavailable"

    def send(self, client, headers):
        """The reply; None if the function died."""
        headers = {**self.writing.headers, **self.key, **headers}
        try:
            return client.request(self.writing.method, self.writing.path, json=self.writing.body, headers=headers)
        except httpx.RemoteProtocolError:
            return None


@dataclass(frozen=True)
class Outcome:
    """What a case was answered, and how often it had been done by then."""

    answer: str
    content: bytes
    counts: set[int]


def cases(client, fault):
    """Each way of writing struck at each of its calls; at the fault's action only, if it names one."""
    for make, has_key, calls in ways():
        for number, call in enumerate(calls, 1):
            if fault.action in ("", call):
                name = f"{make.__name__}-{number}{'-with-key' * has_key}"
                key = {"idempotency-key": name} if has_key else {}
                struck = replace(fault, first=1 if fault.action else number)
                is_done = not fault.action and "TransactWriteItems" in calls[: number - 1]
                yield Case(name, make(client, name), struck, key, call, is_done)


def send(client, database, cases, with_fault):
    """Send all cases at once. Returns the outcome of each; whatever happens, the tables are whole."""
    replies = race(partial(case.send, client, case.fault.header() if with_fault else {}) for case in cases)
    kept = rows.read(database)
    rows.check(kept)
    return {
        case: Outcome(meaning(reply), reply.content if reply else b"", set(case.writing.effects(kept)))
        for case, reply in zip(cases, replies, strict=True)
    }


def send_one(client, make, has_key, headers):
    name = f"{make.__name__}{'-with-key' * has_key}"
    return Case(name, make(client, name), Fault("none"), {"idempotency-key": name} if has_key else {}).send(
        client, headers
    )


def meaning(reply):
    """What a reply says in a word; a batch says it of each of its items."""
    if reply is None:
        return "no answer"
    body = reply.json() if reply.content else {}
    assert reply.status_code != 503 or reply.headers.get("retry-after") == (None if "outcome" in body["type"] else "1")
    problems = [each.get("problem") for each in body.get("results", [{"problem": body if reply.is_error else None}])]
    return " and ".join(sorted({MEANINGS.get(each["type"], each["type"]) if each else "done" for each in problems}))


TRANSACTION = "TransactWriteItems"
OUTCOMES = {
    Fault("lost_reply", 1): "done",
    Fault("timed_out", 1): "done",
    Fault("reset", 1): "done",
    Fault("throttled", 1): "done",
    Fault("internal", 1): "done",
    Fault("conflict", 1, action=TRANSACTION): "done",
    Fault("refused_beside_conflict", 1, action=TRANSACTION): "done",
    Fault("lost_reply"): "unanswered",
    Fault("reset_after"): "unanswered",
    Fault("timed_out"): "unanswered",
    Fault("throttled"): "unavailable",
    Fault("internal"): "unanswered",
    Fault("throttled_item", action=TRANSACTION): "unavailable",
    Fault("conflict", action=TRANSACTION): "unavailable",
    Fault("refused_beside_conflict", action=TRANSACTION): "unavailable",
    Fault("died", 1): "no answer",
    Fault("died_after", 1): "no answer",
}


@pytest.mark.parametrize(("fault", "answer"), OUTCOMES.items(), ids=str)
def test_a_write_that_meets_a_fault_is_done_wholly_or_not_at_all_and_once_when_it_is_sent_again(
    client, database, fault, answer
):
    struck = list(cases(client, fault))

    first = send(client, database, struck, with_fault=True)
    again = send(client, database, [case for case in struck if case.is_repeatable], with_fault=False)

    answers = {case.name: outcome.answer for case, outcome in first.items()}
    assert answers == {case.name: case.answer(answer) for case in struck}
    assert {case.name: outcome.counts for case, outcome in first.items() if outcome.counts not in ({0}, {1})} == {}
    assert all(outcome.counts == {1} for outcome in first.values() if outcome.answer == "done")
    assert {case.name: outcome.counts for case, outcome in again.items() if outcome.counts != {1}} == {}
    for case, outcome in again.items():
        was_done = first[case].counts == {1}
        assert outcome.answer == ("refused" if was_done and not case.key else "done"), case.name
        if case.key and first[case].answer == "done":
            assert outcome.content == first[case].content


def test_no_write_makes_a_call_that_is_not_struck_above(client):
    for make, has_key, calls in ways():
        reply = send_one(client, make, has_key, {})

        assert reply.headers["x-calls"].split() == calls


@pytest.mark.parametrize(
    ("key", "answer", "count"), [({}, "done and unknown", 50), ({"idempotency-key": "a"}, "unavailable", 49)]
)
def test_a_batch_that_was_cut_short_says_so_and_is_completed_under_its_key(client, database, key, answer, count):
    # A user takes two writes, the record of the key one, and a call takes a hundred.
    body = {"items": [{"name": f"User {number}", "email": f"user{number}@example.com"} for number in range(60)]}
    second_call = Fault("timed_out", first=2, action=TRANSACTION).header()

    cut = client.post("/users/batch", json=body, headers=key | second_call)
    kept = rows.read(database)["users"]
    again = client.post("/users/batch", json=body, headers=key)

    assert (meaning(cut), len(kept)) == (answer, count)
    assert again.json()["created"] == (60 if key else 10)
    assert len(rows.read(database)["users"]) == 60


@pytest.mark.parametrize("make", [writing.update_product, writing.update_inventory, writing.update_user])
@pytest.mark.parametrize(("times", "status"), [(1, 200), (ALWAYS, 503)])
def test_a_change_that_conflicts_with_a_transaction_is_tried_again_and_given_up_in_the_end(client, make, times, status):
    change = make(client, "somebody")

    reply = client.put(change.path, json=change.body, headers=Fault("conflict", times).header())

    assert reply.status_code == status


@pytest.mark.parametrize("make", [writing.update_product, writing.update_inventory, writing.update_user])
def test_a_change_without_if_match_whose_reply_was_lost_is_done_once(client, make):
    change = make(client, "somebody")

    reply = client.put(change.path, json=change.body, headers=Fault("lost_reply", times=1).header())

    assert reply.json()["version"] == 2
    assert client.get(change.path).json() == reply.json()


@pytest.fixture
def reads(client):
    """The path of each read, and how many calls it makes."""
    user = client.post("/users", json={"name": "Ada", "email": "ada@example.com"}).json()["userId"]
    product = client.post("/products", json={"name": "Mouse", "price": 1, "category": "mice"}).json()["productId"]
    lists = ("/users", "/users?status=active", "/users?email=ada@example.com", "/products", "/products?category=mice")
    single = (f"/users/{user}", f"/products/{product}", f"/inventory/{product}", f"/inventory?productId={product}")
    return {path: len(client.get(path).headers["x-calls"].split()) for path in lists + single}


@pytest.mark.parametrize("kind", ["throttled", "timed_out", "reset", "internal"])
@pytest.mark.parametrize(("times", "answer"), [(1, "done"), (ALWAYS, "unavailable")])
def test_a_read_that_meets_a_fault_succeeds_or_asks_to_be_sent_again(client, reads, kind, times, answer):
    struck = [(path, Fault(kind, times, first)) for path, calls in reads.items() for first in range(1, calls + 1)]

    replies = race(partial(client.get, path, headers=fault.header()) for path, fault in struck)

    answers = {each: meaning(reply) for each, reply in zip(struck, replies, strict=True)}
    assert answers == dict.fromkeys(struck, answer)


def test_stock_that_was_left_unread_is_read_in_the_end(client):
    ids = [writing.update_inventory(client, f"product-{number}").path.rpartition("/")[2] for number in range(3)]
    path = "/inventory?" + "&".join(f"productId={each}" for each in ids)

    passing, lasting = (client.get(path, headers=Fault("unprocessed", times).header()) for times in (2, ALWAYS))

    assert [each["productId"] for each in passing.json()["items"]] == ids
    assert meaning(lasting) == "unavailable"


def test_what_the_role_does_not_allow_is_a_fault_of_ours_that_reveals_nothing(client, reads):
    denied = Fault("denied").header()
    replies = [client.get(path, headers=denied) for path in reads]
    replies += [send_one(client, make, has_key, denied) for make, has_key, _ in ways()]

    problem = {
        "type": "urn:problem-type:internal-server-error",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something went wrong on our side.",
    }
    told = [reply.json() for reply in replies]
    assert [each | {"instance": ""} for each in told] == [problem | {"instance": ""}] * len(replies)
