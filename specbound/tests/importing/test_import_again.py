"""An import that was stopped, or done before, and is started again: nothing is lost and nothing created twice."""

import json
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from signal import SIGINT, SIGKILL

import pytest

from tests.importing.commands import end_before_the_answer, listed, products, run
from tests.importing.relay import created, relay

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]


def test_an_import_that_is_killed_goes_on_where_it_was_and_creates_nothing_twice(api, url, tmp_path):
    file = tmp_path / "products.jsonl"
    names = products(file, "killed", 95)
    file.write_text(file.read_text().replace('"Thing 53"', '"T"'))

    def answer(path, key, body):
        reply = api.post(path, json=body, headers={"idempotency-key": key})
        return reply.status_code, reply.json()

    with relay(answer) as gateway:
        end_before_the_answer(file, gateway, "Thing 55", SIGKILL)
        status, figures, _ = run(file, gateway.url)

    made = [each["name"] for each in listed(api, "/products", category="killed")]
    assert sorted(made) == sorted(set(names) - {"Thing 53"})
    assert (status, figures["created"] < 94, figures["created"] + figures["already done"]) == (1, True, 94)
    assert len((tmp_path / "products.rejected.jsonl").read_text().splitlines()) == 1


def test_a_power_loss_before_an_answer_is_noted_rejects_no_row_twice(api, url, tmp_path):
    file, progress = tmp_path / "products.jsonl", tmp_path / "products.jsonl.progress"
    names = products(file, "lost", 10)
    file.write_text(file.read_text().replace('"Thing 3"', '"T"'))
    run(file, url)
    sent = [[1, 10, datetime.now(UTC).isoformat()]]
    before = {"sent": sent, "created": 0, "rejected": 0, "rejects": [0, sha256().hexdigest()]}
    progress.write_text(json.dumps(json.loads(progress.read_text()) | before))

    _, figures, _ = run(file, url)

    assert (figures["created"], figures["rejected"]) == (9, 1)
    assert sorted(each["name"] for each in listed(api, "/products", category="lost")) == sorted({*names} - {"Thing 3"})
    assert (tmp_path / "products.rejected.jsonl").read_text().count("\n") == 1


def test_ctrl_c_stops_at_once_and_says_how_to_go_on(tmp_path):
    file = tmp_path / "products.jsonl"
    products(file, "stopped", 30)

    with relay(created) as gateway:
        status, said, errors = end_before_the_answer(file, gateway, "Thing 25", SIGINT)

    assert status == 1
    assert re.search(r"^  left +[123]0$", said, re.MULTILINE)
    assert errors.endswith("Stopped. Nothing is lost: the same command goes on from here.\n")


def test_without_its_progress_an_import_still_creates_nothing_twice(api, url, tmp_path):
    file = tmp_path / "products.jsonl"
    names = products(file, "forgotten", 12)
    run(file, url)
    (tmp_path / "products.jsonl.progress").unlink()

    status, _, _ = run(file, url)

    assert [each["name"] for each in listed(api, "/products", category="forgotten")] == names
    assert status == 0


def test_what_is_done_is_not_sent_again(url, tmp_path):
    file = tmp_path / "products.jsonl"
    products(file, "done", 3)
    run(file, url)

    status, figures, _ = run(file, url)

    assert (status, figures["created"], figures["already done"]) == (0, 0, 3)


def test_a_batch_that_the_api_may_have_forgotten_is_left_to_the_user(tmp_path):
    file, seen = tmp_path / "products.jsonl", []
    names = products(file, "old", 25)

    def answer(path, key, body):
        seen.extend(item["name"] for item in body["items"])
        return created(path, key, body)

    with relay(answer) as gateway:
        end_before_the_answer(file, gateway, "Thing 0", SIGKILL)
        progress = tmp_path / "products.jsonl.progress"
        state = json.loads(progress.read_text())
        [[first, last, since]] = state["sent"]
        state["sent"] = [[first, last, (datetime.fromisoformat(since) - timedelta(hours=24)).isoformat()]]
        progress.write_text(json.dumps(state))
        status, figures, _ = run(file, gateway.url)

    rejected = (tmp_path / "products.rejected.jsonl").read_text()
    assert (status, figures["created"], figures["rejected"]) == (1, 15, 10)
    assert sorted(seen) == sorted(names)
    assert rejected.count("no longer knows what became of it") == 10
