"""The requests that the documents explain are explained as the command does it here."""

import re

import pytest

from tests.repository.explained import BLOCK, ROOT, renewed

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

DOCUMENT = ROOT / "docs" / "how-it-works.md"


def timeless(text: str) -> str:
    """Without what is another in each run, and the lines of files, which move with every edit."""
    return re.sub(r"(?<=, )[0-9.]+(?= ms)|(?<=yaml:)[0-9]+|(?<=py:)[0-9]+", "N", text)


def test_an_explained_request_is_as_the_command_explains_it() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    assert len(BLOCK.findall(text)) == 2
    assert timeless(renewed(text)) == timeless(text), "make pictures writes it anew"
