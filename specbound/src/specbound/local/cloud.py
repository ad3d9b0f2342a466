"""The offline cloud, `specbound cloud`: the API deployed by Terraform to MiniStack, without an AWS account."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from specbound.compiled import read
from specbound.compiler import current
from specbound.compiler.document import CONTRACT, ROOT
from specbound.deploy import package
from specbound.local.deployment import Deployment, check_terraform
from specbound.local.emulator import Emulator, EmulatorFailed, check_emulator, emulator
from specbound.local.issuer import AUDIENCE, issuer

FOLDER = ROOT / "build" / "cloud"
PACKAGE = FOLDER / "lambda.zip"
CONFIGURATION = FOLDER / "terraform"
LOG = FOLDER / "log"
# Locked for as long as the process that it names is alive: a number alone might be somebody else's by now.
RUNNING = FOLDER / "running.json"
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Background:
    """The process that runs MiniStack and the issuer."""

    pid: int
    aws_url: str
    issuer_url: str


def run(action: str) -> None:
    """Bring it up, take it down, or serve what the API stands on. Raises Failed."""
    {"up": up, "down": down, "serve": serve}[action]()


def up() -> None:
    """Package the service, start what is not running yet, apply, and say where the API is and with which token.

    Raises Failed, or Misconfigured.
    """
    check_terraform()
    check_emulator()
    current.run_if_changed()
    FOLDER.mkdir(parents=True, exist_ok=True)
    package.build(PACKAGE, None)
    background = _find() or _start()
    print("Applying Terraform …", flush=True)
    deployment = Deployment(CONFIGURATION, Emulator(background.aws_url))
    # What was deployed can still be destroyed while the contract is being worked on.
    deployed_contract = _copy_contract()
    deployment.apply(variables(background.issuer_url, PACKAGE, deployed_contract))
    print("The API runs until `specbound cloud down` (or `make cloud-down`).")
    for route, name in read()["routes"].items():
        if name == "get_docs":
            print(f"Docs page: {deployment.url}{route.partition(' ')[2]}")
    scopes = read()["infrastructure"]["scopes"]
    token_endpoint = f"{background.issuer_url}/oauth2/token"
    if scopes:
        print(f"Tokens for other scopes: curl -d scope={scopes[0]} {token_endpoint}")
    print(f"API_URL={deployment.url}")
    if scopes:
        print(f"TOKEN={_token(token_endpoint, scopes)}")


def down() -> None:
    """Destroy the deployment and stop what runs."""
    background = _find()
    if background is None:
        print("Nothing is running.")
        return
    try:
        print("Destroying …", flush=True)
        check_terraform()
        Deployment(CONFIGURATION, Emulator(background.aws_url)).destroy()
    finally:
        _stop(background)
    print("Everything is gone.")


def serve() -> None:
    """Run MiniStack and the issuer until told to stop."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with RUNNING.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.truncate(0)
        with emulator(enforce_policies=True) as aws, issuer() as tokens:
            file.write(json.dumps(asdict(Background(os.getpid(), aws.url, tokens.url))))
            file.flush()
            stop.wait()


def variables(issuer_url: str, package: Path, contract_path: Path = CONTRACT) -> dict[str, object]:
    """What Terraform is told about a deployment to MiniStack; the rest is in the manifest beside the package."""
    return {
        "contract": str(contract_path),
        "package": str(package),
        "jwt": {"issuer": issuer_url, "audience": [AUDIENCE]},
        "cors_origins": ["http://localhost:3000"],
        "deletion_protection": False,
    }


def _copy_contract() -> Path:
    """The contract that is deployed, with its parts, in a folder of its own. Returns its path there."""
    own = FOLDER / "contract"
    for name in (CONTRACT.name, *read()["parts"]):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CONTRACT.parent / name, own / name)
    return own / CONTRACT.name


def _find() -> Background | None:
    if not RUNNING.exists():
        return None
    with RUNNING.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            content = file.read()
            return Background(**json.loads(content)) if content else None
        return None


def _start() -> Background:
    print("Starting MiniStack and an issuer of tokens …", flush=True)
    shutil.rmtree(CONFIGURATION, ignore_errors=True)  # with the state of a MiniStack that is no more
    command = [sys.executable, "-m", "specbound", "cloud", "serve"]
    with LOG.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        background = _find()
        if background:
            return background
        time.sleep(0.05)
    raise EmulatorFailed(f"MiniStack did not start:\n{LOG.read_text()}")


def _stop(background: Background) -> None:
    os.kill(background.pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _find() and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(FOLDER)


def _token(endpoint: str, scopes: Iterable[str]) -> str:
    answer = httpx.post(endpoint, data={"grant_type": "client_credentials", "scope": " ".join(scopes)})
    token: str = answer.raise_for_status().json()["access_token"]
    return token
