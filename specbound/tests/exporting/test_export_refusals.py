"""What cannot be exported is said in a line, and nothing that is there is overwritten."""

import fcntl
import json

import pytest

from tests.exporting.commands import book, numbered, run
from tests.exporting.test_export_again import SIGKILL, stopped_before

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]
NOBODY = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("name", "url", "arguments", "said"),
    [
        ("products.xlsx", NOBODY, [], "products.xlsx should be named *.csv or *.jsonl."),
        ("things.csv", NOBODY, [], "Say what to export as KIND: users or products or inventory."),
        ("products.csv", NOBODY, ["--filter", "categry=x"], "no such parameter. Did you mean category?"),
        ("products.csv", NOBODY, ["--filter", "category"], "no such parameter"),
        ("products.csv", NOBODY, ["--filter", "category=a", "--filter", "category=b"], "given more than once"),
        ("products.csv", NOBODY, ["--fields", "name,colour"], "--fields colour: an item of products has productId, "),
        ("inventory.csv", NOBODY, [], "inventory needs productId: --filter productId=…"),
        ("products.csv", "ftp://somewhere", [], "API_URL is to begin with http:// or https://"),
        ("products.csv", NOBODY, ["--token", "s3cr3t"], "and the token as API_TOKEN"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(tmp_path, name, url, arguments, said):
    status, _, errors = run(tmp_path / name, url, *arguments)

    assert (status, len(errors.splitlines()), list(tmp_path.iterdir())) == (1, 1, [])
    assert said in errors
    assert "s3cr3t" not in errors


def test_a_file_that_is_there_is_not_overwritten(url, tmp_path):
    file = tmp_path / "products.csv"
    file.write_text("mine")

    status, _, errors = run(file, url)

    assert (status, errors) == (1, "products.csv is there already. Remove it, or export into another file.\n")
    assert (file.read_text(), len(list(tmp_path.iterdir()))) == ("mine", 1)


def test_another_export_does_not_go_on_in_the_same_file(tmp_path):
    file = tmp_path / "products.csv"

    with book(numbered) as api:
        stopped_before(api, file, "3", SIGKILL)
        status, _, errors = run(file, api.url, "--filter", "category=other")

    assert status == 1
    assert "To begin anew, delete products.csv.part and products.csv.export." in errors


def test_an_output_that_somebody_changed_is_not_gone_on_with(tmp_path):
    file, part = tmp_path / "products.csv", tmp_path / "products.csv.part"

    with book(numbered) as api:
        stopped_before(api, file, "3", SIGKILL)
        part.write_bytes(b"x" + part.read_bytes()[1:])
        status, _, errors = run(file, api.url)

    assert (status, "products.csv.part is not as the export left it" in errors) == (1, True)


def test_one_file_is_exported_into_by_one_process_at_a_time(url, tmp_path):
    with (tmp_path / "products.csv.part").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        status, _, errors = run(tmp_path / "products.csv", url)

    assert (status, errors) == (1, "products.csv is being exported already, by another process.\n")


def test_a_list_that_leads_back_ends_with_what_is_there(tmp_path):
    def around(query):
        page = json.loads(numbered(query))
        return json.dumps(page | {"nextToken": "1" if query.get("nextToken") == "2" else page["nextToken"]})

    with book(around) as api:
        status, _, errors = run(tmp_path / "products.csv", api.url)

    assert (status, "would not end" in errors) == (1, True)


@pytest.mark.parametrize("text", ['{"items": 5}', "[]", '{"items": [5]}', "<html>"])
def test_what_is_no_page_is_told(tmp_path, text):
    with book(lambda query: text) as api:
        status, _, errors = run(tmp_path / "products.csv", api.url)

    assert (status, "API" in errors) == (1, True)
    assert "Traceback" not in errors


def test_a_token_that_is_not_accepted_and_an_api_that_does_not_answer_are_told(url, tmp_path):
    refused = run(tmp_path / "products.csv", url, token="s3cr3t")
    silent = run(tmp_path / "users.csv", NOBODY, "--limit", "5")

    assert "Is API_TOKEN right" in refused[2]
    assert "The API does not answer" in silent[2]
    written = "".join(each.read_text() for each in tmp_path.iterdir())
    assert "s3cr3t" not in "".join(refused[1:]) + written
