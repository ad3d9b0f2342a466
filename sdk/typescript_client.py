"""The TypeScript client: the contract's types and the hand-written part, compiled and packed for npm."""

import json
import re
import shutil
from pathlib import Path

from compiler.document import ROOT, Document, declarations
from sdk.commands import run

TYPESCRIPT = ROOT / "sdk" / "typescript"
PROGRAMS = TYPESCRIPT / "node_modules" / ".bin"


def build(contract: Path, document: Document, target: Path) -> Path:
    """The client's source and JavaScript in target/typescript, and beside it the tarball whose path is returned."""
    source = target / "typescript"
    shutil.copytree(TYPESCRIPT / "src", source / "src")
    shutil.copy(TYPESCRIPT / "tsconfig.json", source)
    # The compiler looks for openapi-fetch here.
    (source / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    run(PROGRAMS / "openapi-typescript", contract.resolve(), "--output", source / "src" / "schema.ts", cwd=source)
    (source / "src" / "keyed.ts").write_text(_keyed(document), encoding="utf-8")
    _describe(document, source)
    run(PROGRAMS / "tsc", "--project", source)
    run("npm", "pack", "--silent", "--pack-destination", target.resolve(), cwd=source)
    return next(target.glob("*.tgz"))


def _keyed(document: Document) -> str:
    """What types alone cannot tell at run time: which operations take an Idempotency-Key."""
    keyed = [
        each.place
        for each in declarations(document)
        if any(parameter["name"] == "Idempotency-Key" for parameter in each.parameters)
    ]
    return f"export const keyed: ReadonlySet<string> = new Set({json.dumps(keyed, indent=2)});\n"


def _describe(document: Document, source: Path) -> None:
    title, version = document["info"]["title"], document["info"]["version"]
    name = "-".join([*re.findall("[a-z0-9]+", title.lower()), "client"])
    tools = json.loads((TYPESCRIPT / "package.json").read_text(encoding="utf-8"))
    package = {
        "name": name,
        "version": version,
        "description": f"A client library for the {title}",
        "license": tools["license"],
        "type": "module",
        "engines": tools["engines"],
        "exports": {".": {"types": "./dist/index.d.ts", "default": "./dist/index.js"}},
        "files": ["dist"],
        "sideEffects": False,
        "dependencies": tools["dependencies"],
    }
    (source / "package.json").write_text(json.dumps(package, indent=2) + "\n", encoding="utf-8")
    template = (TYPESCRIPT / "README.template.md").read_text(encoding="utf-8")
    readme = template.format(name=name, title=title, version=version)
    (source / "README.md").write_text(readme, encoding="utf-8")
