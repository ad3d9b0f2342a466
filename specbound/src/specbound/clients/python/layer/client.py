"""Where the API is and how to speak to it. Nothing that may be secret is part of a repr."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any, ClassVar, ParamSpec, Self, TypeVar

import httpx
from attrs import evolve

from .answers import Answer, answer, record, recorded
from .requests import Request
from .retries import Retry, Stop
from .sending import send, send_async
from .settings import Middleware, Settings, from_environment
from .streams import AsyncStream, Stream, asked, asked_of_async, unless_asked
from .tokens import Token
from .watching import Watch

P = ParamSpec("P")
T = TypeVar("T")


class _Core:
    """What both clients are: settings, and the connections that they share with those made by `with_options`."""

    _contract: ClassVar[Mapping[str, str]]
    """What the contract says of itself: `package`, `version`, `prefix`, `address`, `token_url`, `header`, `scheme`."""

    def __init__(  # noqa: PLR0913  a keyword for each setting, which an editor shows
        self,
        base_url: str | None = None,
        *,
        token: Token | None = None,
        retry: Retry | None = None,
        timeout: float | httpx.Timeout = 30.0,
        stop: Stop | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        proxy: str | None = None,
        verify_ssl: str | bool | ssl.SSLContext = True,
        follow_redirects: bool = False,
        middleware: Sequence[Middleware] = (),
        watch: Watch | None = None,
        auth_header: str | None = None,
        auth_scheme: str | None = None,
        httpx_args: Mapping[str, Any] | None = None,
    ) -> None:
        self._settings = from_environment(
            self._contract,
            Settings(
                base_url=base_url or "",
                token=token,
                retry=Retry() if retry is None else retry,
                timeout=timeout,
                stop=stop,
                headers=dict(headers or {}),
                cookies=dict(cookies or {}),
                proxy=proxy,
                verify_ssl=verify_ssl,
                follow_redirects=follow_redirects,
                middleware=tuple(middleware),
                watch=watch,
                auth_header=self._contract["header"] if auth_header is None else auth_header,
                auth_scheme=self._contract["scheme"] if auth_scheme is None else auth_scheme,
                httpx_args=dict(httpx_args or {}),
            ),
        )
        self._connect()

    def _connect(self) -> None:
        raise NotImplementedError

    def with_options(  # noqa: PLR0913  as above
        self,
        *,
        retry: Retry | None = None,
        deadline: float | None = None,
        timeout: float | httpx.Timeout | None = None,
        stop: Stop | None = None,
        headers: Mapping[str, str] | None = None,
        watch: Watch | None = None,
    ) -> Self:
        """This client, connections and all, with other settings: `client.with_options(deadline=5).users.get(…)`.

        `deadline` is seconds for a whole call, with all its attempts and waits. `headers` are sent beside the client's.
        """
        now = self._settings
        policy = now.retry if retry is None else retry
        other = object.__new__(type(self))
        other._settings = evolve(
            now,
            retry=policy if deadline is None else replace(policy, deadline=deadline),
            timeout=now.timeout if timeout is None else timeout,
            stop=stop or now.stop,
            headers={**now.headers, **(headers or {})},
            watch=watch or now.watch,
        )
        return self._sharing(other)

    def _sharing(self, other: Self) -> Self:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._settings.shown_address})"


class BlockingClient(_Core):
    """The client for programs that wait for each answer.

    `base_url` and `token` may be in the environment. Connecting, sending and each part of an answer take at most
    `timeout` seconds; `retry` says how often to try again, and for how long in all. When `stop` is set, calls that wait
    for another attempt end. `middleware` are functions around each attempt, `watch` is told of each. `httpx_args` is
    for whatever else an `httpx.Client` takes.
    """

    _http: httpx.Client

    def _connect(self) -> None:
        self._http = httpx.Client(**self._settings.arguments())

    def _sharing(self, other: Self) -> Self:
        other._http = self._http
        return other

    def raw(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
        """What the method returns with the status and headers it came with: `client.raw(client.users.get, user_id)`."""
        with recorded() as responses:
            value = method(*args, **kwargs)
        return answer(value, responses)

    @contextmanager
    def stream(self, method: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> Iterator[Stream]:
        """What a method would return, read piece by piece: `with client.stream(client.things.get, id) as answer: …`.

        The deadline is for its beginning; what comes then takes as long as it does.
        """
        client, request = asked(method, *args, **kwargs)
        response = send(client._http, client._settings, request, is_streamed=True)
        try:
            yield Stream(response)
        finally:
            response.close()

    def close(self) -> None:
        """End its connections. A client can be used in `with` instead."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, request: Request) -> httpx.Response:
        unless_asked(self, request)
        return record(send(self._http, self._settings, request))


class AsynchronousClient(_Core):
    """The same for programs that wait for many at a time: its methods are `async`, and its lists for `async for`."""

    _http: httpx.AsyncClient

    def _connect(self) -> None:
        self._http = httpx.AsyncClient(**self._settings.arguments())

    def _sharing(self, other: Self) -> Self:
        other._http = self._http
        return other

    async def raw(self, method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
        """What the method returns with the status and headers it came with."""
        with recorded() as responses:
            value = await method(*args, **kwargs)
        return answer(value, responses)

    @asynccontextmanager
    async def stream(
        self, method: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncIterator[AsyncStream]:
        """What a method would return, read piece by piece: `async with client.stream(…) as answer: …`."""
        client, request = await asked_of_async(method, *args, **kwargs)
        response = await send_async(client._http, client._settings, request, is_streamed=True)
        try:
            yield AsyncStream(response)
        finally:
            await response.aclose()

    async def close(self) -> None:
        """End its connections. A client can be used in `async with` instead."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _send(self, request: Request) -> httpx.Response:
        unless_asked(self, request)
        return record(await send_async(self._http, self._settings, request))
