"""What is installed is what was pinned: each package by its version and its hashes, whatever a registry offers."""

import re
from pathlib import Path

import pytest

from specbound.compiler.document import ROOT

PINNED = sorted([*ROOT.glob("requirements/*.txt"), *ROOT.glob("specbound/src/specbound/deploy/requirements.txt")])


@pytest.mark.parametrize("file", PINNED, ids=lambda each: each.name)
def test_every_package_is_pinned_by_its_hashes(file: Path) -> None:
    text = re.sub(r"(?m)^ *#.*\n?", "", file.read_text(encoding="utf-8")).replace("\\\n", " ")

    loose = [line for line in text.splitlines() if not re.match(r"\S+==\S+.* --hash=sha256:[0-9a-f]{64}", line.strip())]

    assert text.strip()
    assert not [line for line in loose if line.strip()]


def test_every_installation_asks_for_the_hashes() -> None:
    installing = [
        line
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if re.search(r"pip .*install.* -r ", line)
    ]

    assert len(installing) >= 3
    assert not [line for line in installing if "--require-hashes" not in line]
