"""The table that sets the clients beside others: what it says of ours is a claim, and each claim is kept by a test."""

import re
from pathlib import Path

HERE = Path(__file__).parent
TABLE = HERE.parent / "docs" / "clients.md"


def test_each_row_of_the_table_names_claims_that_are_tested() -> None:
    files = [*(HERE / "sdk").glob("*.py"), *(HERE / "sdk").glob("*.mts"), *(HERE / "sdk").glob("golang/*.go")]
    sources = "".join(file.read_text(encoding="utf-8") for file in files)
    kinds = r"^def (\w+)\(connect: Connect\)|^  async (\w+)\(|^def test_(\w+)\(|^func Test_(\w+)\("
    claims = set(re.findall(kinds, sources, re.MULTILINE))
    known = {name for pair in claims for name in pair if name}
    rows = [line.split("|")[1:-1] for line in TABLE.read_text(encoding="utf-8").splitlines() if line.count("|") == 7]

    named = {row[0].strip(): set(re.findall("`(\\w+)`", row[5])) for row in rows[2:]}

    assert len(named) > 20
    assert {name for names in named.values() for name in names} <= known
    without = [row for row, names in named.items() if not names]
    # What ours lack stands last, and says so.
    assert without == list(named)[-len(without) :]
    assert all(cells[4].strip().startswith(("no", "none")) for cells in rows[-len(without) :])
