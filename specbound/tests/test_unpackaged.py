"""What would not start in Lambda is not packaged."""

import subprocess
import sys

import pytest

from specbound.compiler.document import ROOT

pytestmark = pytest.mark.slow

SPECBOUND = [sys.executable, "-m", "specbound"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("def get_order(", "def get_orders(", "no operation of the contract has this name"),
        ("from handlers.service import orders", "from handlers.service import order", "cannot import name 'order'"),
    ],
)
def test_a_service_that_cannot_start_is_refused_before_it_is_packaged(tmp_path, old, new, told):
    folder = tmp_path / "orders"
    subprocess.run([*SPECBOUND, "new", "orders", "--into", folder], cwd=ROOT, check=True, capture_output=True)
    subprocess.run([*SPECBOUND, "compile"], cwd=folder, check=True)
    file = folder / "handlers" / "orders.py"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")

    done = subprocess.run([*SPECBOUND, "package", "--host"], cwd=folder, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert told in done.stderr
    assert not (folder / "build" / "lambda.zip").exists()
