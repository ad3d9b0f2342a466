"""What holds when a call is done, its reply is lost, and another's write is done before the SDK sends it again."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.ministack import rows, writing
from tests.ministack.faults import ALWAYS, Fault

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

UNKNOWN = "urn:problem-type:outcome-unknown"
MOST_SECONDS = 10
WRITES = {
    "UpdateItem": [writing.update_product, writing.update_inventory, writing.update_user],
    "TransactWriteItems": [writing.move_user, writing.adjust_inventory],
}
CASES = [(make, action) for action, makes in WRITES.items() for make in makes]


@pytest.mark.parametrize("headers", [{}, {"if-match": '"1"'}], ids=["without If-Match", "with If-Match"])
@pytest.mark.parametrize(("make", "action"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_a_write_that_was_overtaken_before_its_call_came_again_is_not_done_again(client, make, action, headers):
    request = make(client, "somebody")
    path = request.path.removesuffix("/adjustments")
    headers = {} if request.method == "POST" else headers

    reply, other = overtake(client, request, path, headers | Fault("lost_late", 1, 1, action).header())

    assert client.get(path).json() == other.json()
    assert other.json()["version"] == 3
    if reply.is_success:
        assert reply.json()["version"] == 2
        assert reply.json() != other.json()
    else:
        assert (reply.status_code, reply.json()["type"]) == (503, UNKNOWN)


@pytest.mark.parametrize(("make", "action"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_who_wrote_to_what_was_deleted_before_the_call_came_again_is_not_told_that_nothing_was_done(
    client, make, action
):
    request = make(client, "somebody")
    path = request.path.removesuffix("/adjustments")

    reply, deleted = overtake(client, request, path, Fault("lost_late", 1, 1, action).header(), delete)

    assert deleted.status_code == 204
    assert client.get(path).status_code == 404
    assert reply.status_code == 200 or UNKNOWN in reply.text or "was adjusted" in reply.text


def change(client, path):
    return client.put(path, json={"quantity": 500} if "inventory" in path else {"name": "Somebody Else"})


def delete(client, path):
    return client.delete(path.replace("inventory", "products"))


def overtake(client, request, path, headers, write=change):
    """The reply to a request, and that to another which came as soon as the first could be seen."""
    with ThreadPoolExecutor(1) as first:
        running = first.submit(
            partial(client.request, request.method, request.path, json=request.body, headers=headers)
        )
        deadline = time.monotonic() + MOST_SECONDS
        while client.get(path).json()["version"] == 1:
            assert time.monotonic() < deadline, "the first request was not done"
        other = write(client, path)
        return running.result(), other


@pytest.mark.parametrize("make", [make for make, has_key, _ in writing.ways() if not has_key], ids=lambda m: m.__name__)
@pytest.mark.parametrize("kind", ["lost_reply", "timed_out", "throttled"])
def test_who_is_told_that_nothing_was_done_can_rely_on_it(client, database, make, kind):
    """Only where no reply came is it unknown; what DynamoDB refused was not done, and is said not to be."""
    request = make(client, "somebody")
    calls = next(calls for each, _, calls in writing.ways() if each is make)
    write = next(call for call in calls if call in WRITES)

    reply = client.request(
        request.method,
        request.path,
        json=request.body,
        headers=request.headers | Fault(kind, ALWAYS, 1, write).header(),
    )

    [done] = set(request.effects(rows.read(database)))
    assert done == (kind == "lost_reply")
    if "503" in reply.text:
        is_unknown = UNKNOWN in reply.text
        assert not done or is_unknown
        assert kind != "throttled" or not is_unknown
    else:
        assert reply.is_success and done
