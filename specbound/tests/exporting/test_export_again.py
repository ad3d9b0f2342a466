"""An export that was stopped, and is started again: nothing is skipped and nothing is there twice."""

import json
import threading
from signal import SIGINT, SIGKILL
from time import monotonic, sleep

import pytest

from tests.exporting.commands import book, ids, numbered, rows, run, start
from tests.exporting.test_export_rows import create
from tests.importing.commands import listed

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]


def stopped_before(api, file, cursor, how):
    """Start an export and end it while it waits for a page. Returns what it said."""
    page, held, released = api.page, threading.Event(), threading.Event()

    def hold(query):
        if query.get("nextToken") == cursor:
            held.set()
            released.wait()
        return page(query)

    api.page = hold
    process = start(file, api.url)
    assert held.wait(60)
    process.send_signal(how)
    said = process.communicate(timeout=60)
    api.page = page
    released.set()
    return process.returncode, *said


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
@pytest.mark.parametrize("how", [SIGINT, SIGKILL])
def test_an_export_that_was_stopped_goes_on_where_it_was(tmp_path, how, suffix):
    file = tmp_path / f"products.{suffix}"

    with book(numbered) as api:
        status, _, errors = stopped_before(api, file, "3", how)
        assert not file.exists()
        before = len(api.asked)
        after, said, _ = run(file, api.url)

    assert (status, "the same command goes on from here" in errors) == ((1, True) if how == SIGINT else (-9, False))
    assert (after, [each["productId"] for each in rows(file)]) == (0, ids())
    assert api.asked[before]["nextToken"] == "3"
    assert "exported              6" in said
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_a_page_that_was_written_by_half_is_written_again(tmp_path):
    file, part, whole = (tmp_path / each for each in ("products.csv", "products.csv.part", "whole/products.csv"))
    whole.parent.mkdir()

    with book(numbered) as api:
        stopped_before(api, file, "3", SIGKILL)
        with part.open("a") as output:
            output.write("3-0,Thing 3-0,,")
        run(file, api.url)
        run(whole, api.url)

    assert file.read_text() == whole.read_text()


@pytest.mark.parametrize("has_its_name", [True, False])
def test_an_export_that_was_stopped_at_its_very_end_asks_for_nothing_more(tmp_path, has_its_name):
    file, part, kept = (tmp_path / f"products.jsonl{each}" for each in ("", ".part", ".export"))

    with book(numbered) as api:
        stopped_before(api, file, "4", SIGKILL)
        state = json.loads(kept.read_text()) | {"cursor": None}
        kept.write_text(json.dumps(state))
        if has_its_name:
            part.rename(file)
        before = len(api.asked)
        status, _, errors = run(file, api.url)

    assert (status, len(api.asked) - before) == (0, 0), errors
    assert [each["productId"] for each in rows(file)] == ids(last=3)
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_however_often_an_export_is_killed_each_row_is_there_once(api, url, tmp_path):
    create(api, "killed", 200)
    file, kept = tmp_path / "products.csv", tmp_path / "products.csv.export"
    kills, given_up = 0, monotonic() + 240

    while not file.exists() and monotonic() < given_up:
        before = kept.read_text() if kept.exists() else ""
        process = start(file, url, "--filter", "category=killed", "--limit", "10")
        while process.poll() is None and (not kept.exists() or kept.read_text() == before):
            sleep(0.005)
        sleep(0.003 * (kills % 5))
        if kills < 6:
            process.kill()
            kills += 1
        process.communicate(timeout=120)

    found = [each["productId"] for each in rows(file)]
    assert kills > 2
    assert found == [each["productId"] for each in listed(api, "/products", category="killed")[::-1]]
