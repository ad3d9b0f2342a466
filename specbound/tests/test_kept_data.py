"""`specbound run --data`: what is stored stays between runs, whatever the contract has become meanwhile."""

import signal
import subprocess
import sys

import httpx
import pytest

from specbound.compiler.document import ROOT
from tests.tools import REPOSITORY, lend

pytestmark = pytest.mark.slow

SPECBOUND = [sys.executable, "-m", "specbound"]
IN_USE = "kept is in use by another process, or is being written"
BY_ARTICLE = (
    "      by_article: { hash_key: articlePartition, range_key: position, projection: ALL, groups_by: article }\n"
)


class Service:
    """A new service in a folder, and the API that runs in it."""

    def __init__(self, folder):
        self.folder, self._started = folder, []
        subprocess.run([*SPECBOUND, "new", "orders", "--into", folder], cwd=ROOT, check=True, capture_output=True)
        lend(".venv-cloud")
        (folder / ".venv-cloud").symlink_to(REPOSITORY / ".venv-cloud")
        self._contract = folder / "openapi.yaml"

    def change(self, old, new):
        text = self._contract.read_text(encoding="utf-8")
        assert old in text
        self._contract.write_text(text.replace(old, new), encoding="utf-8")

    def start(self):
        """The process, where it answers, and all that it has said."""
        command = [*SPECBOUND, "run", "--port", "0", "--data", "kept"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        process = subprocess.Popen(command, cwd=self.folder, **pipes)
        self._started.append(process)
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            if not line:
                return process, "", said
            said += line
        [url] = [line.split()[-1] for line in said.splitlines() if line.startswith("The API answers on")]
        return process, url, said

    def end(self):
        for process in self._started:
            process.kill()
            process.communicate()


@pytest.fixture
def service(tmp_path):
    service = Service(tmp_path / "orders")
    yield service
    service.end()


def orders(url):
    reply = httpx.get(f"{url}/orders", headers={"authorization": "Bearer local"}, timeout=30)
    return [each["article"] for each in reply.json()["items"]]


def create(url, article):
    body = {"article": article, "pieces": 1}
    headers = {"authorization": "Bearer local"}
    assert httpx.post(f"{url}/orders", json=body, headers=headers, timeout=30).status_code == 201


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_is_stored_is_there_in_the_next_run_however_it_ends(service, end):
    process, url, said = service.start()
    assert "Data stays in kept" in said
    samples = orders(url)
    create(url, "Kettle")
    process.send_signal(end)
    process.communicate(timeout=60)

    while True:
        _, url, said = service.start()
        if IN_USE not in said:  # until all is written
            break

    assert orders(url) == ["Kettle", *samples]
    assert "filled" not in said


def test_one_process_uses_the_data_at_a_time(service):
    _, url, _ = service.start()
    create(url, "Kettle")

    second, _, said = service.start()

    assert second.wait(30) == 1
    assert said == f"{IN_USE}: stop that, or name another folder.\n"
    assert "Kettle" in orders(url)


def test_an_index_that_is_new_is_filled_and_one_that_has_changed_is_refused(service):
    process, url, _ = service.start()
    create(url, "Kettle")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    service.change(
        "    global_secondary_indexes:\n      newest", f"    global_secondary_indexes:\n{BY_ARTICLE}      newest"
    )
    service.change("statusPartition: S", "statusPartition: S, articlePartition: S")
    process, url, said = service.start()
    assert "orders (local-orders): 2 filled" in said
    assert "Kettle" in orders(url)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    service.change("articlePartition", "itemPartition")
    process, _, said = service.start()
    assert process.wait(30) == 1
    assert said == (
        "kept holds orders with other keys of the index by_article than the contract says: "
        "name another folder, or remove it.\n"
    )
