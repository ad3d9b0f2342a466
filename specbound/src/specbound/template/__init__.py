"""A new service, `specbound new`: a small API that runs, passes its own tests and deploys, written into a folder."""

import re
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from specbound.compiled import VERSION
from specbound.compiler import common
from specbound.failures import Failed

SERVICE = Path(__file__).parent / "service"
NAME = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 40
# Under their own names they would speak to the tools of whoever develops the engine.
RENAMED = {"project.toml": "pyproject.toml"} | {
    name: f".{name}" for name in ("gitignore", "pre-commit-config.yaml", "vscode", "devcontainer")
}
LEFT_OUT = {"__pycache__"}
# What is of the service that is written if no contract is given.
OF_ORDERS = {"openapi.yaml", "handlers", "tests", "README.md"}
WELCOME = """{title}: a service in {folder}

  {steps}"""


def run(name: str, into: Path | None = None, source: Path | None = None) -> None:
    """Write a service of a name into a folder that is new or empty, by default one of its name; and say how to go on.

    It keeps the contract in the file `source`, or one of its own. Raises Failed, and then nothing is changed.
    """
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise Failed(
            f"{name!r} is no name for a service: write up to {LONGEST} lower-case letters, digits and single hyphens, "
            "a letter first (my-shop)."
        )
    folder = Path(name) if into is None else into
    _check(folder)
    adopted = _adopted(source) if source else None
    texts = {"__NAME__": name, "__TITLE__": _title(name), "__VERSION__": VERSION, **_common()}
    _write(folder, texts, LEFT_OUT if adopted is None else LEFT_OUT | OF_ORDERS)
    if adopted:
        adopted.write(folder, name, _title(name))
    steps = "\n  ".join(_steps(folder, "the tests" if adopted else "the contract's lint, and the tests"))
    print(WELCOME.format(title=_title(name), folder=folder.resolve(), steps=steps))
    if adopted:
        print("\n" + "\n".join(adopted.said()))


def _adopted(source: Path) -> Any:
    """The document to adopt, by what only that needs. Raises Failed."""
    from specbound.adoption import Adopted  # noqa: PLC0415  # it needs what generates requests, and `new` does not

    return Adopted(source)


def _write(folder: Path, texts: Mapping[str, str], left_out: set[str]) -> None:
    for source in sorted(SERVICE.rglob("*")):
        if source.is_file() and not left_out.intersection(source.parts):
            place = source.relative_to(SERVICE)
            target = folder.joinpath(*(RENAMED.get(each, each) for each in place.parts))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_filled(source.read_text(encoding="utf-8"), texts), encoding="utf-8")


def _steps(folder: Path, tested: str) -> Iterator[str]:
    """What to type next. The service's Makefile looks for the command on the path."""
    if shutil.which("specbound") is None:
        yield f". {shlex.quote(str(Path(sys.prefix) / 'bin' / 'activate'))}"
    if folder.resolve() != Path.cwd():
        yield f"cd {shlex.quote(str(folder))}"
    yield "make run     # the API on http://127.0.0.1:8000, with a docs page at /docs"
    yield f"make test    # {tested}"


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise Failed(f"{folder} is a file: name a folder that is new or empty, with --into FOLDER.")
    if folder.exists() and any(folder.iterdir()):
        raise Failed(f"{folder} is not empty, so nothing was written: name a new folder with --into FOLDER.")


def _title(name: str) -> str:
    return " ".join([*(word.capitalize() for word in name.split("-")), "API"])


def _filled(text: str, texts: Mapping[str, str]) -> str:
    for token, each in texts.items():
        text = text.replace(token, each)
    return text


def _common() -> dict[str, str]:
    """The text of the common components by what stands in their place, indented as it is there."""
    found: dict[str, str] = {}
    for section in re.split(r"^(?=[a-z]+:$)", common.FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        kind, _, components = section.rstrip().partition(":\n")
        found[f"__COMMON_{kind.upper()}__"] = re.sub("^(?=.)", "  ", components, flags=re.MULTILINE)
    return found
