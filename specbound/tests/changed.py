"""Contracts with one thing said another way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from specbound.compiler.document import Document, load

LISTED = Path(__file__).parent / "contracts" / "listed.yaml"
Change = Callable[[Document], Any]
DROP = object()


def said(*steps: str, **changes: Any) -> Change:
    """Members of what the steps lead to, said another way, or (DROP) left out."""

    def change(contract: Document) -> None:
        target: Any = contract
        for step in steps:
            target = target[int(step)] if isinstance(target, list) else target[step]
        target |= {name: value for name, value in changes.items() if value is not DROP}
        for name in [name for name, value in changes.items() if value is DROP]:
            del target[name]

    return change


def without(*steps: str) -> Change:
    return said(*steps[:-1], **{steps[-1]: DROP})


def listed(change: Change) -> Document:
    """The small contract of a list, with one change."""
    contract = load(LISTED)
    change(contract)
    return contract
