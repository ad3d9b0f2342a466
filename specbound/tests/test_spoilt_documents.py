"""Documents with mistakes, as their authors write them: whatever is wrong is told with a file and a line."""

import json
import re
from pathlib import Path
from random import Random

import pytest

from specbound.compiler.artefact import artefact
from specbound.compiler.bundle import bundled
from specbound.compiler.document import CONTRACT, Refused
from specbound.compiler.explanation import explained
from specbound.compiler.report import described
from specbound.compiler.rules import check
from specbound.compiler.source import parse
from specbound.compiler.types import types
from tests.mutating import HERE, edited, mutated

# A line for each mistake, and each of them with the file and the line that it is on.
TOLD = re.compile(r"openapi\.yaml:[1-9][0-9]*: .+")
SMALL = tuple(HERE / "contracts" / f"{name}.yaml" for name in ("things", "listed", "bookings", "shop", "studios"))
ALL = (*SMALL * 3, HERE / "orders" / "openapi.yaml", CONTRACT)
IN_ALL = 5000
PARTS = 20


def test_what_is_spoilt_is_refused_by_name_or_taken_whole(tmp_path: Path) -> None:
    for number in range(250):
        check_one(tmp_path / "openapi.yaml", SMALL, Random(f"fast {number}"))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_is_spoilt_is_refused_by_name_or_taken_whole(part: int, tmp_path: Path) -> None:
    for number in range(IN_ALL // PARTS):
        check_one(tmp_path / "openapi.yaml", ALL, Random(f"slow {part} {number}"))


def check_one(contract: Path, sources: tuple[Path, ...], random: Random) -> None:
    """Half of them are spoilt as texts, half in what they say; one of three says that it is OpenAPI 3.1."""
    text = (
        random.choice(sources).read_text(encoding="utf-8").replace("3.0.3", random.choice(("3.0.3", "3.0.4", "3.1.0")))
    )
    spoilt = edited(text, random) if random.random() < 0.5 else json.dumps(mutated(parse(text), random), indent=1)
    contract.write_text(spoilt, encoding="utf-8")
    try:
        bundle = bundled(contract)
        artefact(bundle)
        types(bundle.document)
        explained(bundle)
        list(check(bundle.document))
    except Refused as refused:
        lines = described(refused, contract).splitlines()
        assert lines
        assert [each for each in lines if not TOLD.fullmatch(each)] == [], spoilt
