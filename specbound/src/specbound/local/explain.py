"""`specbound explain METHOD PATH`: one request to the API on this machine, and what became of it, step by step."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from specbound.compiler import current
from specbound.failures import Failed
from specbound.local import HANDLER, embedded, explaining, gateway, samples
from specbound.local.calls import Calls
from specbound.local.in_process import InProcess
from specbound.local.lines import Lines
from specbound.local.listening import wrapped

PATIENCE_SECONDS = 60


def run(  # noqa: PLR0913  # one for each option of the command
    method: str,
    path: str,
    *,
    headers: Sequence[str] = (),
    data: str | None = None,
    token: str = "local",  # noqa: S107  # that of the local server, which opens nothing else
    url: str | None = None,
    json: bool = False,
    empty: bool = False,
    handler: str = HANDLER,
) -> None:
    """Send it, and print what was done: a picture, or with `json` its account.

    To the local server at `url`; without one, to the API in this process, with the seed's data unless `empty`. `data`
    is the body, JSON unless `headers` say otherwise, or `@` and the file that has it; `headers` are `name: value`. The
    `token` is sent unless it is empty or another Authorization is given. Raises Failed.
    """
    sent = _headers(headers, token)
    if data is not None:
        sent.setdefault("content-type", "application/json")
    if not path.startswith("/"):
        raise Failed(f"{path!r} is no path: write it as callers do, '/users?limit=5'.")
    target = f"{path}{'&' if '?' in path else '?'}{explaining.NAME}={'json' if json else 'text'}"
    sending = {"method": method.upper(), "url": target, "headers": sent, "content": _body(data)}
    if url:
        with httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as client:
            print(_answer(client, sending, url), end="")
        return
    os.environ.setdefault("EXAMPLES", "true")
    current.run_if_changed(EXAMPLES=os.environ["EXAMPLES"])
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    embedded.start()
    app = gateway.Gateway(gateway.find(handler))
    if not empty:
        samples.load_samples(app)
    lines = Lines(Calls(), shows=False, out=sys.stderr)
    app.tell(lines)
    with wrapped(lines.calls.heard), httpx.Client(transport=InProcess(app), base_url="http://local") as client:
        print(_answer(client, sending, "the API"), end="")


def _headers(given: Sequence[str], token: str) -> httpx.Headers:
    """Raises Failed."""
    headers = httpx.Headers({"authorization": f"Bearer {token}"} if token else {})
    for each in given:
        name, colon, value = each.partition(":")
        if not colon or not name.strip():
            raise Failed(f"{each!r} is no header: write 'name: value'.")
        headers[name.strip()] = value.strip()
    return headers


def _body(data: str | None) -> bytes | None:
    if data is None:
        return None
    return Path(data[1:]).read_bytes() if data.startswith("@") else data.encode()


def _answer(client: httpx.Client, sending: Mapping[str, Any], whom: str) -> str:
    """What is answered to a request, which has to be an explanation. Raises Failed."""
    try:
        reply = client.request(**sending)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise Failed(f"{whom} can't be asked: {error or type(error).__name__}. `make run` serves the API.") from error
    if explaining.HEADER not in reply.headers:
        raise Failed(f"{whom} does not explain its requests ({reply.status_code}): only the local server does.")
    return reply.text
