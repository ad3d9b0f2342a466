"""`make import`: what becomes of a file's rows, whatever is in them and whenever the import is stopped."""

import fcntl
import json
import os
import pty
import re
import subprocess
import sys
import termios
import threading
from datetime import datetime, timedelta
from signal import SIGINT, SIGKILL
from time import monotonic

import httpx
import pytest

from compiler.document import ROOT
from tests.relay import created, relay

COMMAND = [ROOT / ".venv-import" / "bin" / "python", "-m", "importer"]
# A process counts what it was before it became another program, so a small one starts the importer.
MEASURED = f"""
import resource, subprocess, sys
status = subprocess.call({[str(part) for part in COMMAND]})
print("  peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""


@pytest.fixture(scope="module", autouse=True)
def importer():
    subprocess.run(["make", "--silent", ".venv-import/ready"], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def url():
    """An API with nothing in it, as `make run` serves it."""
    command = [sys.executable, "-m", "local.server", "--port", "0", "--empty"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        yield next(line.split()[-1] for line in server.stdout if "answers on" in line)
        server.terminate()


@pytest.fixture
def api(url):
    with httpx.Client(base_url=url, headers={"authorization": "Bearer local"}) as client:
        yield client


def start(file, url, token="local", command=COMMAND, stderr=subprocess.PIPE):
    environment = os.environ | {"FILE": str(file), "API_URL": url, "API_TOKEN": token, "KIND": ""}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=stderr, text=True)


def run(*arguments, **options):
    """The exit status, the figures in what was said, and the errors."""
    process = start(*arguments, **options)
    said, errors = process.communicate(timeout=60)
    figures = re.findall(r"^  (.+?) +([0-9,]+)$", said, re.MULTILINE)
    return process.returncode, {name: int(number.replace(",", "")) for name, number in figures}, errors


def end_before_the_answer(file, gateway, name, how):
    """Start an import and end it when a batch with this row is done, but not answered. Returns what it said."""
    answer, held, released = gateway.answer, threading.Event(), threading.Event()

    def hold(path, key, body):
        status, reply = answer(path, key, body)
        if status == 200 and any(item["name"] == name for item in body["items"]):
            held.set()
            released.wait()
        return status, reply

    gateway.answer = hold
    process = start(file, gateway.url)
    assert held.wait(30)
    process.send_signal(how)
    said = process.communicate(timeout=30)
    gateway.answer = answer
    released.set()
    return process.returncode, *said


def listed(api, path, **query):
    """Everything in a list, oldest first."""
    items, token = [], {}
    while True:
        page = api.get(path, params={"limit": 100, **query, **token}).json()
        items += page["items"]
        if "nextToken" not in page:
            return items[::-1]
        token = {"nextToken": page["nextToken"]}


def products(path, category, count):
    rows = [{"name": f"Thing {number}", "price": number + 0.99, "category": category} for number in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [row["name"] for row in rows]


def test_users_of_a_csv_file_are_created_but_for_those_that_are_refused(api, url, tmp_path):
    file = tmp_path / "users.csv"
    file.write_bytes(
        "\ufeffName, E-mail\r\n"
        "Ada Lovelace , ada@csv.example\r\n"
        '"Hopper, ""Amazing"" Grace",grace@csv.example\r\n'
        "\r\n"
        "X,nowhere\r\n"
        "Åsa Öberg,ASA@csv.example\r\n"
        "Asa again,asa@csv.example\r\n"
        "Too,many@csv.example,cells\r\n"
        ",nameless@csv.example\r\n".encode()
    )

    status, figures, _ = run(file, url)

    users = [(user["name"], user["email"]) for user in listed(api, "/users") if "csv.example" in user["email"]]
    rejected = (tmp_path / "users.rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert (status, figures["created"], figures["rejected"]) == (1, 3, 4)
    assert users == [
        ("Ada Lovelace", "ada@csv.example"),
        ('Hopper, "Amazing" Grace', "grace@csv.example"),
        ("Åsa Öberg", "ASA@csv.example"),
    ]
    assert rejected[0] == "Name,E-mail,rejected_row,rejected_reason"
    assert sorted(rejected[1:]) == [
        ",nameless@csv.example,9,name: is required",
        "Asa again,asa@csv.example,7,Another user has this e-mail address.",
        'Too,many@csv.example,8,"3 cells, but only 2 columns",cells',
        "X,nowhere,5,name: value is shorter than 2 characters; "
        "email: does not have the form that the contract describes",
    ]


def test_prices_reach_the_api_as_they_are_written(api, url, tmp_path):
    file = tmp_path / "products.csv"
    file.write_text(
        "Name;Price;Category;Description;Initial quantity\n"
        'Kettle;19.99;csv-prices;"Two\nlines";7\n'
        "Teapot; 0.10 ;csv-prices;;\n"
        "Mug;45;csv-prices;;0\n"
        "Jug;19,99;csv-prices;;\n"
        "Pan;19.995;csv-prices;;\n"
    )

    _, figures, _ = run(file, url)

    made = listed(api, "/products", category="csv-prices")
    stock = [api.get(f"/inventory/{each['productId']}").json()["quantity"] for each in made]
    assert [(each["name"], each["price"], each.get("description")) for each in made] == [
        ("Kettle", 19.99, "Two\nlines"),
        ("Teapot", 0.1, None),
        ("Mug", 45, None),
    ]
    assert stock == [7, 0, 0]
    assert figures["rejected"] == 2
    assert "Jug;19,99;csv-prices;;;5;" in (tmp_path / "products.rejected.csv").read_text()


def test_lines_that_are_not_json_or_not_exact_are_rejected_as_they_are(api, url, tmp_path):
    file = tmp_path / "products.jsonl"
    bad = [
        "{not json}",
        '{"name": "Cup", "price": 19.990000000000000001, "category": "lines"}',
        "[1]",
        "5",
        '"\\ud800"',
    ]
    good = '{"name": "Bowl", "price": 19.99, "category": "lines", "initialQuantity": 5}'
    long = json.dumps({"name": "Long", "price": 1, "category": "lines", "description": "x" * 2001})
    file.write_text("\n".join([good, *bad, "", long]))

    _, figures, _ = run(file, url)

    rejected = [json.loads(line) for line in (tmp_path / "products.rejected.jsonl").read_text().splitlines()]
    assert [each["name"] for each in listed(api, "/products", category="lines")] == ["Bowl"]
    assert (figures["created"], figures["rejected"]) == (1, 6)
    assert {each.get("rejected_line") for each in rejected} == {*bad, None}
    assert {each["rejected_row"] for each in rejected} == {2, 3, 4, 5, 6, 8}
    assert next(each["name"] for each in rejected if each["rejected_row"] == 8) == "Long"


def test_rejected_rows_can_be_corrected_and_imported(api, url, tmp_path):
    file = tmp_path / "users.csv"
    file.write_text("email,name\nnowhere,Edsger Dijkstra\nbarbara@again.example,Barbara Liskov\n")
    run(file, url)
    rejected = tmp_path / "users.rejected.csv"
    rejected.write_text(rejected.read_text().replace("nowhere", "edsger@again.example"))

    status, figures, _ = run(rejected, url)

    emails = {user["email"] for user in listed(api, "/users")}
    assert (status, figures["created"]) == (0, 1)
    assert {"edsger@again.example", "barbara@again.example"} <= emails
    assert not (tmp_path / "users.rejected.rejected.csv").exists()


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


def test_ctrl_c_stops_at_once_and_says_how_to_go_on(tmp_path):
    file = tmp_path / "products.jsonl"
    products(file, "stopped", 30)

    with relay(created) as gateway:
        status, said, errors = end_before_the_answer(file, gateway, "Thing 25", SIGINT)

    assert status == 1
    assert re.search(r"^  left +[123]0$", said, re.MULTILINE)
    assert errors.endswith("Stopped. Nothing is lost: the same command goes on from here.\n")


def test_one_file_is_imported_by_one_process_at_a_time(url, tmp_path):
    file = tmp_path / "products.jsonl"
    products(file, "locked", 3)

    with file.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        status, _, errors = run(file, url)

    assert (status, errors) == (1, "products.jsonl is being imported already, by another process.\n")


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


def test_a_file_that_changed_is_not_imported_on(url, tmp_path):
    file = tmp_path / "products.jsonl"
    products(file, "changed", 3)
    run(file, url)
    products(file, "changed", 4)

    status, figures, errors = run(file, url)

    assert (status, figures) == (1, {})
    assert "products.jsonl has changed since its import began" in errors
    assert "delete products.jsonl.progress" in errors


def test_a_file_of_rejected_rows_that_someone_works_on_is_not_overwritten(url, tmp_path):
    file, work = tmp_path / "products.jsonl", tmp_path / "products.rejected.jsonl"
    products(file, "work", 3)
    work.write_text("half corrected")

    status, _, errors = run(file, url)

    assert status == 1
    assert "products.rejected.jsonl is in the way" in errors
    assert work.read_text() == "half corrected"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("users.csv", "name,email,phone\nAda Lovelace,a@b.example,1\n", "those of users are name, email"),
        ("users.csv", "name\nAda Lovelace\n", "KIND=users or KIND=products"),
        ("users.csv", 'name,email\n"Ada,a@b.example\nGrace,g@b.example\n', "row 2 is not CSV"),
        ("users.csv", "name,email\nÅsa,a@b.example\n".encode("latin-1"), "users.csv is not UTF-8"),
        ("users.txt", "name,email\n", "*.csv or *.jsonl"),
        ("users.csv", "name,email\n", "users.csv holds no rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_before_anything_is_sent(url, tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    status, _, errors = run(tmp_path / name, url)

    assert status == 1
    assert said in errors
    assert len(errors.splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("where", "token", "said"),
    [
        ("", "wrong", "The API does not accept this token."),
        ("", "local-read", "This token lacks the scope for it."),
        ("", "", "API_TOKEN is missing."),
        ("/elsewhere", "local", "API_URL is not this API's"),
        ("http://127.0.0.1:9", "local", "The API does not answer"),
        ("127.0.0.1:8000", "local", "API_URL is to begin with http"),
    ],
)
def test_an_api_that_lets_nobody_in_is_one_clear_line(url, tmp_path, where, token, said):
    products(tmp_path / "products.jsonl", "refused", 3)

    status, _, errors = run(tmp_path / "products.jsonl", url + where if where.startswith("/") else where or url, token)

    assert status == 1
    assert said in errors
    assert len(errors.splitlines()) == 1
    assert not (tmp_path / "products.jsonl.progress").exists()


def test_a_batch_that_is_refused_without_naming_a_row_is_halved_until_the_row_is_found(tmp_path):
    file = tmp_path / "products.jsonl"
    products(file, "halved", 30)

    def answer(path, key, body):
        names = [item["name"] for item in body["items"]]
        return (413, {"message": "Too large"}) if "Thing 17" in names else created(path, key, body)

    with relay(answer) as gateway:
        _, figures, _ = run(file, gateway.url)

    assert (figures["created"], figures["rejected"]) == (29, 1)
    assert '"Thing 17"' in (tmp_path / "products.rejected.jsonl").read_text()


def test_requests_keep_to_the_contracts_throttle(tmp_path):
    file, times = tmp_path / "products.jsonl", []
    products(file, "throttled", 300)

    def answer(path, key, body):
        times.append(monotonic())
        return created(path, key, body)

    with relay(answer, rate=20) as gateway:
        run(file, gateway.url)

    assert len(times) == 31
    assert times[-1] - times[1] > 28 / 20


def test_a_terminal_shows_a_bar_and_a_log_shows_lines(tmp_path):
    file = tmp_path / "products.jsonl"
    products(file, "shown", 30)
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))

    with relay(created) as gateway:
        start(file, gateway.url, stderr=theirs).wait(30)
        terminal = os.read(ours, 100_000).decode()
        (tmp_path / "products.jsonl.progress").unlink()
        _, _, log = run(file, gateway.url)

    assert "\r" in terminal and "█" in terminal
    assert "30 of 30 rows" in terminal and "rows/s" in terminal and "left" in terminal
    assert log.splitlines()[-1].startswith("products.jsonl 100% 30 of 30 rows, ")
    assert "\r" not in log


def test_a_hundred_thousand_rows_take_hardly_more_memory_than_a_thousand(tmp_path):
    peaks = []

    with relay(created, most_items=250, rate=1000) as gateway:
        for count in (1_000, 100_000):
            file = tmp_path / f"{count}.csv"
            file.write_text("name,price,category\n" + "".join(f"Thing {n},{n}.99,many\n" for n in range(count)))
            status, figures, _ = run(file, gateway.url, command=[sys.executable, "-c", MEASURED])
            assert (status, figures["created"]) == (0, count)
            peaks.append(figures["peak"])

    assert peaks[1] < peaks[0] * 1.25
