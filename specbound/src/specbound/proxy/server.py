"""The proxy server, `specbound proxy URL`: in front of any server, it says where that drifts from a contract."""

import logging
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from specbound.compiler.artefact import artefact
from specbound.compiler.bundle import Bundle
from specbound.compiler.document import CONTRACT, Refused
from specbound.compiler.report import described
from specbound.contract import Contract
from specbound.failures import Failed
from specbound.local.server import HOST, STOP, listen
from specbound.mock.mending import mended, read
from specbound.proxy.beside import beside
from specbound.proxy.checking import Checker
from specbound.proxy.drift import Drift, Report
from specbound.proxy.forwarding import Proxy


class Server(uvicorn.Server):
    """Says where it is once it answers there, and what was seen when it stops."""

    def __init__(self, app: Proxy, url: str, report: Report, file: Path | None) -> None:
        # What is passed on has the headers of the server alone.
        config = uvicorn.Config(
            app, log_level=logging.WARNING, lifespan="off", server_header=False, date_header=False, ws="none"
        )
        super().__init__(config)
        self._proxy, self._url, self._report, self._file = app, url, report, file

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for each in sockets or []:
            url = f"http://{HOST}:{each.getsockname()[1]}"
            _say(f"\nThe proxy answers on    {url}\nIt passes everything on  {self._url}\n\n{STOP}\n")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await self._proxy.close()
        _say("\n" + "\n".join(self._report.lines()))
        if self._file:
            self._report.write(self._file)


def run(  # noqa: PLR0913  # the options of the command
    url: str, contract: Path = CONTRACT, port: int = 8000, *, report: Path | None = None, fail: bool = False,
    refuse: bool = False, ignore: Sequence[str] = (),
) -> int:  # fmt: skip
    """Pass on what is sent to the server at `url` until Ctrl-C, or SIGTERM, and tell each drift once.

    The `report` is written as JSON in the end. `refuse`: what is not as the contract has it is answered with a problem.
    `ignore`: paths that the contract need not have.
    Returns 1 if it is to `fail` and drift was seen. Raises Failed for a URL or a contract that can't be used.
    """
    prefix = _checked_url(url)
    bundle, compiled = _compiled(contract)
    checker = Checker(compiled, prefix, beside(bundle.document, ignore))
    seen = Report(url, str(contract), checker.routes)
    listener = listen(port, "proxy")
    # Whoever stops it in a pipeline gets the report as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Once it has shut down, uvicorn passes Ctrl-C on.
    with suppress(KeyboardInterrupt):
        Server(Proxy(url, checker, seen, _tell, refuses=refuse), url, seen, report).run(sockets=[listener])
    return int(fail and seen.has_drift)


def _checked_url(url: str) -> str:
    """The path that all paths of a server begin with. Raises Failed."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise Failed(f"{parts.scheme}://{parts.hostname} is no server's URL: write https://api.example.com, say.")
    if parts.username is not None:
        raise Failed("The URL names a user: callers send their own credentials, which are passed on.")
    return parts.path.rstrip("/")


def _compiled(source: Path) -> tuple[Bundle, Contract[Any]]:
    """What is read of a contract, and it as it is written, without what the engine would add. Raises Failed."""
    bundle = read(source)
    try:
        left, compiled, mistakes = mended(bundle, _as_written)
    except Refused as refused:
        raise Failed(f"{described(refused, source)}\nNothing is left to check: mend these, and try again.") from refused
    if mistakes:
        _say(f"{described(Refused(*mistakes), source)}\nThe proxy does not check what is mistaken there.")
    tables = {f"TABLE_{name.upper()}": name.ljust(3, "_") for name in compiled["tables"]}
    return left, Contract(compiled, Path(), tables)


def _as_written(bundle: Bundle) -> Any:
    return artefact(bundle, as_written=True)


def _tell(drift: Drift) -> None:
    _say(f"drift: {drift}")


def _say(line: str) -> None:
    print(line, flush=True)
