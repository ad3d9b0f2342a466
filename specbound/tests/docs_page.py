"""The docs page in a real browser, headless: what it shows, what it does when told, what it loads and complains of."""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.shadowroot import ShadowRoot
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

# Chromium's own errands, which are no business of the page, and fail noisily without a network.
QUIET = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")
PATIENCE_SECONDS = 60
SCREEN = (1280, "light")
# It comes with the Chromium that it drives.
DRIVER = shutil.which("chromedriver")
# The package is not imported: it would start a driver of its own.
AXE = Path(str(distribution("axe-playwright-python").locate_file("axe_playwright_python/axe.min.js")))


@dataclass(frozen=True)
class DocsPage:
    """The docs page of the API at `url`, open."""

    browser: Chrome
    url: str

    def operations(self) -> set[str]:
        """Which operations its list shows, such as `GET /users`."""
        links = self._viewer.find_elements(By.CSS_SELECTOR, ".nav-bar-path")
        shown = [each.get_attribute("data-content-id") or "" for each in links if each.is_displayed()]
        return {f"{method.upper()} {_braced(path)}" for method, _, path in (each.partition("-") for each in shown)}

    def samples(self, operation: str) -> list[str]:
        """In which languages the page shows a call of an operation."""
        self.follow(operation)
        return [each.text for each in self._viewer.find_elements(By.CSS_SELECTOR, ".tab-btn") if each.is_displayed()]

    def problems(self) -> dict[str, list[str]]:
        """The table of the types of problems: the cells of each row, by the type."""
        self.browser.get(f"{self.url}/docs#overview")
        wait = WebDriverWait(self.browser, PATIENCE_SECONDS)
        rows = wait.until(lambda _: self._viewer.find_elements(By.CSS_SELECTOR, "#overview table tbody tr"))
        cells = ([each.text for each in row.find_elements(By.CSS_SELECTOR, "td")] for row in rows)
        return {name: rest for name, *rest in cells}

    def explanation(self, operation: str, status: int) -> str:
        """What the page says of a reply of an operation."""
        self.follow(operation)
        wait = WebDriverWait(self.browser, PATIENCE_SECONDS)
        replies = wait.until(lambda _: self._viewer.find_elements(By.CSS_SELECTOR, "api-response"))[0].shadow_root
        tab = next(each for each in replies.find_elements(By.CSS_SELECTOR, "button") if each.text == str(status))
        self.browser.execute_script("arguments[0].click()", tab)
        return next(each.text for each in replies.find_elements(By.CSS_SELECTOR, ".resp-descr") if each.is_displayed())

    def look_for(self, text: str) -> None:
        """Leave in the list what has this text."""
        _paste(self._viewer.find_element(By.ID, "nav-bar-search"), text)

    def follow(self, operation: str) -> None:
        """Show an operation, such as `GET /users`, as a link to it does."""
        self.browser.get(f"{self.url}/docs#{_anchor(operation)}")
        self._request_of(operation)

    def text(self, operation: str) -> str:
        """All that it says of the operation that it shows."""
        found = self._viewer.find_elements(By.CSS_SELECTOR, f"[id='{_anchor(operation)}'], .expanded-endpoint-body")
        return "\n".join(each.text for each in found)

    def show_on(self, width: int, scheme: str) -> None:
        """Load it again on a screen with so many pixels, which is `light` or `dark`."""
        _set_screen(self.browser, width, scheme)
        self.browser.refresh()
        # What it is told while it loads may be lost.
        shown = (By.CSS_SELECTOR, ".nav-bar-path, .m-endpoint")
        WebDriverWait(self.browser, PATIENCE_SECONDS).until(lambda _: self._viewer.find_elements(*shown))

    def findings(self) -> dict[str, str]:
        """What axe says that somebody can't use, by its rules, with how much it matters."""
        # The page's policy keeps scripts out that are not its own; a debugger's come in.
        self.browser.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        found = self.browser.execute_async_script("axe.run().then(arguments[0])")
        counted = Counter(each["id"] for each in found["passes"])
        assert counted["color-contrast"], "axe has looked at nothing"
        return {each["id"]: f"{each['impact']}: {each['nodes'][0]['html']}" for each in found["violations"]}

    def token(self) -> str:
        """The token in its field."""
        return str(self._token_field.get_property("value"))

    def enter(self, token: str) -> None:
        """Replace the token in its field."""
        _paste(self._token_field, token)

    def send(self, operation: str, token: str, body: Any = None) -> int:
        """Try an operation out with a token, as its user would. Returns the status that the page shows."""
        self.enter(token)
        self.follow(operation)
        form = self._request_of(operation)
        if body is not None:
            _paste(form.find_element(By.CSS_SELECTOR, "textarea"), json.dumps(body))
        self.browser.execute_script("arguments[0].click()", form.find_element(By.CSS_SELECTOR, "[part~=btn-try]"))
        wait = WebDriverWait(self.browser, PATIENCE_SECONDS)
        said = wait.until(lambda _: re.search(r"\d{3}", form.find_element(By.CLASS_NAME, "response-message").text))
        return int(said[0])

    def loaded(self) -> list[str]:
        """Every address that was asked for since it was opened or this was asked. (A data: address asks nobody.)"""
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        sent = [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]
        return [address for address in sent if not address.startswith("data:")]

    def complaints(self) -> list[str]:
        """The errors in the browser's console since it was opened or this was asked."""
        return [entry["message"] for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]

    @property
    def _token_field(self) -> WebElement:
        return self.browser.find_element(By.ID, "token")

    @property
    def _viewer(self) -> ShadowRoot:
        return self.browser.find_element(By.ID, "operations").shadow_root

    def _request_of(self, operation: str) -> ShadowRoot:
        wait = WebDriverWait(self.browser, PATIENCE_SECONDS)
        method, _, path = operation.partition(" ")
        selector = f"api-request[method='{method.lower()}'][path='{path}']"
        return wait.until(lambda _: self._viewer.find_elements(By.CSS_SELECTOR, selector))[0].shadow_root


def open_docs_page(browser: Chrome, url: str) -> DocsPage:
    """Open the docs page of the API at a base URL."""
    page = DocsPage(browser, url.rstrip("/"))
    browser.get("about:blank")
    _set_screen(browser, *SCREEN)
    page.loaded(), page.complaints()
    browser.get(f"{page.url}/docs")
    WebDriverWait(browser, PATIENCE_SECONDS).until(lambda _: page.operations())
    return page


@contextmanager
def headless() -> Iterator[Chrome]:
    """Headless Chromium, whose driver must be installed."""
    assert DRIVER, "There is no chromedriver."
    options = ChromeOptions()
    for argument in ("--headless=new", *QUIET):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium's sandbox does not work for root
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with Chrome(options=options, service=Service(DRIVER)) as browser:
        yield browser


def _set_screen(browser: Chrome, width: int, scheme: str) -> None:
    browser.set_window_size(width, 1000)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)


def _anchor(operation: str) -> str:
    """The part of the page's address behind `#` that stands for an operation, such as `get-/users/-userId-`."""
    method, _, path = operation.partition(" ")
    return f"{method.lower()}-{path.replace('{', '-').replace('}', '-')}"


def _braced(path: str) -> str:
    """The path of an anchor, whose parameters are written between dashes: of the contract's, none has another."""
    return re.sub(r"-(\w+)-", r"{\1}", path)


def _paste(field: WebElement, text: str) -> None:
    """Replace what is in a field. Typed, every key would cost a rendering of the page."""
    field.parent.execute_script(
        "arguments[0].select(); document.execCommand('insertText', false, arguments[1])", field, text
    )
