"""What some tests of the repository need."""

from tests.repository.node import node

__all__ = ["node"]
