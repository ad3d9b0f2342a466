"""What becomes of a call that is refused, lost or late: it is tried again while that is worth it, and then told."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from specbound.local.listening import wrapped
from specbound.store import dynamodb
from specbound.store.attempts import Arguments, Reply, Send, course
from specbound.testing.wire import Call, Error, before_each_call, watched
from tests.hotels.service import Service, kind

pytestmark = [pytest.mark.in_process]

CONFLICT = Error("TransactionCanceledException", reasons=("TransactionConflict", "None"))
ADLON = {"name": "Adlon", "code": "BER1"}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(dynamodb, "LONGEST_PAUSE_SECONDS", 0)
    yield
    course.end_within(None)


@contextmanager
def first_reply_lost(action: str, meanwhile: Callable[[], object] = lambda: None) -> Iterator[None]:
    """The first call of an action is done, its reply lost, and the client sends it again; something is done between."""
    lost: list[str] = []

    def struck(send: Send) -> Send:
        def run(name: str, arguments: Arguments) -> Reply:
            reply = send(name, arguments)
            if name != action or lost:
                return reply
            lost.append(name)
            meanwhile()
            course.note_silence(was_sent=True)
            return send(name, arguments)

        return run

    with wrapped(struck):
        yield
    assert lost


def made(service: Service) -> str:
    return f"/hotels/{service.create('/hotels', ADLON)['hotelId']}"


@contextmanager
def conflicts(meanwhile: Callable[[], object] = lambda: None) -> Iterator[list[Call]]:
    """Each transaction meets another one, while something is done; yields those that were tried."""
    tried: list[Call] = []

    def conflict(call: Call) -> Error | None:
        if call.action != "TransactWriteItems":
            return None
        tried.append(call)
        meanwhile()
        return CONFLICT

    with before_each_call(conflict):
        yield tried


def test_a_change_that_is_sent_again_since_its_reply_was_lost_is_made_once() -> None:
    service = Service()
    path = made(service)

    with first_reply_lost("UpdateItem"):
        status, hotel = service.call("PATCH", path, {"stars": 5})

    assert (status, hotel["stars"], hotel["version"]) == (200, 5, 2)
    assert service.call("GET", path)[1] == hotel


def test_where_others_removed_the_item_before_the_lost_reply_was_noticed_nobody_knows_what_became_of_it() -> None:
    service = Service()
    service.call("PUT", "/offers/spring", {"price": 5})

    with first_reply_lost("UpdateItem", lambda: service.call("DELETE", "/offers/spring")):
        answer = service.call("PUT", "/offers/spring", {"price": 4})

    assert kind(answer) == (503, "outcome-unknown")


def test_a_write_that_meets_other_transactions_again_and_again_asks_to_be_sent_again() -> None:
    service = Service()
    with conflicts() as tried:
        answer = service.call("POST", "/hotels", ADLON)

    assert kind(answer) == (503, "service-unavailable")
    assert len(tried) == dynamodb.TRIES
    assert service.stored("hotels") == []


def test_a_write_that_meets_another_transaction_is_not_tried_again_where_no_time_is_left_for_it() -> None:
    service = Service()

    def end_now() -> None:
        course.deadline = time.monotonic()

    with conflicts(end_now) as tried:
        answer = service.call("POST", "/hotels", ADLON)

    assert kind(answer) == (503, "service-unavailable")
    assert len(tried) == 1


def test_no_call_is_made_for_which_no_time_is_left() -> None:
    course.deadline = time.monotonic()

    with watched() as calls, pytest.raises(dynamodb.Unavailable, match="no time is left"):
        dynamodb.call("get_item", TableName="hotels-hotels", Key={})

    assert calls == []


def test_a_transaction_that_is_cancelled_for_what_will_not_pass_is_a_fault_of_ours() -> None:
    service = Service()
    error = Error("TransactionCanceledException", reasons=("ValidationError", "None"))

    with before_each_call(lambda call: error if call.action == "TransactWriteItems" else None):
        answer = service.call("POST", "/hotels", ADLON)

    assert kind(answer) == (500, "internal-server-error")


def test_items_that_dynamodb_leaves_unread_again_and_again_are_not_told_as_missing() -> None:
    service = Service()

    def unread(send: Send) -> Send:
        def run(action: str, arguments: Any) -> Reply:
            if action != "BatchGetItem":
                return send(action, arguments)
            return {"Responses": {}, "UnprocessedKeys": arguments["RequestItems"]}

        return run

    with wrapped(unread):
        answer = service.call("GET", "/offers", query="offerId=spring&offerId=summer")

    assert kind(answer) == (503, "service-unavailable")


def test_a_change_that_depends_on_what_is_there_is_given_up_where_others_always_come_first() -> None:
    service = Service()
    path = made(service)
    inside: list[Call] = []

    def overtake(call: Call) -> None:
        if call.action == "UpdateItem" and not inside:
            inside.append(call)
            service.call("POST", f"{path}/visits")
            inside.clear()

    with before_each_call(overtake):
        answer = service.call("POST", f"{path}/stars")

    assert kind(answer) == (503, "service-unavailable")
    hotel = service.call("GET", path)[1]
    assert (hotel["visits"], "stars" in hotel) == (dynamodb.TRIES, False)
