"""Reloading: the local server goes on with the contract and the functions as they are now, and with the data it has.

Whatever is wrong with them is told, and the API as it was before serves on.
"""

import ast
import asyncio
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

from starlette.types import Receive, Scope, Send

from specbound.api import Api
from specbound.compiled import COMPILED, read
from specbound.compiler import current
from specbound.compiler.files import CONTRACT, ROOT
from specbound.compiler.mistakes import Refused
from specbound.failures import Failed
from specbound.local import door, embedded, gateway, watching
from specbound.local.lines import Lines
from specbound.local.watching import told
from specbound.settings import Misconfigured

MOST_COMPLAINTS = 5


class Reloading:
    """The ASGI application in front of a gateway, which is another one after each change of the service's files.

    `handler` is the dotted name of the service's Api, `conform` gives the database what tables and indexes are new, and
    `lines` tell of each request.
    """

    def __init__(self, app: gateway.Gateway, handler: str, conform: Callable[[], object], lines: Lines) -> None:
        self.app = app
        self._lines = lines
        app.tell(lines)
        self._handler = handler
        self._conform = conform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        front = door.response(scope, self.app.api.contract.routes)
        await (front or self.app)(scope, receive, send)

    async def watch(self) -> None:
        """Look for changes for good."""
        # Half a second that the first change need not wait for.
        await asyncio.to_thread(importlib.import_module, "specbound.compiler.compilation")
        await watching.watch(lambda: _files(self._handler), self._take_up)

    async def _take_up(self, names: Sequence[str]) -> None:
        # Meanwhile the API answers.
        mistakes, complaints = await asyncio.to_thread(_looked_at, self._handler)
        try:
            if not mistakes:
                # Not at the same time as a request: moto loses updates when threads call it at once.
                self.app = self._reloaded()
        except Exception as error:  # whatever may be wrong with the service's own code
            mistakes = [told(error)]
        watching.tell(names, mistakes, [*unwritten(self.app.api), *complaints])

    def _reloaded(self) -> gateway.Gateway:
        from specbound.compiler.raised import undeclared  # noqa: PLC0415  # the first change loads it

        embedded.declared.cache_clear()
        os.environ.update({name: each for name, each in embedded.environment().items() if name.startswith("TABLE_")})
        with _anew(self._handler.partition(".")[0]):
            api = gateway.find(self._handler)
            if found := undeclared(api):
                raise Failed("\n".join(found))
            self._conform()
        app = gateway.Gateway(api)
        app.tell(self._lines)
        return app


def unwritten(api: Api) -> list[str]:
    """A line that names the operations that answer their examples; none if there are none."""
    names = gateway.unwritten(api)
    return [f"No function yet, so the example is answered: {', '.join(names)}."] if names else []


def _looked_at(handler: str) -> tuple[list[str], list[str]]:
    """What keeps the service from being served, of the contract and of each file; and what its linter says."""
    mistakes, complaints = [*_misspelt(handler)], []
    try:
        if not current.is_current():
            complaints = _compile()
    except (Failed, OSError) as error:
        mistakes.insert(0, told(error))
    return mistakes, complaints


def _compile() -> list[str]:
    """Compile the contract, and return what the linter says of it, as far as it is read. Raises Failed."""
    from specbound.compiler import compilation, lint, report  # noqa: PLC0415  # loaded while nobody waits for it

    try:
        complaints = lint.of(compilation.compile_to(compilation.COMPILED))
    except Refused as refused:
        raise Failed(report.described(refused, CONTRACT)) from refused
    more = len(complaints) - MOST_COMPLAINTS
    return complaints[:MOST_COMPLAINTS] + ([f"And {more} more: see `specbound lint`."] if more > 0 else [])


def _misspelt(handler: str) -> Iterator[str]:
    """Of each file of the functions that is no Python, where it is none: an import would stop at the first."""
    for file in _code(handler):
        try:
            ast.parse(file.read_bytes(), file)
        except (SyntaxError, ValueError) as error:
            yield told(error)
        except OSError:
            continue


def _code(handler: str) -> Iterator[Path]:
    files = sorted((ROOT / handler.partition(".")[0]).rglob("*.py"))
    return (each for each in files if ROOT / COMPILED not in each.parents)


@contextmanager
def _anew(package: str) -> Iterator[None]:
    """A package is imported anew; where that fails, what was there is there again."""
    before = _modules(package)
    for name in before:
        del sys.modules[name]
    importlib.invalidate_caches()
    # What is compiled is known by the second in which its source was written: two changes may have one.
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    except BaseException:
        for name in _modules(package):
            del sys.modules[name]
        sys.modules.update(before)
        raise
    finally:
        sys.dont_write_bytecode = written


def _modules(package: str) -> dict[str, ModuleType]:
    return {name: each for name, each in sys.modules.items() if name.split(".")[0] == package}


def _files(handler: str) -> Iterator[Path]:
    """The files of the contract and of the service's functions."""
    parts: Sequence[str] = ()
    with suppress(Misconfigured, OSError):
        parts = [*read(ROOT / COMPILED)["parts"]]
    yield from (CONTRACT, *(CONTRACT.parent / each for each in parts), *_code(handler))
