"""Seeded faults: the code with one mistake in it at a time, and the tests that have to notice it."""
