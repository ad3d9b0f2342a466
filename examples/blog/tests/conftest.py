"""What every test stands on: the engine's fixtures for any service."""

pytest_plugins = ["specbound.testing"]
