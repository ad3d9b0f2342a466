"""Parts of a proof, as proof.toml lists them, and which code they prove."""

import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from specbound.compiler.files import ROOT
from specbound.failures import Failed

FILE = ROOT / "proof.toml"
MEMBERS = ("title", "claim", "command")


@dataclass(frozen=True)
class Part:
    """One part: its claim, a sentence or more, and the shell's command that tries it, in the service's folder."""

    name: str
    title: str
    claim: str
    command: str


def parts(file: Path = FILE) -> list[Part]:
    """All parts, in the order of the file. Raises Failed for what is not a list of parts."""
    if not file.exists():
        raise Failed(f"There is no {file.name} here: it says which parts a proof has.")
    try:
        listed = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Failed(f"{file.name} is not TOML: {error}") from error
    for name, each in listed.items():
        if not isinstance(each, dict) or sorted(each) != sorted(MEMBERS) or not all(map(_is_text, each.values())):
            raise Failed(f"{file.name}: [{name}] needs {', '.join(MEMBERS)}, each a text, and nothing else.")
    return [Part(name, **each) for name, each in listed.items()]


def chosen(all_parts: Sequence[Part], names: Sequence[str]) -> list[Part]:
    """The parts of these names, or all if none is named. Raises Failed for a name that none has."""
    known = {each.name: each for each in all_parts}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Failed(f"No part is called {', '.join(unknown)}: there are {', '.join(known)}.")
    return [known[name] for name in names] or list(all_parts)


def code(root: Path = ROOT) -> str:
    """Which code is proven: a hash of all files but the documents; "", of which nothing is the same, without git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode:
        return ""
    hashed = sha256()
    for name in sorted(each for each in listed.stdout.split("\0") if each and not each.endswith(".md")):
        path = root / name
        content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        hashed.update(b"%s\0%d\0%s" % (name.encode(), len(content), content))
    return hashed.hexdigest()


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
