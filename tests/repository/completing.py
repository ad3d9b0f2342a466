"""What an editor offers: pyright's language server, asked as editors ask it, over the Language Server Protocol.

`python completing.py FILE` prints what is offered first where the text on standard input ends, which is as if typed at
the end of the file, and not saved. The folder that is open is the current one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "build" / "node" / "node_modules" / ".bin" / "pyright-langserver"


class Editor:
    """One that has a folder open, in which the server answers it."""

    def __init__(self, server: "subprocess.Popen[bytes]", folder: Path) -> None:
        self._server, self._last = server, 0
        uri = folder.as_uri()
        self.ask("initialize", processId=os.getpid(), rootUri=uri, capabilities={},
                 workspaceFolders=[{"uri": uri, "name": folder.name}])  # fmt: skip
        self._send(method="initialized", params={})

    def offered(self, file: Path, typed: str) -> list[dict[str, Any]]:
        """What may come next, with this typed at the end of a file."""
        text = file.read_text(encoding="utf-8") + typed
        document = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})
        line, _, character = text.rpartition("\n")
        position = {"line": line.count("\n") + 1, "character": len(character)}
        found = self.ask("textDocument/completion", textDocument={"uri": file.as_uri()}, position=position)
        return sorted(found["items"], key=lambda each: str(each["sortText"]))

    def ask(self, method: str, **params: Any) -> Any:
        self._last += 1
        self._send(id=self._last, method=method, params=params)
        while (said := self._read()).get("id") != self._last or "method" in said:
            if "id" in said:
                # It asks for settings, of which there are none.
                self._send(id=said["id"], result=[None for _ in (said.get("params") or {}).get("items", [])])
        if "error" in said:
            raise RuntimeError(said["error"])
        return said["result"]

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._server.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self._server.stdout
        length = 0
        while line := self._server.stdout.readline().strip().lower():
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        if not length:
            raise RuntimeError("The language server has ended.")
        message: dict[str, Any] = json.loads(self._server.stdout.read(length))
        return message


@contextmanager
def editor(folder: Path) -> Iterator[Editor]:
    with subprocess.Popen([SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        try:
            yield Editor(server, folder)
        finally:
            server.kill()


def main(file: Path) -> None:
    with editor(Path.cwd()) as opened:
        offered = opened.offered(file.resolve(), sys.stdin.read().removesuffix("\n"))
    print(*[each["label"] for each in offered if _rank(each) == _rank(offered[0])])


def _rank(offer: Mapping[str, Any]) -> str:
    return str(offer["sortText"]).partition(".")[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
