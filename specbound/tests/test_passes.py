"""What holds of every pass: its pace, its progress, and what it says of them."""

import json
import threading
import time
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from specbound.failures import Failed
from specbound.operating.display import said
from specbound.operating.misfits import reasons
from specbound.operating.pace import Paced, Stopped
from specbound.operating.progress import Report, load
from specbound.store.table import Misfit
from specbound.validation import Validator
from tests.subject import contract

OF = {"table": "users", "service": "1"}


class Database:
    """An SDK client: each call takes five units, and a write may be refused."""

    def scan(self, **_):
        return {"ConsumedCapacity": {"CapacityUnits": 5.0}}

    def update_item(self, **_):
        raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "UpdateItem")


def test_calls_take_no_more_units_a_second_than_they_may_whatever_the_number_of_threads():
    paced, start = Paced(Database(), rate=100), time.monotonic()

    threads = [threading.Thread(target=lambda: [paced.call("scan") for _ in range(3)]) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    # Twelve calls; what the last of each thread takes, nobody waits for.
    assert time.monotonic() - start >= (12 - 4) * 5 / 100


def test_a_write_that_is_refused_takes_its_time_as_well():
    paced, start = Paced(Database(), rate=10), time.monotonic()

    for _ in range(3):
        with pytest.raises(ClientError):
            paced.call("update_item")

    assert time.monotonic() - start >= 2 * 1 / 10


def test_who_waits_for_his_turn_is_told_of_the_end():
    paced, told = Paced(Database(), rate=0.001), []
    paced.call("scan")

    def wait():
        with pytest.raises(Stopped) as stopped:
            paced.call("scan")
        told.append(stopped.value)

    waiting = threading.Thread(target=wait)
    waiting.start()
    paced.stop()
    waiting.join(timeout=5)

    assert len(told) == 1


def test_progress_is_found_again_as_it_was_and_not_that_of_another_pass(tmp_path):
    progress = load(tmp_path / "users.json", OF, segments=2)
    progress.left = {1: {"userId": {"S": "ada"}}}
    progress.outcomes.update(["fit", "fit", "do not fit"])
    progress.reasons.update(["email: is required"])
    progress.report_bytes = 40
    progress.save()

    assert load(tmp_path / "users.json", OF, segments=2) == progress
    other = load(tmp_path / "users.json", OF | {"service": "2"}, segments=2)
    assert (other.done, other.left) == (0, {0: {}, 1: {}})


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"left": 5}'])
def test_a_file_that_is_no_progress_is_named(tmp_path, content):
    (tmp_path / "users.json").write_text(content, encoding="utf-8")

    with pytest.raises(Failed, match=r"users\.json is not the progress of a pass: remove it"):
        load(tmp_path / "users.json", OF, segments=2)


def test_a_report_goes_on_where_progress_was_last_written_down(tmp_path):
    with Report(tmp_path / "new" / "users.jsonl") as report:
        size = report.add([{"key": "ada", "reasons": ["email: is required"]}])
        report.add([{"key": "grace", "reasons": ["email: is required"]}])
    with Report(tmp_path / "new" / "users.jsonl") as report:
        report.resume(size)
        report.add([{"key": "joan", "reasons": []}])
        keys = report.keys(5)

    lines = (tmp_path / "new" / "users.jsonl").read_text(encoding="utf-8").splitlines()
    assert keys == [json.loads(line)["key"] for line in lines] == ["ada", "joan"]


def test_two_passes_do_not_write_one_report(tmp_path):
    with Report(tmp_path / "users.jsonl"), pytest.raises(Failed, match=r"Another pass writes .*users.jsonl"):
        Report(tmp_path / "users.jsonl")


@pytest.mark.parametrize(
    ("done", "expected", "rate", "line"),
    [
        (4500, 10000, 50, "users: 4,500 of about 10,000 items (45%), 50 items/s, 0:01:50 left"),
        (10, 1_000_000, 100, "users: 10 of about 1,000,000 items (0%), 100 items/s, 2:46:40 left"),
        # DynamoDB counts every six hours.
        (4500, 0, 50, "users: 4,500 items, 50 items/s"),
        (0, 10000, 0, "users: 0 items, 0 items/s"),
    ],
)
def test_what_is_said_on_the_way(done, expected, rate, line):
    assert said("users", done, expected, rate) == line


def test_reasons_name_what_the_contract_names_and_nothing_of_what_is_stored():
    text = {"type": "string", "maxLength": 3}
    city = {"type": "object", "required": ["zip"], "properties": {"zip": text}}
    item = {
        "type": "object",
        "properties": {
            "tags": {"type": "array", "items": text},
            "homes": {"type": "object", "additionalProperties": {"allOf": [city]}},
            "name": text,
        },
    }
    table = replace(contract.tables.users, item=Validator(item))
    stored = {"tags": ["abc", "secret"], "homes": {"secret": {"zip": "secret"}, "other": {}}, "name": "secret"}

    found = reasons(table, Misfit("users", list(table.item.violations(stored))))

    assert found == [
        "tags/*: must have at most 3 characters",
        "homes/*/zip: must have at most 3 characters",
        "homes/*/zip: is required",
        "name: must have at most 3 characters",
    ]
