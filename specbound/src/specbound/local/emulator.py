"""How to run MiniStack, AWS on one machine, as a process of its own that ends with its owner."""

import json
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from specbound.compiler.document import ROOT
from specbound.failures import Failed

PYTHON = ROOT / ".venv-cloud/bin/python"
# It writes its data when it stops.
STOPPED_SECONDS, SAVED_SECONDS = 20, 600

# On Linux it asks to end with its parent (1 is PR_SET_PDEATHSIG): a killed test run leaves nothing behind.
START = """
import ctypes, runpy, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
"""


class EmulatorFailed(Failed):
    """MiniStack did not start; the message holds the end of its log."""


@dataclass(frozen=True)
class Emulator:
    """A MiniStack that answers at `url`, the `process` that it is, and whose keys it is called with.

    Unless others are given, they are its administrator's, to whom no policy applies.
    """

    url: str
    access_key: str = "test"
    secret_key: str = "test"  # noqa: S105  # it is no secret
    process: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which boto3 and Terraform find it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def sdk(self, service: str, region: str = "us-east-1") -> Any:
        """An SDK client of a service."""
        make: Any = boto3.client  # whose types know each service by its literal name
        return make(
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
        )


def check_emulator() -> None:
    """Raise EmulatorFailed if MiniStack is not installed."""
    if not PYTHON.exists():
        raise EmulatorFailed(
            "MiniStack is not installed: run `make .venv-cloud/ready`. It needs an environment of its own, .venv-cloud."
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def emulator(
    *,
    enforce_policies: bool = False,
    startup_seconds: float = 30,
    data: Path | None = None,
    held: Sequence[int] = (),
) -> Iterator[Emulator]:
    """A running MiniStack on a free loopback port; it is empty at first, and gone at the end.

    `enforce_policies` makes it refuse what a role's policy does not allow, as AWS does. With a folder for its `data` it
    has what it had when it ended. The files `held` are open until it has ended, even if its owner is killed.
    """
    check_emulator()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="ministack-", ignore_cleanup_errors=True) as folder:
        log = Path(folder, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [PYTHON, "-c", START],
                cwd=folder,
                env=_environment(folder, port, enforce_policies, data),
                stdout=output,
                stderr=output,
                pass_fds=held,
                # Ctrl-C is for who started it: what that one has begun can still be ended.
                start_new_session=True,
            )
        try:
            _wait(process, port, Path(folder), time.monotonic() + startup_seconds)
            yield Emulator(f"http://127.0.0.1:{port}", process=process.pid)
        finally:
            _stop(process, SAVED_SECONDS if data else STOPPED_SECONDS)


def _environment(folder: str, port: int, enforce_policies: bool, data: Path | None) -> Mapping[str, str]:
    # Nothing else: MiniStack hands its own environment on to every function that it runs.
    return {
        "PATH": f"{PYTHON.parent}:/usr/bin:/bin",
        "HOME": folder,
        "TMPDIR": folder,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "AUTH": str(enforce_policies).lower(),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        **({"PERSIST_STATE": "1", "STATE_DIR": str(data.resolve())} if data else {}),
    }


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path, deadline: float) -> None:
    # MiniStack writes this file once the port is its own; until then somebody else might answer there.
    own = folder / f"ministack-{port}.pid"
    while process.poll() is None and time.monotonic() < deadline:
        if own.exists() and _is_healthy(port):
            return
        time.sleep(0.02)
    raise EmulatorFailed("MiniStack did not start:\n" + (folder / "log").read_text(errors="replace")[-2000:])


def _is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=1) as answer:
            return "services" in json.load(answer)
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes], seconds: float) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
