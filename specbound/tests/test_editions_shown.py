"""Two versions of a contract in a browser: each has a docs page of its own, and its callers find the other."""

import gzip
import os

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from specbound.local.background import served
from tests.docs_page import DRIVER, PATIENCE_SECONDS, open_docs_page
from tests.editions import copied

pytestmark = [pytest.mark.slow, pytest.mark.in_process]

if DRIVER is None and os.environ.get("CI") != "true":
    pytest.skip("Chromium's driver (chromedriver) is not installed.", allow_module_level=True)

BOOKS = {"GET /books", "POST /books", "GET /books/{bookId}"}


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shown")
    with served(folder / "log", "--empty", folder=copied(folder)) as url:
        yield url


def test_a_page_shows_its_version_and_leads_to_the_other(browser, editions):
    page = open_docs_page(browser, editions)
    assert page.operations() == BOOKS

    browser.find_element(By.LINK_TEXT, "Version 1.4.0, until 2027-01-31").click()

    WebDriverWait(browser, PATIENCE_SECONDS).until(lambda _: browser.current_url.startswith(f"{editions}/v1/docs"))
    earlier = open_docs_page(browser, f"{editions}/v1")
    assert earlier.operations() == BOOKS
    assert earlier.samples("POST /books") == ["curl", "Python", "TypeScript"]
    assert page.complaints() == []


def test_each_version_is_tried_out_on_its_page(browser, editions):
    latest = open_docs_page(browser, editions)
    assert latest.send("POST /books", "local", {"title": "Emma", "author": "Jane Austen"}) == 201

    earlier = open_docs_page(browser, f"{editions}/v1")

    assert earlier.send("GET /books", "local") == 200
    assert earlier.send("POST /books", "local", {"title": "Emma", "author": "Jane Austen"}) == 400
    assert earlier.send("POST /books", "local", {"name": "Odes"}) == 201
    assert earlier.loaded()[-1] == f"{editions}/v1/books"


def test_an_operation_of_a_version_has_a_link_and_is_found(browser, editions):
    earlier = open_docs_page(browser, f"{editions}/v1")

    earlier.look_for("new book")
    WebDriverWait(browser, PATIENCE_SECONDS).until(lambda _: earlier.operations() == {"POST /books"})
    earlier.follow("GET /books/{bookId}")

    assert "it may be gone from 2027-01-31 on" in earlier.text("GET /books/{bookId}")


@pytest.mark.parametrize("version", ["", "/v1"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_page_of_each_version(browser, editions, version, scheme):
    page = open_docs_page(browser, editions + version)
    page.show_on(500, scheme)

    assert page.findings() == {}


@pytest.mark.parametrize("version", ["", "/v1"])
def test_the_page_of_each_version_is_as_small_as_that_of_one_alone(editions, version):
    texts = [httpx.get(f"{editions}{version}/{path}").content for path in ("docs", "openapi.json")]

    assert sum(len(gzip.compress(each)) for each in texts) < 300_000
