"""`make pictures`: the docs page of the service in a folder, as a desktop, a dark one and a phone show it, as PNG."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docs_page import DRIVER, headless, open_docs_page

# Width in pixels, colours, and the operation that is shown.
PICTURES = {
    "docs-page": (1280, "light", "POST /users"),
    "docs-page-dark": (1280, "dark", "GET /users"),
    "docs-page-phone": (500, "light", "POST /users"),
}
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def main(service: Path, out: Path) -> None:
    if DRIVER is None:
        sys.exit("chromedriver is not installed: it drives the browser that the pictures are taken with.")
    out.mkdir(parents=True, exist_ok=True)
    with served(service) as url, headless() as browser:
        page = open_docs_page(browser, url)
        for name, (width, scheme, operation) in PICTURES.items():
            page.show_on(width, scheme)
            page.follow(operation)
            browser.save_screenshot(str(out / f"{name}.png"))
            print(out / f"{name}.png")


@contextmanager
def served(service: Path) -> Iterator[str]:
    """The address of the service in a folder, run as `make run` does."""
    command = [sys.executable, "-m", "specbound", "run", "--port", "0"]
    with subprocess.Popen(command, cwd=service, stdout=subprocess.PIPE, text=True) as server:
        try:
            found = next(filter(None, map(ADDRESS.search, server.stdout or ())), None)
            if found is None:
                sys.exit("The service did not start.")
            yield found[0]
        finally:
            server.terminate()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
