"""What the tests of the repository need: they run programs, so most of them are slow."""

from pathlib import Path

import pytest

from tests.repository.node import node

__all__ = ["node"]
HERE = Path(__file__).parent
FAST = {"test_dependencies.py", "test_documents.py", "test_faults.py", "test_reference.py", "test_snippets.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and item.path.name not in FAST:
            item.add_marker(pytest.mark.slow)
