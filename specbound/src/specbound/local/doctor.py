"""`specbound doctor`: what is installed of what the commands use, and which of them wait for the rest."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from specbound.compiled import VERSION
from specbound.failures import Failed

NUMBER = re.compile(r"\d+(?:\.\d+)+")
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Tool:
    """A program: how it says its version, the least that will do, what waits for it, and where it comes from."""

    name: str
    command: Sequence[str]
    least: str
    waiting: str
    source: str


TERRAFORM = "https://developer.hashicorp.com/terraform/install"
PACKAGES = "your system's packages"
TOOLS = (
    Tool("git", ("git", "--version"), "2.0", "`specbound check` with a git ref", "https://git-scm.com/downloads"),
    Tool("make", ("make", "--version"), "3.81", "a service's `make` targets", PACKAGES),
    Tool("Node", ("node", "--version"), "20.0", "the TypeScript client, and Redocly's rules", "https://nodejs.org"),
    Tool("Go", ("go", "version"), "1.19", "tests of the Go client, which is built without", "https://go.dev/dl"),
    Tool("Terraform", ("terraform", "version"), "1.10", "`make cloud`, `make plan` and `make deploy`", TERRAFORM),
    Tool("chromedriver", ("chromedriver", "--version"), "100.0", "tests and pictures of the docs page", PACKAGES),
)


# What a service can be run without, and not be built and deployed.
FOR_THE_REST = {"Node", "Terraform"}


def missing() -> list[str]:
    """A line that says which of these programs are not there, and what waits for them; none if all are."""
    gone = [each for each in TOOLS if each.name in FOR_THE_REST and shutil.which(each.command[0]) is None]
    told = ", and ".join(f"{each.name} ({each.waiting})" for each in gone)
    return [f"Not installed, and not needed to run it: {told}."] if gone else []


def run(*, deploy: bool = False) -> None:
    """Say of each, in a line, whether it is there; and of what is not, what waits for it.

    With `deploy` nothing is said but what a deployment lacks: raises Failed with it.
    """
    if deploy:
        check_deployable()
        return
    print(_line("ok", f"specbound {VERSION} on Python {platform.python_version()}", "", ""))
    for tool in TOOLS:
        print(_line(*_looked_at(tool), tool.source))
    print(_line(*_credentials(), "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html"))


def check_deployable() -> None:
    """Raise Failed where Terraform or credentials are missing: before anything is built for a deployment.

    The region is Terraform's own variable.
    """
    [terraform] = [each for each in TOOLS if each.name == "Terraform"]
    state, what, _ = _looked_at(terraform)
    found = "which is not installed" if state == "missing" else f"and {what.partition(',')[0]} is installed"
    lacking = [] if state == "ok" else [f"This needs {terraform.name} {terraform.least} or newer, {found}."]
    if not _has_credentials():
        lacking.append(
            "This needs credentials of your AWS account: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY. `make cloud` deploys to an AWS on this machine without."
        )
    if lacking:
        raise Failed("\n".join(lacking))


def _has_credentials() -> bool:
    import boto3  # noqa: PLC0415  # of the extra `run`
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    try:
        return boto3.Session().get_credentials() is not None
    except BotoCoreError:  # a profile that is not there, for one
        return False


def _looked_at(tool: Tool) -> tuple[str, str, str]:
    found = _version(tool.command)
    if found is None:
        return "missing", f"{tool.name} {tool.least} or newer", tool.waiting
    if _numbers(found) < _numbers(tool.least):
        return "too old", f"{tool.name} {found}, where {tool.least} is needed", tool.waiting
    return "ok", f"{tool.name} {found}", ""


def _version(command: Sequence[str]) -> str | None:
    """What a program says first that is like a version; None if there is no such program, or it does not run."""
    if shutil.which(command[0]) is None:
        return None
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True).stdout
    except (subprocess.SubprocessError, OSError):
        return None
    found = NUMBER.search(said)
    return found[0] if found else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _credentials() -> tuple[str, str, str]:
    """Whether there are some is looked at, and never what they are."""
    waiting = "`make plan` and `make deploy`; all else works without"
    try:
        import boto3  # noqa: PLC0415  # of the extra `run`
    except ModuleNotFoundError:
        return "missing", f"pip install 'specbound[run]=={VERSION}'", "all but `specbound --help`"
    session = boto3.Session()
    # Who asks an instance for its role waits for one that is not there.
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    if session.get_credentials() is None:
        return "missing", "credentials of AWS", waiting
    if not (os.environ.get("AWS_REGION") or session.region_name):
        return "missing", "a region of AWS (AWS_REGION)", waiting
    return "ok", "credentials and a region of AWS", ""


def _line(state: str, what: str, waiting: str, source: str) -> str:
    return f"{state:9}{what}" + (f"\n{'':9}for {waiting}: {source}" if waiting else "")
