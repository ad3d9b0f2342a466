"""`make costs`: writes docs/costs.md, or the file that is named."""

import sys
from pathlib import Path

from costs.bill import Bill
from costs.measure import measure
from costs.page import page
from specbound.compiler.document import ROOT

PAGE = ROOT / "docs" / "costs.md"


def main(file: Path = PAGE) -> None:
    measured, sizes = measure()
    file.write_text(page(Bill(measured), sizes), encoding="utf-8")
    longest = max(len(each.name) for each in measured)
    for each in measured:
        print(f"{each.name:<{longest}} {each.calls:3} calls {each.reads:5g} read units {each.writes:5g} write units")
    print(f"{file.name} says what {len(measured)} requests cost.")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
