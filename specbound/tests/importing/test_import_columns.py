"""Columns of other names, or too many, and files as spreadsheets write them."""

import pytest

from tests.importing.commands import COMMAND, listed, run, start
from tests.importing.relay import created, relay

# It has an API of its own, whatever is deployed.
pytestmark = [pytest.mark.in_process, pytest.mark.slow]


def imported(tmp_path, name, content, *options):
    """What is sent of a file, by an import into an API that takes everything; the status; and what was said."""
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    sent = []

    def answer(path, key, body):
        sent.extend(body["items"])
        return created(path, key, body)

    with relay(answer) as gateway:
        process = start(tmp_path / name, gateway.url, command=[*COMMAND, *options])
        said, errors = process.communicate(timeout=60)
    return sent, process.returncode, said, errors


def test_columns_are_mapped_and_passed_over_as_was_said(tmp_path):
    content = "Full name;Electronic address;Status\nAda;ada@b.example;active\n"

    sent, status, _, errors = imported(
        tmp_path,
        "people.csv",
        content,
        "--map",
        "full NAME=name",
        "--map",
        "Electronic address=email",
        "--ignore",
        "status",
    )

    assert (status, sent) == (0, [{"name": "Ada", "email": "ada@b.example"}]), errors


def test_all_that_does_not_fit_is_named_with_a_way_out_each(tmp_path):
    content = "E-Mail address,Status,Phone\na@b.example,active,1\n"

    sent, status, _, errors = imported(tmp_path, "users.csv", content, "--map", "Sate=name")

    assert (sent, status) == ([], 1)
    assert [line.strip() for line in errors.splitlines()] == [
        "users.csv does not fit users (name, email):",
        "there is no column Sate, which --map or --ignore names.",
        "E-Mail address is none of its fields: --map 'E-Mail address=email' or --ignore 'E-Mail address'.",
        "Status is none of its fields: --map Status=FIELD or --ignore Status.",
        "Phone is none of its fields: --map Phone=FIELD or --ignore Phone.",
        'name is missing: --map "COLUMN=name" says which column it is.',
        'email is missing: --map "COLUMN=email" says which column it is.',
        "To pass over all of these: --ignore 'E-Mail address' --ignore Status --ignore Phone",
    ]


def test_two_columns_of_one_field_are_refused(tmp_path):
    sent, status, _, errors = imported(
        tmp_path, "users.csv", "name,E-Mail,email\nAda,a@b.example,c@b.example\n", "--map", "E-Mail=email"
    )

    assert (sent, status) == ([], 1)
    assert "email is 'E-Mail' and 'email': --ignore one of them." in errors


def test_members_of_json_lines_are_mapped_and_passed_over_too(tmp_path):
    content = '{"Mail": "a@b.example", "name": "Ada", "age": 5}\n{"name": "Bob", "Mail": "b@b.example", "x": 1}\n'

    sent, status, _, errors = imported(tmp_path, "people.jsonl", content, "--map", "Mail=email", "--ignore", "age")

    assert status == 0, errors
    assert sent == [{"email": "a@b.example", "name": "Ada"}, {"name": "Bob", "email": "b@b.example", "x": 1}]


def test_the_kind_is_what_fits_best(tmp_path):
    sent, status, _, errors = imported(
        tmp_path, "things.csv", "name,category,price,colour\nCup,cups,1,red\n", "--ignore", "colour"
    )

    assert (status, sent) == (0, [{"name": "Cup", "category": "cups", "price": 1}]), errors


def test_a_file_does_not_go_on_with_other_words(tmp_path):
    content = "name,email,Status,Place\nAda,ada@b.example,active,here\n"
    imported(tmp_path, "users.csv", content, "--ignore", "Status", "--ignore", "Place")
    other = ["--ignore", "name", "--map", "Status=name", "--ignore", "Place"]

    sent, status, _, errors = imported(tmp_path, "users.csv", content, *other)

    assert (sent, status) == ([], 1)
    assert "users.csv was imported as users --ignore Place --ignore Status into" in errors


TABLE = 'Name{0}E-mail\r\n"Two\nlines{0} ""Å"""{0}ada@b.example\r\n'
ADA = [{"name": 'Two\nlines{0} "Å"', "email": "ada@b.example"}]


@pytest.mark.parametrize(
    ("name", "content", "delimiter"),
    [
        ("users.csv", TABLE.format(";").encode("utf-8-sig"), ";"),
        ("users.csv", TABLE.format(",").encode(), ","),
        ("users.tsv", TABLE.format("\t").encode(), "\t"),
        ("users.txt", TABLE.format("\t").encode("utf-16"), "\t"),
        ("users.txt", b"\xfe\xff" + TABLE.format("\t").encode("utf-16-be"), "\t"),
        ("users.csv", b"sep=;\r\n" + TABLE.format(";").encode(), ";"),
        ("users.csv", b"\xef\xbb\xbfsep=;\r\n" + TABLE.format(";").encode(), ";"),
        ("users.csv", TABLE.format(";").replace("Name;", '"Name, ""x"", y";').encode(), ";"),
        ("users.csv", TABLE.format(";").replace("\r\n", ";;\r\n").encode(), ";"),
    ],
)  # fmt: skip
def test_a_table_is_read_as_spreadsheets_write_it(tmp_path, name, content, delimiter):
    options = ["--map", 'Name, "x", y=name'] if b'""x""' in content else []

    sent, status, _, errors = imported(tmp_path, name, content, *options)

    assert status == 0, errors
    assert sent == [{name: text.format(delimiter) for name, text in ADA[0].items()}]


def test_rejected_rows_of_unicode_text_are_unicode_text_again(api, url, tmp_path):
    file, rejected = tmp_path / "users.txt", tmp_path / "users.rejected.txt"
    file.write_bytes("Name\tE-mail\r\nÅsa\tnowhere\r\nB\tnowhere\r\n".encode("utf-16"))
    run(file, url)
    text = rejected.read_bytes().decode("utf-16")
    rejected.write_bytes(text.replace("nowhere", "asa@unicode.example", 1).encode("utf-16"))

    _, figures, _ = run(rejected, url)

    assert text.startswith("Name\tE-mail\trejected_row\trejected_reason\r\n")
    assert figures["created"] == 1
    assert [each["name"] for each in listed(api, "/users") if each["email"] == "asa@unicode.example"] == ["Åsa"]


def test_a_cell_below_a_column_without_a_name_is_not_passed_over(tmp_path):
    sent, status, said, _ = imported(tmp_path, "users.csv", "name,email,\nA,a@b.example,\nB,b@b.example,x\n")

    assert (status, [each["name"] for each in sent]) == (1, ["A"])
    assert "1 x a cell below a column without a name" in said


SPELT = {
    "19,99": "rejected: price: has a decimal comma: write 19.99",
    "-1.234,5": "rejected: price: has a decimal comma: write -1234.5",
    "1\u00a0234,50": "rejected: price: has a decimal comma: write 1234.50",
    "1,234.50": "rejected: price: has something between its thousands: write 1234.50",
    "1'234'567": "rejected: price: has something between its thousands: write 1234567",
    "1,234": "rejected: price: has something between its thousands: write 1234, or 1.234",
    "much": "rejected: price: must be a number",
    "0.1234567890123456789": '{"name":"A","price":0.1234567890123456789,"category":"a"}',
    "12345678901234567890": '{"name":"A","price":12345678901234567890,"category":"a"}',
    "1e2": '{"name":"A","price":1E+2,"category":"a"}',
    "-5": '{"name":"A","price":-5,"category":"a"}',
}


def tried(file, *options, status=0):
    """What a dry run says, line by line, without an API anywhere."""
    process = start(file, "http://127.0.0.1:9", token="", command=[*COMMAND, *options, "--dry-run"])
    said, errors = process.communicate(timeout=60)
    assert (errors, process.returncode) == ("", status)
    return said.splitlines()


def test_a_number_has_every_digit_and_as_people_write_it_is_told_with_how_to_write_it(tmp_path):
    rows = "".join(f"A;{text};a\n" for text in SPELT)
    (tmp_path / "products.csv").write_text("name;price;category\n" + rows)

    said = tried(tmp_path / "products.csv", status=1)

    assert [line.partition(": ")[2] for line in said[: len(SPELT)]] == [*SPELT.values()]


def test_what_an_export_kept_from_being_run_is_read_as_it_was(tmp_path):
    (tmp_path / "users.csv").write_text("name,email\n'=1+1,''-x\n'tis,'\n")

    said = tried(tmp_path / "users.csv")

    assert said[:2] == ["""row 2: {"name":"=1+1","email":"'-x"}""", """row 3: {"name":"'tis","email":"'"}"""]


def test_a_dry_run_sends_nothing_and_says_what_each_row_would_be(tmp_path):
    content = 'Name,Price,Category,Initial quantity\nCup,1.50,cups,\nJug,"1,50",jugs,many\n,2,pans,1\nPot,3,pots,1,x\n'

    (tmp_path / "products.csv").write_text(content)

    said = tried(tmp_path / "products.csv", status=1)

    assert said[:4] == [
        'row 2: {"name":"Cup","price":1.50,"category":"cups"}',
        "row 3: rejected: price: has a decimal comma: write 1.50; initialQuantity: must be a whole number",
        "row 4: rejected: name: is required",
        "row 5: rejected: 5 cells, but only 4 columns",
    ]
    assert {"  would be sent         1", "  rejected              3"} <= {*said}
    assert [each.name for each in tmp_path.iterdir()] == ["products.csv"]


def test_the_end_says_which_reasons_were_given_and_how_often(url, tmp_path):
    (tmp_path / "users.csv").write_text("name,email\n" + "Ada,nowhere\n" * 7 + ",ada@reasons.example\n")

    said = start(tmp_path / "users.csv", url).communicate(timeout=60)[0]

    assert "7 x email: must be as described: An address." in said
    assert "1 x name: is required" in said
