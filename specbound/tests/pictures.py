"""`make pictures`: the docs page of the service here, as a desktop, a dark one and a phone show it, in PNG.

And its server, by what that writes into a terminal while some requests are sent.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import httpx
from selenium.webdriver import Chrome

from specbound.compiled import read_document
from specbound.local.background import served
from tests.docs_page import DRIVER, headless, open_docs_page
from tests.terminal import photograph, shown

# Width in pixels, colours, and how the operation that is shown is called.
PICTURES = {
    "docs-page": (1280, "light", "POST"),
    "docs-page-dark": (1280, "dark", "GET"),
    "docs-page-phone": (500, "light", "GET"),
}
HEADERS = {"authorization": "Bearer local"}


def lists() -> dict[str, Any]:
    """What the contract lists and lets callers add to: the path, and an example of what is sent there."""
    paths = {path: each for path, each in read_document()["paths"].items() if {"get", "post"} <= each.keys()}
    bodies = {path: each["post"].get("requestBody", {}).get("content", {}) for path, each in paths.items()}
    return {
        path: body["application/json"].get("example")
        for path, body in bodies.items()
        if "{" not in path and "application/json" in body
    }


def requests() -> Iterator[tuple[str, str, Any]]:
    """What is sent for the picture of `make run`: right and wrong, read and written."""
    shown = lists()
    first, *_, last = [*shown, *shown]
    yield "GET", first, None
    yield "POST", first, shown[first]
    yield "POST", first, shown[first]
    yield "GET", f"{first}?limit=0", None
    yield "GET", f"{last}?limit=100", None
    yield "GET", "/health", None
    yield "PATCH", first, None


def photograph_server(browser: Chrome, file: Path) -> None:
    with shown("run", "--port", "0") as screen:
        screen.read_until("Try it:")
        [url] = re.findall(r"answers on +(\S+)", screen.text())
        screen.read_until("request")
        for method, path, body in requests():
            httpx.request(method, url + path, json=body, headers=HEADERS)
            screen.read_until(path.partition("?")[0])
        photograph(browser, ["$ make run", *screen.lines], file)


def main(out: Path) -> None:
    if DRIVER is None:
        sys.exit("chromedriver is not installed: it drives the browser that the pictures are taken with.")
    out.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile() as log, served(Path(log.name)) as url, headless() as browser:
        page = open_docs_page(browser, url)
        for name, (width, scheme, method) in PICTURES.items():
            page.show_on(width, scheme)
            page.follow(f"{method} {next(iter(lists()))}")
            browser.save_screenshot(str(out / f"{name}.png"))
            print(out / f"{name}.png")
        photograph_server(browser, out / "make-run.png")
        print(out / "make-run.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
