"""Forwarding: each request goes to the server as it came, and its reply back, while a copy of both is checked.

RFC 9110, section 7.6: what is between two machines alone is not passed on, `Via` says that this was on the way, and
`Max-Forwards` is counted.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from specbound.exact_json import dumps
from specbound.problems import BadRequest, MethodNotAllowed, NotFound, Problem, Violation
from specbound.proxy.checking import STREAM, Answered, Checker, Judged, Sent
from specbound.proxy.drift import Drift, Report
from specbound.proxy.problems import BadGateway, Drifted, GatewayTimeout
from specbound.proxy.wire import Copy, Lines, decoded, end_to_end, headers_of

VIA = b"1.1 specbound"
CONNECT_SECONDS = 10
COUNTED = ("TRACE", "OPTIONS")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Proxy:
    """The ASGI application in front of a server. With `refuses`, what is not as the contract has it goes nowhere."""

    def __init__(
        self, url: str, checker: Checker, report: Report, tell: Callable[[Drift], None], *, refuses: bool = False
    ) -> None:
        parts = urlsplit(url)
        self._origin, self._prefix = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
        self._is_local = parts.hostname in LOOPBACK
        self._checker, self._report, self._tell, self._refuses = checker, report, tell, refuses
        self._client: httpx.AsyncClient | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = _Exchange(scope, receive)
        if exchange.is_last:
            await Response(status_code=204)(scope, receive, send)
            return
        if self._refuses:
            judged = self._checker.request(exchange.sent(await exchange.whole()))
            if problem := _refusal(judged):
                self._count(judged, [_refused(judged, each) for each in judged.violations])
                await _answer(problem)(scope, receive, send)
                return
        try:
            upstream = await self._send(exchange)
        except httpx.HTTPError as error:
            self._report.called(None)
            self._report.counts["requests that the server did not answer"] += 1
            timed_out = isinstance(error, httpx.TimeoutException)
            await _answer(GatewayTimeout() if timed_out else BadGateway())(scope, receive, send)
            return
        try:
            await self._pass_on(upstream, exchange, send)
        except httpx.HTTPError:
            # The caller sees that it broke off, as it did here.
            self._report.counts["replies that the server broke off"] += 1
        finally:
            await upstream.aclose()

    async def close(self) -> None:
        if self._client:
            await self._client.aclose()

    async def _send(self, exchange: "_Exchange") -> httpx.Response:
        if self._client is None:
            # A reply may take as long as it takes. Proxies of the environment lead to other machines.
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
                limits=httpx.Limits(max_connections=None),
                trust_env=not self._is_local,
            )
        target = f"{self._prefix}{exchange.target}".encode("latin-1")
        request = httpx.Request(
            exchange.method,
            self._origin,
            headers=exchange.forwarded(),
            content=exchange.body() if exchange.has_body else None,
            # Byte by byte as it came: a URL would be written in its normal form.
            extensions={"target": target},
        )
        return await self._client.send(request, stream=True)

    async def _pass_on(self, upstream: httpx.Response, exchange: "_Exchange", send: Send) -> None:
        lines = end_to_end(upstream.headers.raw)
        headers = headers_of(lines)
        start = {"type": "http.response.start", "status": upstream.status_code, "headers": lines}
        copy = Copy()
        is_held = self._refuses and not headers.get("content-type", "").startswith(STREAM)
        parts: list[bytes] = []
        if not is_held:
            await send(start)
        async for part in upstream.aiter_raw():
            copy.add(part)
            if is_held and copy.content is not None:
                parts.append(part)
                continue
            if is_held:
                # Too much to be checked: it is passed on as it is.
                await send(start)
                for each in parts:
                    await send({"type": "http.response.body", "body": each, "more_body": True})
                is_held = False
            await send({"type": "http.response.body", "body": part, "more_body": True})
        drifts = self._checked(exchange, Answered(upstream.status_code, headers, self._body(headers, copy)))
        if is_held and drifts:
            await _answer(Drifted(drifts))(exchange.scope, exchange.receive, send)
            return
        if is_held:
            await send(start)
            for each in parts:
                await send({"type": "http.response.body", "body": each, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _body(self, headers: Mapping[str, str], copy: Copy) -> bytes | None:
        content = None if copy.content is None else decoded(copy.content, headers.get("content-encoding", ""))
        if copy.content is None:
            self._report.counts["bodies too long to be checked"] += 1
        elif content is None:
            self._report.counts["bodies in a coding that is not read here"] += 1
        return None if headers.get("content-type", "").startswith(STREAM) else content

    def _checked(self, exchange: "_Exchange", answered: Answered) -> list[Drift]:
        sent = exchange.sent(exchange.copy.content)
        judged = self._checker.request(sent)
        if judged.violations and 400 <= answered.status < 500:
            self._report.counts["wrong requests that the server refused"] += 1
        return self._count(judged, [*self._checker.drifts(sent, judged, answered)])

    def _count(self, judged: Judged, drifts: list[Drift]) -> list[Drift]:
        self._report.called(judged.operation.operation_id if judged.operation else None)
        if judged.is_beside:
            self._report.counts["requests for what is no operation"] += 1
        for each in self._report.add(drifts):
            self._tell(each)
        return drifts


class _Exchange:
    """A request as it comes in; `copy` has what was read of its body."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope, self.receive = scope, receive
        self.method: str = scope["method"]
        self.lines: Lines = scope["headers"]
        self.headers = headers_of(self.lines)
        self.copy = Copy()
        self._held: list[bytes] = []
        self._is_over = False
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        self.path, self.query = path, query
        self.target = f"{path}?{query}" if query else path

    @property
    def has_body(self) -> bool:
        return "transfer-encoding" in self.headers or self.headers.get("content-length", "0") != "0"

    @property
    def is_last(self) -> bool:
        """Whether it is to go no further (RFC 9110, section 7.6.2)."""
        return self.method in COUNTED and self.headers.get("max-forwards", "").strip() == "0"

    def sent(self, body: bytes | None) -> Sent:
        coding = self.headers.get("content-encoding", "")
        return Sent(
            self.method, self.path, self.query, self.headers, decoded(body, coding) if body and coding else body
        )

    def forwarded(self) -> Lines:
        lines = [(name, value) for name, value in end_to_end(self.lines) if name.lower() != b"host"]
        if self.method in COUNTED:
            lines = [
                (name, str(int(value) - 1).encode() if name.lower() == b"max-forwards" and value.isdigit() else value)
                for name, value in lines
            ]
        return [*lines, (b"via", VIA)]

    async def whole(self) -> bytes | None:
        """The body, as far as it can be checked; the rest comes when it is passed on."""
        async for part in self._read():
            self._held.append(part)
            if self.copy.content is None:
                return None
        return self.copy.content

    async def body(self) -> AsyncIterator[bytes]:
        for part in self._held:
            yield part
        async for part in self._read():
            yield part

    async def _read(self) -> AsyncIterator[bytes]:
        while not self._is_over:
            message: Mapping[str, Any] = await self.receive()
            self._is_over = not message.get("more_body", False)
            part: bytes = message.get("body", b"")
            self.copy.add(part)
            if part:
                yield part


def _refusal(judged: Judged) -> Problem | None:
    if judged.is_beside:
        return None
    if judged.operation is None:
        return MethodNotAllowed(judged.allowed) if judged.is_known_path else NotFound()
    return BadRequest(judged.violations) if judged.violations else None


def _refused(judged: Judged, violation: Violation) -> Drift:
    name = judged.operation.public_id if judged.operation else None
    return Drift(judged.route, name, "request", 400, f"{violation.where}{violation.pointer}", violation.detail)


def _answer(problem: Problem) -> Response:
    told = problem.response()
    headers = {name: str(each) for name, each in told.headers.items()}
    return Response(dumps(told.body), int(told.status), headers, told.media_type)
