"""The documents: what they refer to is there, and each stays as long as somebody reads it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (".", "docs", "specbound", "specbound/docs", "specbound/docs/decisions")
DOCUMENTS = sorted(file for folder in FOLDERS for file in (ROOT / folder).glob("*.md"))
MOST_LINES = {"README.md": 99, "specbound/README.md": 99} | {
    str(file.relative_to(ROOT)): 25 for file in DOCUMENTS if file.parent.name == "decisions"
}
# Built, the reader's own, or of an example.
ELSEWHERE = (
    "handlers/authentication.py",
    "handlers/compiled",
    "handlers/operations.py",
    "handlers/orders.py",
    "terraform/backend.tf",
    "tests/faults/",  # planted in this service
    "tests/requests.json",
    "tests/test_contract.py",
    "terraform/terraform.",
)


def anchors(file: Path) -> set[str]:
    """What GitHub calls the headings of a document in links."""
    headings = re.findall("^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_link_leads_to_a_file_and_a_heading_that_are_there(document: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))

    for file, _, heading in (each.partition("#") for each in links if not each.startswith("https://")):
        target = document.parent / file if file else document
        assert target.exists(), file
        assert not heading or heading in anchors(target), heading


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_path_in_the_repository_is_there(document: Path) -> None:
    spans = re.findall(
        r"`((?:specbound/src|handlers|terraform|tests|docs|requirements)/[\w./-]*)`", document.read_text()
    )

    for path in spans:
        assert path.startswith(ELSEWHERE) or (ROOT / path).exists(), path


@pytest.mark.parametrize("name", sorted(MOST_LINES))
def test_a_document_is_short(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= MOST_LINES[name]


def test_every_target_of_make_that_a_document_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall("^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        each
        for document in DOCUMENTS
        for each in re.findall(r"(?:^ +|`|… |^)make ([a-z][a-z-]*)", document.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert {"run", "test", "deploy"} <= named <= targets


def test_one_version_of_terraform_is_asked_for_wherever_one_is_named() -> None:
    [required] = re.findall(r'required_version = ">= ([\d.]+)"', (ROOT / "terraform/versions.tf").read_text())
    written = [file for kind in ("*.md", "Makefile", "*.py") for file in (ROOT / "specbound/src").rglob(kind)]
    files = [*DOCUMENTS, ROOT / "Makefile", *written]

    named = [re.findall(r"Terraform (\d[\d.]*\d)", file.read_text(encoding="utf-8")) for file in files]

    assert {version for versions in named for version in versions} == {required}
