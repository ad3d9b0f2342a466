"""The docs page as it is written, where no browser is needed to judge it."""

import base64
import hashlib
import json
import subprocess
from html.parser import HTMLParser

import pytest

from handlers.router import lambda_handler
from specbound.compiler import docs
from specbound.compiler.document import load
from specbound.local.gateway import Context

EVENT = {"httpMethod": "GET", "resource": "/docs"}


class Page(HTMLParser):
    """Every element by its name, with its attributes and the text that it begins with."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.is_open = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), []))
        self.is_open = True

    def handle_endtag(self, tag):
        self.is_open = False

    def handle_data(self, data):
        if self.is_open:
            self.elements[-1][2].append(data)

    def texts(self, tag):
        """But for what is data, which nothing runs."""
        return ["".join(texts) for name, data, texts in self.elements if name == tag and "type" not in data]


def policy(headers):
    return {name: values for name, *values in (each.split() for each in headers["content-security-policy"].split(";"))}


@pytest.fixture(scope="module")
def reply():
    return lambda_handler(EVENT, Context())


@pytest.mark.parametrize(
    "title",
    [
        "</title><script>alert(1)</script>", "<b>Orders</b>", "Tea & Coffee", "&lt;b&gt;", 'The "best" API', "$script",
        "${viewer}", "<!--", "Größen 😀", "</TITLE ><img src=x onerror=alert(1)>",
    ],
)  # fmt: skip
def test_a_title_is_text_whatever_is_in_it(title):
    document = load()
    plain = Page(docs.page(document)[0])
    document["info"]["title"] = title

    page = Page(docs.page(document)[0])

    assert page.texts("title") == [title]
    assert [(tag, attributes) for tag, attributes, _ in page.elements] == [
        (tag, attributes) for tag, attributes, _ in plain.elements
    ]


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--<script>"])
def test_an_example_is_data_whatever_is_in_it(text):
    document = load()
    plain = Page(docs.page(document)[0])
    document["paths"]["/users"]["post"]["requestBody"]["content"]["application/json"]["example"]["name"] = text

    page = Page(docs.page(document)[0])

    assert [tag for tag, *_ in page.elements] == [tag for tag, *_ in plain.elements]
    [[*data]] = [texts for tag, attributes, texts in page.elements if attributes.get("id") == "samples"]
    assert json.dumps(text) in json.loads("".join(data))["create_user"][1]["source"]


def test_no_other_page_may_frame_it_or_hold_on_to_it(reply):
    assert policy(reply["headers"])["frame-ancestors"] == ["'none'"]
    assert reply["headers"]["cross-origin-opener-policy"] == "same-origin"
    assert reply["headers"]["x-content-type-options"] == "nosniff"
    assert reply["headers"]["referrer-policy"] == "no-referrer"


def test_it_runs_its_own_scripts_and_no_others(reply):
    page, allowed = Page(reply["body"]), policy(reply["headers"])

    assert allowed["default-src"] == allowed["base-uri"] == allowed["form-action"] == ["'none'"]
    assert allowed["connect-src"] == ["'self'"]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in page.texts("script")]
    assert allowed["script-src"] == [f"'sha256-{digest}'" for digest in digests]


def test_styles_can_load_nothing(reply):
    """The viewer writes some while it runs, so they can't be told from others."""
    allowed = policy(reply["headers"])

    assert {name for name in allowed if name.endswith("-src")} == {
        "default-src", "script-src", "style-src", "img-src", "connect-src",
    }  # fmt: skip
    assert (allowed["style-src"], allowed["img-src"]) == (["'unsafe-inline'"], ["data:"])


def test_nothing_in_it_comes_from_elsewhere(reply):
    for _, attributes, _ in Page(reply["body"]).elements:
        assert all(text.startswith("data:") for name, text in attributes.items() if name in ("src", "href"))
        assert not any(name.startswith("on") or name == "style" for name in attributes)


SHOWN = """
const root = { querySelectorAll: () => [], addEventListener() {} };
const element = { value: "", textContent: "{}", addEventListener() {}, setAttribute() {}, shadowRoot: root };
element.loadSpec = shown => console.log(JSON.stringify(shown));
const [script, contract, address] = process.argv.slice(1);
Object.assign(globalThis, {
  location: new URL(address),
  document: { getElementById: id => ({ ...element, textContent: id === "problems" ? "[]" : "{}", form: element }) },
  sessionStorage: { getItem: () => null },
  matchMedia: () => ({ matches: false, addEventListener() {} }),
  MutationObserver: class { observe() {} },
  fetch: async () => ({ json: async () => JSON.parse(contract) }),
});
new Function(script)();
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("servers", "own", "address", "expected"),
    [
        (None, None, "https://a.com/docs", ("https://a.com", None)),
        ([{"url": "/"}], None, "https://a.com/stage/docs", ("https://a.com/stage", None)),
        ([{"url": "https://b.com/v1/"}], None, "https://a.com/stage/v1/docs", ("https://a.com/stage/v1", None)),
        ([{"url": "/v1"}], [{"url": "/v2"}], "https://a.com/v1/docs", ("https://a.com/v1", "https://a.com/v2")),
        ([{"url": "/v1"}], [{"url": "/v2"}], "https://a.com/docs", ("https://a.com/v1", "https://a.com/v2")),
        (
            [{"url": "https://{host}/v{n}", "variables": {"host": {"default": "b.com"}, "n": {"default": "3"}}}],
            [{"url": "https://b.com"}],
            "https://a.com/x/v3/docs",
            ("https://a.com/x/v3", "https://a.com/x"),
        ),
    ],
)
def test_the_page_sends_requests_where_it_is_itself_below_the_base_path_of_each_server(
    node, servers, own, address, expected
):
    operation = {"operationId": "get", **({"servers": own} if own else {})}
    contract = {"paths": {"/a": {"get": operation}}, **({"servers": servers} if servers else {})}

    done = subprocess.run(
        [node, "-e", SHOWN, "--", (docs.OWN / "page.js").read_text(encoding="utf-8"), json.dumps(contract), address],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    shown = json.loads(done.stdout)
    [server] = shown["servers"]
    own_server = shown["paths"]["/a"]["get"].get("servers", [{"url": None}])[0]
    assert (server["url"], own_server["url"]) == expected
