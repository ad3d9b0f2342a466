"""Every snippet of every page is executed by a test, and a tree of files names what is there."""

from pathlib import Path

import pytest

from specbound.cli import main
from tests.repository.snippets import EXECUTED, ROOT, TREES, Snippet, snippets

SERVICE = "specbound/src/specbound/template/service/"
ALL = snippets()


def test_the_pages_have_snippets() -> None:
    assert {"README.md", "specbound/README.md", f"{SERVICE}README.md"} <= {each.page for each in ALL}
    assert len(ALL) > 80


@pytest.mark.parametrize("snippet", ALL, ids=str)
def test_a_snippet_says_who_executes_it(snippet: Snippet) -> None:
    assert snippet.executed_by, f"{snippet.page}:{snippet.line}: write its row in tests/repository/snippets.py."


@pytest.mark.parametrize("row", EXECUTED, ids=lambda row: f"{row[0]} by {row[2]}")
def test_who_is_said_to_execute_a_snippet_reads_its_page(row: tuple[str, str, str]) -> None:
    page, _, test = row
    taken = snippets(test)

    assert taken, f"{test} executes nothing"
    # Tests of this very service go with it.
    if (ROOT / test).exists() or (ROOT / "tests" / "service.py").exists():
        text = (ROOT / test).read_text(encoding="utf-8")
        assert (
            "snippets(" in text or Path(page).name.partition(".")[0] in text or "walk.PAGE" in text or "readme" in text
        )


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    service = tmp_path_factory.mktemp("new") / "orders"
    assert main(["new", "orders", "--into", str(service)]) == 0
    return service


@pytest.mark.parametrize("tree", snippets(TREES), ids=str)
def test_a_tree_names_what_is_there(tree: Snippet, new: Path) -> None:
    folder = ROOT if tree.page == "README.md" else new

    for line in tree.text.splitlines():
        path = line.split()[0]
        # What `specbound compile` and a deployment make, is not there at first.
        assert (folder / path).exists() or path in ("handlers/compiled/", "terraform/"), path
