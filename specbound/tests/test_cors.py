"""Which pages may read a reply, and that no cache gives one page what another was answered."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.http.replies import vary
from specbound.settings import read_origins
from tests.echo import Asked, document
from tests.processes import answers, complaint
from tests.tools import REPOSITORY

PAGE, OTHER = "https://app.example.com", "https://elsewhere.example.com"
PATHS = ("/health", "/docs", "/openapi.json", "/users", "/nowhere")
ASKED = {"access-control-request-method": "GET"}
# Each is followed by what was meant, where that is plain.
IMPOSSIBLE = {
    "https://app.example.com/": PAGE,
    "https://App.example.com": PAGE,
    "HTTPS://app.example.com": PAGE,
    "https://app.example.com:443": PAGE,
    "http://localhost:80": "http://localhost",
    "https://[::1]:443": "https://[::1]",
    "https://app.example.com/path": PAGE,
    "https://app.example.com?query": PAGE,
    "https://app.example.com?": PAGE,
    "https://app.example.com#fragment": PAGE,
    "https://user@app.example.com": PAGE,
    "https://user:secret@app.example.com": PAGE,
    "https://app.example.com:08443": "https://app.example.com:8443",
    "https://app.example.com:": PAGE,
    "https://app.example.com:0": PAGE,
    "https://app.example.com:65536": None,
    "https://app.example.com:99999": None,
    "https://app.example.com:https": None,
    "app.example.com": None,
    "//app.example.com": None,
    "localhost:3000": None,
    "https:app.example.com": None,
    "https:/app.example.com": None,
    "https://": None,
    "https://:8443": None,
    "null": None,
    "NULL": None,
    "https://*": None,
    "https://*.example.com": None,
    "https://app.example.*": None,
    "**": None,
    "https://app .example.com": None,
    "https://app.example.com https://b.example.com": None,
    "https://bücher.example.com": None,
    "https://app%2eexample.com": None,
    "https://app..example.com": None,
    "https://.example.com": None,
    "https://-app.example.com": None,
    "https://app-.example.com": None,
    "https://127.1": None,
    "https://256.0.0.1": None,
    "https://127.0.0.01": None,
    "https://::1": None,
    "'https://app.example.com'": None,
    '"https://app.example.com"': None,
    "https://app.example.com;": None,
    "https://app.example.com\n": PAGE,
    "https://app.example.com\thttps://b.example.com": None,
    "http://0x7f000001": None,
    "http://app.0x1": None,
    "http://0x:8080": None,
    "ftp://app.example.com": None,
    "file://localhost": None,
    "ws://localhost:3000": None,
    "wss://app.example.com": None,
    "data://app.example.com": None,
}
# Addresses that browsers write in another way, or that are none.
ADDRESSES = {
    "http://[0:0:0:0:0:0:0:1]:3000": "http://[::1]:3000",
    "https://[2001:0db8::1]": "https://[2001:db8::1]",
    "https://[2001:DB8::1]": "https://[2001:db8::1]",
    "https://[1::3:4:5:6:7:8]": "https://[1:0:3:4:5:6:7:8]",
    "https://[1::2:0:0:0:3]": "https://[1:0:0:2::3]",
    "http://[::ffff:127.0.0.1]": "http://[::ffff:7f00:1]",
    "http://[::::]": None,
    "http://[1::2::3]": None,
    "http://[12345::]": None,
    "http://[1:2:3:4:5:6:7]": None,
    "http://[1:2:3:4:5:6:7:8:9]": None,
}
POSSIBLE = [
    PAGE, "http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:3000", "https://[2001:db8::1]",
    "https://xn--bcher-kva.example", "https://example.com.", "https://a_b.example.com", "http://app.example.com:443",
    "https://app.example.com:80", "https://app.example.com:65535", "https://1.example.com", "https://3com",
    "https://0x.com", "https://0xg",
]  # fmt: skip
OF_APPS = ["chrome-extension://abcdefghijklmnop", "capacitor://localhost", "tauri://localhost"]


def get(path, method="GET", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"rawPath": path, "headers": named, "requestContext": {"http": {"method": method}}}


def listed(reply):
    return [name.strip() for name in reply["headers"].get("vary", "").split(",")]


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_every_reply_says_that_it_depends_on_the_origin_whichever_came(path):
    requests = [get(path), get(path, origin=PAGE), get(path, origin=OTHER), get(path, origin="null")]
    preflights = [get(path, "OPTIONS", **headers) for headers in ({}, ASKED, ASKED | {"origin": PAGE})]

    replies = answers(requests + preflights, CORS_ORIGINS=PAGE)

    assert [listed(reply).count("origin") for reply in replies] == [1] * 7


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_only_a_page_of_a_named_origin_may_read_a_reply(path, method):
    origins = [PAGE, OTHER, "null", PAGE.upper(), f"{PAGE}.evil.com", f"{PAGE}:8443", "http://app.example.com", "", "*"]

    replies = answers([get(path, method, origin=each) for each in origins] + [get(path, method)], CORS_ORIGINS=PAGE)

    assert [reply["headers"].get("access-control-allow-origin") for reply in replies] == [PAGE] + [None] * 9


def test_a_reply_is_for_the_page_of_a_named_origin_and_says_to_any_other_that_it_depends_on_it():
    asked = Asked(document({"/ask": {"get": {}}}), environment={"CORS_ORIGINS": PAGE})

    named, other = (asked.send("GET", "/ask", headers={"origin": each})["headers"] for each in (PAGE, OTHER))

    assert (named["access-control-allow-origin"], named["vary"]) == (PAGE, "origin")
    assert (other.get("access-control-allow-origin"), other["vary"]) == (None, "origin")


@pytest.mark.slow
def test_where_every_origin_may_read_a_reply_it_is_the_same_for_all():
    replies = answers([get("/health"), get("/health", origin=PAGE), get("/docs", origin="null")], CORS_ORIGINS="*")

    assert {reply["headers"]["access-control-allow-origin"] for reply in replies} == {"*"}
    assert replies[0]["headers"].keys() == replies[1]["headers"].keys()


@pytest.mark.slow
@pytest.mark.parametrize("origins", [PAGE, "*", f"{OTHER}, {PAGE}", f"{PAGE},*"])
def test_credentials_are_never_allowed(origins):
    events = [get(path, method, origin=PAGE, **ASKED) for path in PATHS for method in ("GET", "OPTIONS")]

    replies = answers(events, CORS_ORIGINS=origins)

    assert all("access-control-allow-credentials" not in reply["headers"] for reply in replies)


@pytest.mark.slow
@pytest.mark.parametrize("origins", ["", " , ", None])
def test_no_page_may_read_a_reply_unless_an_origin_is_named(origins):
    events = [get(path, method, origin=PAGE, **ASKED) for path in PATHS for method in ("GET", "OPTIONS")]

    replies = answers(events, CORS_ORIGINS=origins)

    assert not any(name.startswith("access-control-") for reply in replies for name in reply["headers"])


@pytest.mark.slow
def test_a_preflight_is_answered_with_what_the_path_and_the_contract_take():
    [reply] = answers([get("/users", "OPTIONS", origin=PAGE, **ASKED)], CORS_ORIGINS=PAGE)

    assert reply["statusCode"] == 204
    assert "body" not in reply
    assert reply["headers"]["access-control-allow-methods"] == "GET, HEAD, POST"
    assert {"authorization", "content-type", "idempotency-key", "if-match"} <= set(
        reply["headers"]["access-control-allow-headers"].split(", ")
    )


@pytest.mark.slow
def test_a_page_may_read_the_headers_that_the_contract_declares():
    [reply] = answers([get("/health", origin=PAGE)], CORS_ORIGINS=PAGE)

    assert {"etag", "location", "retry-after", "x-request-id"} <= set(
        reply["headers"]["access-control-expose-headers"].split(", ")
    )


@pytest.mark.slow
def test_the_docs_page_which_caches_keep_depends_on_the_origin_whoever_does_cors():
    [reply] = answers([get("/docs")])

    assert reply["headers"]["cache-control"].startswith("public")
    assert "origin" in listed(reply)


@pytest.mark.parametrize(("origin", "meant"), [*IMPOSSIBLE.items(), *ADDRESSES.items()])
def test_an_origin_that_no_browser_sends_is_refused_with_how_to_write_it(origin, meant):
    if origin.strip() in POSSIBLE:
        assert read_origins(origin) == {origin.strip()}
        return

    with pytest.raises(ValueError, match=r"^names ") as refused:
        read_origins(f"{PAGE}, {origin}")

    assert repr(origin) in str(refused.value)
    assert str(refused.value).endswith(f": {meant}" if meant else ", as in https://app.example.com")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("origin", [*POSSIBLE, *OF_APPS, "http://[::ffff:7f00:1]", "*"])
def test_an_origin_that_a_browser_sends_is_taken(origin):
    assert read_origins(f" {origin} ,, {PAGE}") == {origin, PAGE}


@pytest.mark.slow
def test_the_function_does_not_start_with_an_origin_that_no_browser_sends():
    assert "write scheme, host and" in complaint(CORS_ORIGINS=f"{PAGE}/")


@pytest.mark.parametrize(
    ("origin", "accepted"), [*((each, True) for each in [*POSSIBLE, "*"]), *((each, False) for each in IMPOSSIBLE)]
)
def test_terraform_takes_the_origins_that_the_function_takes(origin, accepted):
    validation = (REPOSITORY / "terraform/variables.tf").read_text().partition('variable "cors_origins"')[2]
    allowed, refused = (
        each.replace("\\\\", "\\") for each in re.findall(r'regex\(\s*"(.*?)",? origin\s*\)', validation)[:2]
    )

    assert (bool(re.fullmatch(allowed, origin)) and not re.fullmatch(refused, origin)) == accepted


names = st.from_regex(r"[A-Za-z][A-Za-z-]{0,10}", fullmatch=True)


@pytest.mark.slow
@given(st.lists(names | st.just("Origin"), max_size=4), names)
def test_what_a_reply_depends_on_is_added_once_and_never_replaced(before, name):
    after = vary({"vary": ", ".join(before)}, name.lower()).split(", ")

    assert after[: len(before)] == before
    assert [each.lower() for each in after].count(name.lower()) == max(
        1, [each.lower() for each in before].count(name.lower())
    )


def test_a_reply_that_depends_on_everything_says_no_more():
    assert vary({"vary": "*"}, "origin") == "*"
