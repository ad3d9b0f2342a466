"""What of a list stands in the file: all of it, with every digit, and nothing that a spreadsheet would run."""

import json

import pytest

from tests.exporting.commands import book, rows, run
from tests.importing.commands import listed

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]


def create(api, category, count):
    items = [{"name": f"Thing {each}", "price": each + 0.1, "category": category} for each in range(count)]
    for at in range(0, count, 100):
        assert api.post("/products/batch", json={"items": items[at : at + 100]}).json()["failed"] == 0


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_all_of_a_list_is_in_the_file(api, url, tmp_path, suffix):
    create(api, f"whole-{suffix}", 120)
    file = tmp_path / f"products.{suffix}"

    status, said, errors = run(file, url, "--filter", f"category=whole-{suffix}", "--limit", "50")

    expected = listed(api, "/products", category=f"whole-{suffix}")[::-1]
    found = rows(file)
    assert (status, [each.name for each in tmp_path.iterdir()]) == (0, [file.name])
    assert [{name: str(each[name]) for name in expected[0]} for each in found] == [
        {name: str(value) for name, value in each.items()} for each in expected
    ]
    assert "exported            120" in said
    assert errors.splitlines()[-1].startswith(f"products.{suffix} 120 rows, ")


def test_a_list_without_pages_is_exported_as_well(api, url, tmp_path):
    made = [api.post("/products", json={"name": "Cup", "price": 1, "category": "cups"}).json() for _ in range(2)]
    both = [part for each in made for part in ("--filter", f"productId={each['productId']}")]

    status, _, errors = run(tmp_path / "inventory.csv", url, *both)

    assert status == 0, errors
    assert {each["productId"] for each in rows(tmp_path / "inventory.csv")} == {each["productId"] for each in made}


def test_fields_are_those_that_were_asked_for_in_their_order(api, url, tmp_path):
    create(api, "fields", 2)

    for suffix in ("csv", "jsonl"):
        run(tmp_path / f"products.{suffix}", url, "--filter", "category=fields", "--fields", "price, name")

    assert (tmp_path / "products.csv").read_text().splitlines() == ["price,name", "1.1,Thing 1", "0.1,Thing 0"]
    assert (tmp_path / "products.jsonl").read_text().splitlines()[0] == '{"price":1.1,"name":"Thing 1"}'


def test_an_empty_list_is_a_file_with_a_head_alone(url, tmp_path):
    status, _, _ = run(tmp_path / "products.csv", url, "--filter", "category=nothing")

    assert status == 0
    assert (tmp_path / "products.csv").read_text().startswith("productId,name,price,")
    assert rows(tmp_path / "products.csv") == []


# Not what this API shows, but what another may.
ITEM = (
    '{"productId":"a","name":"=1+1","price":0.10000000000000000000000000000000000001,"version":123456789012345678901,'
    '"category":"-x","description":"two\\r\\nlines, \\"quoted\\"; å","extra":{"a":[1.50,null,true]}}'
)


def one_page(query):
    return f'{{"items":[{ITEM},{{"name":"\'=x","price":-5,"category":"\'tis","description":null}}],"count":2}}'


def test_lines_of_json_have_every_digit_and_member(tmp_path):
    with book(one_page) as api:
        run(tmp_path / "products.jsonl", api.url)

    [first, _] = (tmp_path / "products.jsonl").read_text().splitlines()
    assert '"price":0.10000000000000000000000000000000000001,' in first
    assert '"a":[1.50,null,true]' in first
    assert json.loads(first) == json.loads(ITEM)


def test_cells_have_every_digit_and_are_no_formulas(tmp_path):
    with book(one_page) as api:
        _, _, errors = run(tmp_path / "products.csv", api.url)

    [first, second] = rows(tmp_path / "products.csv")
    assert (first["price"], first["version"]) == ("0.10000000000000000000000000000000000001", "123456789012345678901")
    assert (first["name"], first["category"], second["name"]) == ("'=1+1", "'-x", "''=x")
    assert (second["price"], second["category"], second["description"]) == ("-5", "'tis", "")
    assert first["description"] == 'two\r\nlines, "quoted"; å'
    assert "this client does not know it: extra." in errors
