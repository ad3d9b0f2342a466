"""The docs page, used in a real browser: as `make run` serves it, or where it is deployed."""

import gzip
import os
import threading
from uuid import uuid4

import httpx
import pytest
from selenium.webdriver.support.wait import WebDriverWait

from specbound.compiler.answers import complete
from specbound.compiler.document import declarations, load
from specbound.compiler.problem_guide import explained
from tests import pictures
from tests.docs_page import DRIVER, PATIENCE_SECONDS, open_docs_page
from tests.sdk.faults import FaultyGateway

pytestmark = pytest.mark.slow

if DRIVER is None and os.environ.get("CI") != "true":
    pytest.skip(
        "Chromium's driver (chromedriver) is not installed: the docs page was not tested.", allow_module_level=True
    )


@pytest.fixture
def page(browser, url):
    return open_docs_page(browser, url)


@pytest.fixture
def stage(url):
    """The same API below a prefix, as a named stage of API Gateway is."""
    with FaultyGateway(url) as gateway:
        threading.Thread(target=gateway.serve_forever, daemon=True).start()
        yield f"{gateway.url}/none"
        gateway.shutdown()


def new_user():
    return {"name": "Ada Lovelace", "email": f"{uuid4()}@example.com"}


def test_the_docs_page_shows_every_operation(page):
    assert page.operations() == {f"{each.method} {each.path}" for each in declarations(load())}


def test_a_request_from_the_docs_page_creates_a_user(page, url, token):
    user = new_user()

    status = page.send("POST /users", token, user)

    found = httpx.get(f"{url}/users", params={"email": user["email"]}, headers={"authorization": f"Bearer {token}"})
    assert status == 201
    assert [item["name"] for item in found.json()["items"]] == [user["name"]]


def test_without_a_good_token_the_docs_page_shows_the_refusal(page):
    assert page.send("POST /users", "none", new_user()) == 401


def test_an_example_is_sent_as_it_stands(page, token):
    assert page.send("POST /products", token) in (201, 409)


def test_what_may_be_left_out_is_left_out(page, token):
    """Such as a cursor, whose example is that of no list."""
    assert page.send("GET /products", token) == 200


def test_an_operation_is_found_by_its_name(page):
    page.look_for("stock of one product")

    WebDriverWait(page.browser, PATIENCE_SECONDS).until(lambda _: len(page.operations()) < 5)
    assert page.operations() == {"GET /inventory/{productId}", "PUT /inventory/{productId}"}


def test_an_operation_is_shown_in_each_language(page):
    assert page.samples("POST /users") == ["curl", "Python", "TypeScript"]


def test_each_type_of_problem_is_in_a_table(page):
    table = page.problems()

    assert table.keys() == {each["name"] for each in explained(complete(load()).document)}
    status, meaning, remedy, operations = table["stock-exceeded"]
    assert (status, operations) == ("409", "adjust_inventory")
    assert (meaning[:20], remedy[:13]) == ("The stock would go b", "Get the stock")


def test_a_problem_is_explained_where_it_occurs(page):
    said = page.explanation("POST /inventory/{productId}/adjustments", 409)

    assert "stock-exceeded: The stock would go below zero, or above what there can be. Get the stock" in said
    assert "email-taken" not in said


@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_docs_page(page, width, scheme):
    page.show_on(width, scheme)

    assert page.problems()
    assert page.findings() == {}
    for operation in ("GET /users", "POST /users", "PUT /inventory/{productId}"):
        page.follow(operation)
        assert page.findings() == {}


def test_a_caller_loads_at_most_300_kb(page):
    asked = {"accept-encoding": "gzip"}
    texts = [httpx.get(f"{page.url}/{path}", headers=asked).content for path in ("docs", "openapi.json")]

    assert sum(len(gzip.compress(each)) for each in texts) < 300_000


def test_the_docs_page_works_below_a_stages_prefix(browser, stage, token):
    page = open_docs_page(browser, stage)

    assert page.send("GET /users", token) == 200
    assert all(address.startswith(f"{stage}/") for address in page.loaded())


def test_the_docs_page_loads_nothing_but_the_api_and_keeps_to_its_policy(page, token):
    page.send("POST /users", token, new_user())

    assert page.loaded() == [f"{page.url}/{path}" for path in ("docs", "openapi.json", "users")]
    assert page.complaints() == []


def test_the_docs_page_cannot_be_made_to_call_elsewhere(page):
    page.browser.execute_script("return fetch('https://example.com').catch(() => null)")

    assert page.loaded() == [f"{page.url}/docs", f"{page.url}/openapi.json"]
    assert any("Content Security Policy" in complaint for complaint in page.complaints())


def test_a_token_outlives_a_reload_but_not_the_tab(page):
    page.enter("secret")
    first_tab = page.browser.current_window_handle

    page.browser.refresh()
    after_a_reload = page.token()
    page.browser.switch_to.new_window("tab")
    in_another_tab = open_docs_page(page.browser, page.url).token()
    page.browser.close()
    page.browser.switch_to.window(first_tab)

    assert (after_a_reload, in_another_tab) == ("secret", "local")


def test_pictures_are_taken_on_screens_of_three_kinds(tmp_path):
    pictures.main(tmp_path)

    widths = {each.stem: int.from_bytes(each.read_bytes()[16:20], "big") for each in tmp_path.iterdir()}
    # And one of the terminal, as wide as its lines.
    assert widths.pop("make-run") > 500
    assert widths == {name: width for name, (width, *_) in pictures.PICTURES.items()}
