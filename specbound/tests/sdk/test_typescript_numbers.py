"""The TypeScript client's numbers: what JSON holds is read and written with every digit, or refused."""

import json
import random
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = """
import { readFileSync } from "node:fs";
const { decimal, fromJson, toJson } = await import(process.argv[2]);
const tokens = JSON.parse(readFileSync(0, "utf8"));
const read = tokens.map((token) => fromJson(`{"\\\\"1e400":["${token}",${token}]}`)['"1e400'][1]);
const kinds = read.map((value) => (typeof value === "object" ? "decimal" : typeof value));
const written = tokens.map((token) => toJson({ "\\"": [decimal(token), token] }));
process.stdout.write(JSON.stringify({ kinds, read: read.map(String), written }));
"""


def tokens() -> list[str]:
    """Numbers as JSON may write them, the awkward ones among them."""
    dice = random.Random(1)
    made = ["0", "-0", "0.0", "0e5", "1e400", "-1e400", "1e-400", "1E+2", "5e-324", "1.7976931348623157e308", "1e999"]
    made += [
        "9007199254740991",
        "9007199254740992",
        "-9007199254740993",
        "0.30000000000000004",
        "100000000000000000000",
    ]
    for _ in range(2000):
        digits = "".join(dice.choices("0123456789", k=dice.randint(1, 25))).lstrip("0") or "0"
        fraction = "." + "".join(dice.choices("0059", k=dice.randint(1, 20))) if dice.random() < 0.5 else ""
        power = dice.choice(["", "", "", f"e{dice.randint(-400, 400)}", f"E+{dice.randint(0, 30)}"])
        made.append(dice.choice(["", "-"]) + digits + fraction + power)
    return made


def kind(token: str) -> str:
    """What it is read as: a number only if that is the same number."""
    number = float(token)
    if token.lstrip("-").isdigit():
        return "number" if abs(int(token)) < 2**53 else "bigint"
    return "number" if Decimal(repr(number)) == Decimal(token) else "decimal"


def test_no_number_is_rounded_on_its_way_in_or_out(node: str, tarball: Path, tmp_path: Path) -> None:
    module = (tarball.parent / "typescript" / "dist" / "decimals.js").as_uri()
    script = tmp_path / "numbers.mjs"
    script.write_text(SCRIPT, encoding="utf-8")

    done = subprocess.run(
        [node, script, module], input=json.dumps(tokens()), capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert dict(zip(tokens(), found["kinds"], strict=True)) == {token: kind(token) for token in tokens()}
    for token, read in zip(tokens(), found["read"], strict=True):
        assert Decimal(read) == Decimal(token)
    assert found["written"] == [f'{{"\\"":[{token},"{token}"]}}' for token in tokens()]
