"""`python -m compiler`: write what the Lambda package needs of the contract into handlers/compiled/."""

import json
import sys
from pathlib import Path

from compiler import docs
from compiler.document import CONTRACT, ROOT, Document, Refused, load
from compiler.tables import compile_contract

COMPILED = ROOT / "handlers" / "compiled"


def compile_to(target: Path, contract: Path = CONTRACT) -> None:
    """Compile the contract into a few files. Raises Refused and leaves the target as it was if it can't be kept."""
    document = load(contract)
    compiled = compile_contract(document)
    page, headers = docs.page(document)
    files = {
        "contract.json": _render(compiled),
        "openapi.json": _render(document),
        "docs.html": page,
        "docs-headers.json": _render(headers),
    }
    target.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (target / name).write_text(content, encoding="utf-8")


def _render(content: Document) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    try:
        compile_to(COMPILED)
    except Refused as refused:
        sys.exit(f"{CONTRACT.name}: {refused}")
