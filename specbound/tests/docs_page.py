"""The docs page in a real browser, headless: what it shows, what it does when told, what it loads and complains of."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

# Chromium's own errands, which are no business of the page, and fail noisily without a network.
QUIET = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")
PATIENCE_SECONDS = 10
# It comes with the Chromium that it drives.
DRIVER = shutil.which("chromedriver")


@dataclass(frozen=True)
class DocsPage:
    """The docs page of the API at `url`, open."""

    browser: Chrome
    url: str

    def operations(self) -> set[str]:
        """Which operations it shows, by their operationIds."""
        return {each.text for each in self.browser.find_elements(By.CLASS_NAME, "opblock-summary-operation-id")}

    def token(self) -> str:
        """The token in its field."""
        return str(self._token_field.get_property("value"))

    def enter(self, token: str) -> None:
        """Replace the token in its field."""
        _paste(self._token_field, token)

    def send(self, operation_id: str, token: str, body: Any = None) -> int:
        """Try an operation out with a token, as its user would. Returns the status that the page shows."""
        self.enter(token)
        operation = self.browser.find_element(By.CSS_SELECTOR, f".opblock[id$='-{operation_id}']")
        operation.find_element(By.CLASS_NAME, "opblock-summary-control").click()
        execute = self._find(operation, ".execute")
        if body is not None:
            _paste(self._find(operation, ".body-param__text"), json.dumps(body))
        execute.click()
        return int(self._find(operation, ".live-responses-table tbody .response-col_status").text.split()[0])

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

    def _find(self, within: WebElement, selector: str) -> WebElement:
        wait = WebDriverWait(self.browser, PATIENCE_SECONDS)
        return wait.until(lambda _: within.find_elements(By.CSS_SELECTOR, selector))[0]


def open_docs_page(browser: Chrome, url: str) -> DocsPage:
    """Open the docs page of the API at a base URL."""
    page = DocsPage(browser, url.rstrip("/"))
    browser.get("about:blank")
    page.loaded(), page.complaints()
    browser.get(f"{page.url}/docs")
    WebDriverWait(browser, PATIENCE_SECONDS).until(lambda _: page.operations())
    return page


@contextmanager
def headless() -> Iterator[Chrome]:
    """Headless Chromium, whose driver must be installed."""
    assert DRIVER, "There is no chromedriver."
    options = ChromeOptions()
    for argument in ("--headless=new", "--window-size=1280,1000", *QUIET):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium's sandbox does not work for root
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with Chrome(options=options, service=Service(DRIVER)) as browser:
        yield browser


def _paste(field: WebElement, text: str) -> None:
    """Replace what is in a field. Typed, every key would cost a rendering of the page."""
    field.parent.execute_script(
        "arguments[0].select(); document.execCommand('insertText', false, arguments[1])", field, text
    )
