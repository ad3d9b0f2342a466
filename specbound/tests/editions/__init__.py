"""A service with two versions of its contract, as it is deployed, shown and called: EDITIONS is its folder."""

import shutil
from pathlib import Path

EDITIONS = Path(__file__).parent


def copied(folder: Path) -> Path:
    """The service in a folder of its own."""
    ignored = shutil.ignore_patterns("compiled", "build", "callers", "__pycache__", "__init__.py")
    service = shutil.copytree(EDITIONS, folder / "editions", ignore=ignored)
    shutil.copy(EDITIONS / "handlers" / "__init__.py", service / "handlers")
    return service
