"""Text of an adopted contract: what its authors wrote, with the engine's extensions at its end."""

import json
from pathlib import Path
from typing import Any

import yaml

from specbound.compiler.document import Document
from specbound.compiler.source import parse


def with_extensions(text: str, added: Document) -> tuple[str, bool]:
    """A document with further members, and whether the rest of it is as it was: else all of it is written anew."""
    if not added:
        return text, True
    whole = parse(text) | added
    for made in (_as_yaml(text, added), _as_json(text, added)):
        try:
            if parse(made) == whole:
                return made, True
        except (ValueError, yaml.YAMLError):
            continue
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n", False


def _as_yaml(text: str, added: Document) -> str:
    body = text.rstrip()
    if body.endswith("\n..."):
        body = body[:-4].rstrip()
    return f"{body}\n\n# Added when it was adopted: its tables, and what nobody has written yet.\n{_dumped(added)}"


def _as_json(text: str, added: Document) -> str:
    body = text.rstrip().removesuffix("}").rstrip()
    members = json.dumps(added, indent=2, ensure_ascii=False).removeprefix("{").removesuffix("\n}")
    return f"{body},{members}\n}}\n"


def _dumped(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=None, width=110, allow_unicode=True)


def read(contract: Path) -> str:
    """A contract as text. Raises OSError."""
    return contract.read_text(encoding="utf-8-sig")
