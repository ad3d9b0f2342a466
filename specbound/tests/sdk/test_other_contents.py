"""Bodies and replies that are no JSON, sent and read by all clients: pictures, texts, forms."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from specbound.clients import go_client, python_client, typescript_client
from tests.environments import environment
from tests.sdk.archive import CONTRACT, LARGE, archive
from tests.sdk.modules import project as go_project
from tests.sdk.modules import run
from tests.sdk.packages import compile_strictly, project

pytestmark = [pytest.mark.in_process, pytest.mark.slow]

PYTHON = """
import asyncio, io, sys
from archive_client import AsyncClient, Client, File, models
PNG = bytes(range(256)) * 1000

class Pipe(io.RawIOBase):
    def __init__(self): self.left = PNG
    def readable(self): return True
    def readinto(self, buffer):
        piece, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)

with Client(sys.argv[1]) as client:
    pictures = client.pictures
    for name, body in (
        ("bytes", PNG), ("file", File(io.BytesIO(PNG), mime_type="image/png")), ("pipe", File(Pipe())),
        ("busy-file", File(io.BytesIO(b"..." + PNG), mime_type="image/png")),
    ):
        if name == "busy-file":
            body.payload.seek(3)
        pictures.put(name, body=body)
        assert pictures.get(name).payload.read() == PNG, name
    kept = pictures.get_kept("busy-file")
    assert kept["type"] == "image/png", kept
    pictures.put_text("text", body="größer")
    assert pictures.get_text("text") == "größer" and pictures.get_kept("text")["type"] == "text/plain"
    file = File(io.BytesIO(b"data"), "a.png", "image/png")
    pictures.put_sheet("sheet", body=models.PutSheetBody(title="A", file=file))
    assert 'name="title"' in pictures.get_kept("sheet")["text"] and "image/png" in pictures.get_kept("sheet")["text"]
    pictures.put_fields("fields", body=models.PutFieldsBody(title="A & B", count=2))
    assert pictures.get_kept("fields")["text"] == "title=A+%26+B&count=2", pictures.get_kept("fields")
    try:
        pictures.put("busy-pipe", body=File(Pipe()))
    except Exception as error:
        assert type(error).__name__ == "ServiceUnavailable", error
    else:
        sys.exit("What can't be read again was sent again.")

async def main():
    async with AsyncClient(sys.argv[1]) as client:
        await client.pictures.put("busy-async", body=File(io.BytesIO(PNG), mime_type="image/png"))
        assert (await client.pictures.get("busy-async")).payload.read() == PNG
asyncio.run(main())
"""
TYPESCRIPT = """
import { Client } from "archive-client";

const png = new Uint8Array(256_000).map((_, place) => place % 256);
const client = new Client({ baseUrl: process.argv[2] ?? "" });
const { pictures } = client;
const check = (found: unknown, expected: unknown) => {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${left} is not ${right}`);
};

for (const [name, body] of [["bytes", png], ["busy-blob", new Blob([png], { type: "image/webp" })]] as const) {
  await pictures.put(name, body);
  const read: unknown = await pictures.get(name);
  check(new Uint8Array(await (read as Blob).arrayBuffer()), png);
}
check((await pictures.getKept("busy-blob"))["type"], "image/webp");
await pictures.putText("text", "größer");
check([await pictures.getText("text"), (await pictures.getKept("text"))["type"]], ["größer", "text/plain"]);
await pictures.putFields("fields", { title: "A & B", count: 2 });
check((await pictures.getKept("fields"))["text"], "title=A+%26+B&count=2");
const sheet = new FormData();
sheet.append("title", "A");
sheet.append("file", new Blob([png], { type: "image/png" }), "a.png");
await pictures.putSheet("sheet", sheet);
check(String((await pictures.getKept("sheet"))["text"]).includes('filename="a.png"'), true);
await pictures.putSheet("parts", { title: "A", file: "text" });
check(String((await pictures.getKept("parts"))["text"]).includes('name="title"'), true);
// @ts-expect-error: there is no such member
await pictures.putFields("fields", { title: "A", colour: "blue" }).catch(() => undefined);
"""
STREAMS_PYTHON = """
import asyncio, sys, tracemalloc
from archive_client import AsyncClient, Client, NotFound, Retry
address, large = sys.argv[1], int(sys.argv[2])
tracemalloc.start()
expected = [("made", "1", '{"number":\\n1}'), ("message", "1", "größer"), ("message", "2", "last")]
with Client(address, retry=Retry(deadline=5)) as client:
    with client.stream(client.pictures.get, "large") as answer:
        assert sum(map(len, answer)) == large and answer.status == 200
    found = []
    with client.stream(client.pictures.watch, "a") as answer:
        for event in answer.events():
            found.append((event.event, event.id, event.data))
            if len(found) == 2:
                client.pictures.put_text("seen", body="")
    assert found == expected, found
    with client.stream(client.pictures.watch, "a") as answer:
        assert next(answer.events()).json() == {"number": 1}
    try:
        with client.stream(client.pictures.get, "none"): sys.exit("There is none.")
    except NotFound as error:
        assert error.detail == "There is none."

async def main():
    async with AsyncClient(address) as client:
        async with client.stream(client.pictures.get, "large") as answer:
            assert sum([len(piece) async for piece in answer]) == large
        async with client.stream(client.pictures.watch, "a") as answer:
            assert [(each.event, each.id, each.data) async for each in answer.events()] == expected
asyncio.run(main())
most = tracemalloc.get_traced_memory()[1]
assert most < large / 4, most
"""
STREAMS_TYPESCRIPT = """
import { Client, NotFound } from "archive-client";

const [address = "", large = ""] = process.argv.slice(2);
const client = new Client({ baseUrl: address, retry: { deadline: 5000 } });
const check = (found: unknown, expected: unknown) => {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${left} is not ${right}`);
};

let size = 0;
for await (const piece of await client.stream(() => client.pictures.get("large"))) size += piece.length;
check(size, Number(large));
const found: string[][] = [];
for await (const event of (await client.stream(() => client.pictures.watch("a"))).events()) {
  if (found.push([event.event, event.id, event.data]) === 2) await client.pictures.putText("seen", "");
}
check(found, [["made", "1", '{"number":\\n1}'], ["message", "1", "größer"], ["message", "2", "last"]]);
for await (const event of (await client.stream(() => client.pictures.watch("a"))).events()) {
  check(event.json(), { number: 1 });
  break;
}
const reason = new Error("the user went away");
const controller = new AbortController();
const watched = await client.stream(() => client.pictures.watch("b", { signal: controller.signal }));
const error = await (async () => {
  for await (const _ of watched.events()) controller.abort(reason);
})().catch((thrown: unknown) => thrown);
check(error === reason, true);
const none = await client.stream(() => client.pictures.get("none")).catch((thrown: unknown) => thrown);
check(none instanceof NotFound && none.detail, "There is none.");
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with archive() as url:
        yield url


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return python_client.build(CONTRACT, tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def interpreter(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("archive_environment"), wheel)


def test_the_python_client_sends_and_reads_what_is_no_json(address: str, wheel: Path, interpreter: Path) -> None:
    package = next(wheel.parent.glob("python/*/client.py")).parent
    strict = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-executable", interpreter, package]
    checked = subprocess.run(strict, capture_output=True, text=True, check=False)
    done = subprocess.run(
        [interpreter, "-c", PYTHON, address], capture_output=True, text=True, timeout=120, check=False
    )

    assert checked.returncode == 0, checked.stdout
    assert done.returncode == 0, done.stderr


def test_the_python_client_reads_streams_piece_by_piece(address: str, interpreter: Path) -> None:
    command = [interpreter, "-c", STREAMS_PYTHON, address, str(LARGE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("program", [TYPESCRIPT, STREAMS_TYPESCRIPT], ids=["whole", "streams"])
def test_the_typescript_client_sends_and_reads_what_is_no_json(
    program: str, address: str, node: str, tmp_path: Path
) -> None:
    (tmp_path / "project").mkdir()
    project(tmp_path / "project", typescript_client.build(CONTRACT, tmp_path / "client"))
    source = "declare const process: { argv: string[] };\n" + program
    (tmp_path / "project" / "use.mts").write_text(source, encoding="utf-8")

    compiled = compile_strictly(tmp_path / "project", "use.mts")
    command = [node, tmp_path / "project" / "use.mjs", address, str(LARGE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert compiled.returncode == 0, compiled.stdout
    assert done.returncode == 0, done.stderr


def test_the_go_client_sends_and_reads_what_is_no_json(address: str, go: str, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(Path(__file__).parent / "golang" / "archive", folder)
    go_project(folder, go_client.build(CONTRACT, tmp_path / "client"), "example.com/archive", "1.0.0")

    done = run(folder, go, "run", ".", address, str(LARGE))

    assert done.returncode == 0, done.stdout + done.stderr
