"""What holds when DynamoDB says no in the end: what may pass is 503 with Retry-After, whichever call it was.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html ("OK to retry?")
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html (TransactionInProgress)
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
"""

from dataclasses import replace
from functools import partial
from itertools import count
from os import environ

import pytest

from specbound.local import embedded
from specbound.store import sdk
from specbound.store.attempts import Unanswered, course
from specbound.store.client import Client
from specbound.store.dynamodb import line
from specbound.testing.wire import Error, before_each_call
from tests.ministack import writing

pytestmark = [pytest.mark.in_process, pytest.mark.slow]


@pytest.fixture(autouse=True, params=["specbound", "boto3"])
def each_client(request, client):
    """Whichever client it is that calls."""
    this = line()
    before = this.client, this.send
    if request.param == "boto3":
        this.client = sdk.Client()
    else:
        this.client = Client(environ["AWS_REGION"], "http://moto")
        this.client.exchange = embedded.exchange
    this.send = this.client.send
    yield
    this.client, this.send = before


PASSING = [
    Error("InternalServerError", 500),
    Error("InternalFailure", 500),
    Error("500", 500),
    Error("502", 502),
    Error("504", 504),
    Error("ServiceUnavailable", 503),
    Error("ServiceUnavailableException", 503),
    Error("LimitExceededException"),
    Error("ProvisionedThroughputExceededException"),
    Error("ReplicatedWriteConflictException"),
    Error("RequestLimitExceeded"),
    Error("RequestTimeout"),
    Error("RequestTimeoutException"),
    Error("Throttling"),
    Error("ThrottlingException"),
    Error("TransactionInProgressException"),
    Error("UnrecognizedClientException"),
    Unanswered("no reply", was_sent=True),
    Unanswered("no connection", was_sent=False),
]
CANCELLED = "TransactionCanceledException"
PASSING_CANCELLATIONS = [
    Error(CANCELLED, reasons=("ThrottlingError",)),
    Error(CANCELLED, reasons=("None", "ThrottlingError")),
    Error(CANCELLED, reasons=("ProvisionedThroughputExceeded",)),
    Error(CANCELLED, reasons=("None", "ProvisionedThroughputExceeded")),
    Error(CANCELLED, reasons=("ThrottlingError", "ConditionalCheckFailed")),
    Error(CANCELLED, reasons=("ConditionalCheckFailed", "ProvisionedThroughputExceeded")),
]
LASTING = [
    Error("AccessDeniedException"),
    Error("IncompleteSignatureException"),
    Error("MissingAuthenticationTokenException"),
    Error("ResourceNotFoundException"),
    Error("ValidationException"),
]
UNKNOWN = "urn:problem-type:outcome-unknown"
NUMBERS = count()


def test_a_write_that_meets_another_transaction_is_tried_again(client):
    met = []

    def conflict(call):
        if call.action != "TransactWriteItems" or met:
            return None
        met.append(call)
        return padded(Error("TransactionCanceledException", reasons=("TransactionConflict",)), call)

    with before_each_call(conflict):
        reply = client.post("/users", json={"name": "Ada", "email": "ada@example.com"})

    assert met
    assert reply.status_code == 201


@pytest.mark.parametrize("has_key", [False, True])
def test_a_write_whose_reply_is_lost_is_not_told_as_one_that_was_not_done(client, has_key):
    def lose(call):
        course.note_silence(was_sent=True)
        return Unanswered("no reply", was_sent=True)

    headers = {"idempotency-key": "lost-on-its-way"} if has_key else {}
    with before_each_call(lose):
        reply = client.post("/users", json={"name": "Ada", "email": "ada@example.com"}, headers=headers)

    # Under a key the same request can be sent again, whatever became of this one.
    kind = "service-unavailable" if has_key else "outcome-unknown"
    assert (reply.status_code, reply.json()["type"]) == (503, f"urn:problem-type:{kind}")
    assert ("retry-after" in reply.headers) is has_key


def writes(client):
    """Each way of writing, as a function that sends it to something new."""
    for make, has_key, _ in writing.ways():
        yield partial(write, client, make, has_key)


def write(client, make, has_key):
    name = f"number{next(NUMBERS)}"
    request = make(client, name)
    headers = request.headers | ({"idempotency-key": name} if has_key else {})
    return partial(client.request, request.method, request.path, json=request.body, headers=headers)


def reads(client):
    user = client.post("/users", json={"name": "Ada", "email": "ada@example.com"}).json()["userId"]
    product = client.post("/products", json={"name": "Mouse", "price": 1, "category": "mice"}).json()["productId"]
    lists = ("/users", "/users?status=active", "/users?email=ada@example.com", "/products", "/products?category=mice")
    single = (f"/users/{user}", f"/products/{product}", f"/inventory/{product}", f"/inventory?productId={product}")
    for path in lists + single:
        yield lambda path=path: partial(client.get, path)


def struck(prepare, error, action=""):
    """The replies to a request that is struck at one of its calls, and at all after it: first, second, and so on."""
    for first in count(1):
        send, numbers = prepare(), count(1)
        hit = []

        def strike(call, numbers=numbers, hit=hit, first=first):
            if action in ("", call.action) and next(numbers) >= first:
                hit.append(call.action)
                return padded(error, call)
            return None

        with before_each_call(strike):
            reply = send()
        if not hit:
            return
        yield reply


def padded(error, call):
    """A cancelled transaction has a reason for each of its items."""
    if not isinstance(error, Error) or not error.reasons:
        return error
    items = len(call.arguments["TransactItems"])
    return replace(error, reasons=(*error.reasons, *["None"] * items)[:items])


def asks_to_be_sent_again(reply):
    """503 and when, unless it may have been done; in a batch without a key, each item not done says 503."""
    if reply.status_code == 200 and "results" in reply.json():
        problems = [each["problem"] for each in reply.json()["results"]]
    elif reply.status_code == 503 and reply.headers.get("retry-after") == (None if UNKNOWN in reply.text else "1"):
        problems = [reply.json()]
    else:
        return False
    kinds = {"urn:problem-type:service-unavailable", UNKNOWN}
    return all(each["status"] == 503 and each["type"] in kinds for each in problems)


def of_each_action(client):
    """Requests that make each kind of call, with a key and without."""
    paths = ("/users", "/users?email=ada@example.com", "/inventory?productId=7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d")
    yield from ((lambda path=path: partial(client.get, path)) for path in paths)
    yield partial(write, client, writing.create_product, True)
    yield partial(write, client, writing.adjust_inventory, True)
    yield partial(write, client, writing.update_product, False)
    yield partial(write, client, writing.delete_user, False)


@pytest.mark.parametrize("error", PASSING, ids=lambda error: getattr(error, "code", str(error)))
def test_what_may_pass_asks_to_be_sent_again(client, error):
    replies = [reply for prepare in of_each_action(client) for reply in struck(prepare, error)]

    assert len(replies) > 10
    assert all(asks_to_be_sent_again(reply) for reply in replies)


@pytest.mark.parametrize("error", [Error("TransactionInProgressException"), Unanswered("no reply", was_sent=True)])
def test_it_does_so_for_every_operation_and_at_every_call(client, error):
    replies = [reply for prepare in [*reads(client), *writes(client)] for reply in struck(prepare, error)]

    assert len(replies) > 40
    # An adjustment is done, and told, though the call after it that tidies up is struck.
    done = [reply for reply in replies if "quantity" in reply.json()]
    assert len(done) == 1
    assert all(asks_to_be_sent_again(reply) for reply in replies if reply not in done)


@pytest.mark.parametrize("error", PASSING_CANCELLATIONS, ids=lambda error: "+".join(error.reasons))
def test_a_transaction_that_is_cancelled_for_what_may_pass_asks_to_be_sent_again(client, error):
    replies = [reply for prepare in writes(client) for reply in struck(prepare, error, "TransactWriteItems")]

    assert len(replies) > 5
    assert all(asks_to_be_sent_again(reply) for reply in replies)


@pytest.mark.parametrize("error", LASTING, ids=lambda error: error.code)
def test_what_will_not_pass_is_a_fault_of_ours(client, error):
    replies = [reply for prepare in of_each_action(client) for reply in struck(prepare, error)]

    assert {(reply.status_code, reply.json()["type"]) for reply in replies} == {
        (500, "urn:problem-type:internal-server-error")
    }


@pytest.mark.parametrize(
    ("failing", "told"),
    [
        ({"GetItem"}, [201] * 55 + [503] + [201] * 4),
        # Nothing is foreseen, and what was in one call with it is not tried again.
        ({"GetItem", "BatchGetItem"}, [201] * 50 + [503] * 10),
    ],
)
def test_a_batch_whose_refusals_cannot_be_explained_still_tells_what_was_made(client, failing, told):
    """More users than a call takes; one of the second call is refused, and who has the address can't be looked up."""
    client.post("/users", json={"name": "Taken", "email": "user55@example.com"})
    body = {"items": [{"name": f"User {number}", "email": f"user{number}@example.com"} for number in range(60)]}

    with before_each_call(lambda call: Error("ThrottlingException") if call.action in failing else None):
        reply = client.post("/users/batch", json=body)

    statuses = [each["status"] for each in reply.json()["results"]]
    assert statuses == told
    assert client.get("/users", params={"limit": 100}).json()["count"] == 1 + told.count(201)
