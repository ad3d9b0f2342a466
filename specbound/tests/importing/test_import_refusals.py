"""What cannot be imported is said in one line, before anything is sent."""

import fcntl

import pytest

from tests.importing.commands import products, run

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]


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


def test_one_file_is_imported_by_one_process_at_a_time(url, tmp_path):
    file = tmp_path / "products.jsonl"
    products(file, "locked", 3)

    with file.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        status, _, errors = run(file, url)

    assert (status, errors) == (1, "products.jsonl is being imported already, by another process.\n")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "users.csv",
            "name,email,phone\nAda Lovelace,a@b.example,1\n",
            "does not fit users (name, email): phone is none of its fields: --map phone=FIELD or --ignore phone.",
        ),
        (
            "users.csv",
            "name\nAda Lovelace\n",
            'does not fit users (name, email): email is missing: --map "COLUMN=email" says which column it is.',
        ),
        (
            "people.csv",
            "phone\n1\n",
            "Say what people.csv holds, KIND=users or KIND=products: its fields (phone) do not",
        ),
        ("people.csv", "name,Name,email\nA,B,c@d.example\n", "name is 'name' and 'Name': --ignore one of them."),
        ("users.csv", 'name,email\n"Ada,a@b.example\nGrace,g@b.example\n', "row 2 is not CSV"),
        ("users.csv", "name,email\nÅsa,a@b.example\n".encode("latin-1"), "users.csv is not UTF-8"),
        ("users.xlsx", "name,email\n", "*.csv or *.jsonl"),
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
        ("http://", "local", "a host is to follow"),
        ("http://127.0.0.1:port", "local", "API_URL is no address"),
        ("http://ada@127.0.0.1:8000", "local", "no name or password"),
        ("http://127.0.0.1:8000?key=1", "local", "an address alone"),
        ("", "two\nlines", "API_TOKEN has characters that no token has"),
        ("", "tokén", "API_TOKEN has characters that no token has"),
    ],
)
def test_an_api_that_lets_nobody_in_is_one_clear_line(url, tmp_path, where, token, said):
    products(tmp_path / "products.jsonl", "refused", 3)

    status, _, errors = run(tmp_path / "products.jsonl", url + where if where.startswith("/") else where or url, token)

    assert status == 1
    assert said in errors
    assert len(errors.splitlines()) == 1
    assert not (tmp_path / "products.jsonl.progress").exists()
