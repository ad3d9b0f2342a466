"""What becomes of a file's rows: created as they are written, or rejected with the reason."""

import json

import pytest

from tests.importing.commands import listed, products, run
from tests.importing.relay import created, relay

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]


def test_users_of_a_csv_file_are_created_but_for_those_that_are_refused(api, url, tmp_path):
    file = tmp_path / "users.csv"
    file.write_bytes(
        "\ufeffName, E-mail\r\n"
        "Ada Lovelace , ada@csv.example\r\n"
        '"Hopper, ""Amazing"" Grace", "grace@csv.example"\r\n'
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
        'X,nowhere,5,"name: must have at least 2 characters; '
        "email: must be as described: "
        'An address. Space around it is ignored, and so is case when addresses are compared."',
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
    rejected = (tmp_path / "products.rejected.csv").read_text()
    assert "Jug;19,99;csv-prices;;;5;price: has a decimal comma: write 19.99" in rejected
    assert "price: must be a multiple of 0.01: At most two decimals. Kept exactly." in rejected


def test_lines_that_are_not_json_or_not_exact_are_rejected_as_they_are(api, url, tmp_path):
    file = tmp_path / "products.jsonl"
    bad = [
        '{"name": "Vase", "name": "Urn", "price": 1, "category": "lines"}',
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
    assert (figures["created"], figures["rejected"]) == (1, 7)
    assert {each.get("rejected_line") for each in rejected} == {*bad, None} - {bad[2]}
    assert '"name":"Cup","price":19.990000000000000001,' in (tmp_path / "products.rejected.jsonl").read_text()
    assert {each["rejected_row"] for each in rejected} == {2, 3, 4, 5, 6, 7, 9}
    assert next(each["name"] for each in rejected if each["rejected_row"] == 9) == "Long"


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


def test_what_an_api_says_of_a_row_is_no_formula_in_the_file_of_rejected_rows(tmp_path):
    file = tmp_path / "users.csv"
    file.write_text("name,email\n=1+1,nowhere\n")

    def answer(path, key, body):
        said = {"detail": '=HYPERLINK("https://elsewhere.example")'}
        return (413, said) if body["items"] else (400, {})

    with relay(answer) as gateway:
        run(file, gateway.url)

    [_, row] = (tmp_path / "users.rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert row == """=1+1,nowhere,2,"'=HYPERLINK(""https://elsewhere.example"")\""""


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


def test_a_new_file_of_rejected_rows_can_be_imported_where_an_older_one_was(url, tmp_path):
    file, rejected = tmp_path / "users.csv", tmp_path / "users.rejected.csv"
    for name in ("older", "newer"):
        file.write_text(f"name,email\n{name},nowhere\n")
        (tmp_path / "users.csv.progress").unlink(missing_ok=True)
        run(file, url)
        rejected.write_text(rejected.read_text().replace("nowhere", f"{name}@again.example"))

        status, figures, _ = run(rejected, url)

        assert (status, figures["created"]) == (0, 1)
        rejected.unlink()
