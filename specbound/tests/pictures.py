"""`make pictures`: the docs page of the service here, as a desktop, a dark one and a phone show it, in PNG.

And its server, by what that writes into a terminal while some requests are sent.
"""

import re
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

import httpx
from selenium.webdriver import Chrome

from specbound.local.background import served
from tests.docs_page import DRIVER, headless, open_docs_page
from tests.terminal import photograph, shown

# Width in pixels, colours, and the operation that is shown.
PICTURES = {
    "docs-page": (1280, "light", "POST /users"),
    "docs-page-dark": (1280, "dark", "GET /users"),
    "docs-page-phone": (500, "light", "POST /users"),
}
# What is sent for the picture of `make run`: right and wrong, read and written.
HEADERS = {"authorization": "Bearer local"}
REQUESTS = (
    ("GET", "/users", None),
    ("POST", "/users", {"name": "Grace Hopper", "email": "grace@example.com"}),
    ("POST", "/users", {"name": "Grace Hopper", "email": "grace@example.com"}),
    ("GET", "/users?limit=0", None),
    ("GET", "/products?limit=100", None),
    ("GET", "/health", None),
    ("PATCH", "/users", None),
)


def photograph_server(browser: Chrome, file: Path) -> None:
    with shown("run", "--port", "0") as screen:
        screen.read_until("Try it:")
        [url] = re.findall(r"answers on +(\S+)", screen.text())
        screen.read_until("request")
        for method, path, body in REQUESTS:
            httpx.request(method, url + path, json=body, headers=HEADERS)
            screen.read_until(path.partition("?")[0])
        photograph(browser, ["$ make run", *screen.lines], file)


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
        photograph_server(browser, out / "make-run.png")
        print(out / "make-run.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
