"""`make pictures`: the docs page of the service here, as a desktop, a dark one and a phone show it, in PNG."""

import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

from specbound.local.background import served
from tests.docs_page import DRIVER, headless, open_docs_page

# Width in pixels, colours, and the operation that is shown.
PICTURES = {
    "docs-page": (1280, "light", "POST /users"),
    "docs-page-dark": (1280, "dark", "GET /users"),
    "docs-page-phone": (500, "light", "POST /users"),
}


def main(out: Path) -> None:
    if DRIVER is None:
        sys.exit("chromedriver is not installed: it drives the browser that the pictures are taken with.")
    out.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile() as log, served(Path(log.name)) as url, headless() as browser:
        page = open_docs_page(browser, url)
        for name, (width, scheme, operation) in PICTURES.items():
            page.show_on(width, scheme)
            page.follow(operation)
            browser.save_screenshot(str(out / f"{name}.png"))
            print(out / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
