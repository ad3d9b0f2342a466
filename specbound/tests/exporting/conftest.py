"""An API to export from, and the exporter as `make export` installs it."""

from tests.importing.conftest import api, importer, url

__all__ = ["api", "importer", "url"]
