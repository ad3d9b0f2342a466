"""The TypeScript client: the contract's types and the hand-written part, compiled and packed for npm."""

import json
import re
import shutil
from pathlib import Path

from specbound.clients import usage
from specbound.clients.commands import run
from specbound.clients.plan import plan
from specbound.clients.typescript_resources import about, problems, resources
from specbound.compiler.document import ROOT, Declaration, Document, declarations, resolve
from specbound.compiler.published import published, with_whole_paths
from specbound.compiler.statuses import declared_replies, successes
from specbound.http.replies import is_json

TYPESCRIPT = Path(__file__).parent / "typescript"
MODULES = ROOT / "build" / "node" / "node_modules"
PROGRAMS = MODULES / ".bin"


def build(document: Document, target: Path) -> Path:
    """The client's source and JavaScript in target/typescript, and beside it the tarball whose path is returned.

    Raises Refused.
    """
    planned, written = plan(document), document
    source, document = target / "typescript", with_whole_paths(published(document))
    shutil.copytree(TYPESCRIPT / "src", source / "src")
    shutil.copy(TYPESCRIPT / "tsconfig.json", source)
    # The compiler looks for openapi-fetch here.
    (source / "node_modules").symlink_to(MODULES)
    contract = source / "openapi.json"
    contract.write_text(json.dumps(document), encoding="utf-8")
    run(
        PROGRAMS / "openapi-typescript",
        contract.resolve(),
        "--output",
        (source / "src" / "schema.ts").resolve(),
        cwd=source,
    )
    (source / "src" / "operations.ts").write_text(_operations(document), encoding="utf-8")
    (source / "src" / "resources.ts").write_text(resources(written, planned), encoding="utf-8")
    (source / "src" / "problems.ts").write_text(problems(planned), encoding="utf-8")
    (source / "src" / "about.ts").write_text(about(planned), encoding="utf-8")
    package = planned["contract"]["package"]
    used, more = usage.typescript(written, package), usage.typescript_more(written, package)
    _describe(document, planned, used, more, source)
    run(PROGRAMS / "tsc", "--project", source)
    run("npm", "pack", "--silent", "--pack-destination", target.resolve(), cwd=source)
    return next(target.glob("*.tgz"))


def _operations(document: Document) -> str:
    """What types alone cannot tell: which operations take an Idempotency-Key, and which send or answer no JSON."""
    operations = list(declarations(document))
    keyed = [
        each.place
        for each in operations
        if any(parameter["name"] == "Idempotency-Key" for parameter in each.parameters)
    ]
    other = [each.place for each in operations if not all(is_json(media) for media in _answered(document, each))]
    sets = {"keyed": keyed, "notOnlyJson": other}
    bodies = {each.place: media for each in operations if (media := _other_body(document, each))}
    table = f"export const bodies: Readonly<Record<string, string>> = {json.dumps(bodies, indent=2)};\n"
    return table + "".join(
        f"export const {name}: ReadonlySet<string> = new Set({json.dumps(places, indent=2)});\n"
        for name, places in sets.items()
    )


def _other_body(document: Document, operation: Declaration) -> str | None:
    """The first media type of its body that is no JSON."""
    body = resolve(document, operation.definition.get("requestBody", {}))
    return next((media for media in body.get("content", {}) if not is_json(media)), None)


def _answered(document: Document, operation: Declaration) -> list[str]:
    """The media types of its successes."""
    replies = declared_replies(document, operation)
    return [media for status in successes(replies) for media in replies[status].get("content", {})]


def _addresses(own: Document) -> Document:
    """Of what the contract says: who wrote it, and where there is more."""
    author = {"name": own["author"] or own["email"], **({"email": own["email"]} if own["email"] else {})}
    found = {
        "homepage": own["homepage"] or own["changelog"],
        "repository": {"type": "git", "url": own["repository"]} if own["repository"] else None,
        "bugs": {"url": own["support"]} if own["support"] else None,
        "author": author if author["name"] else None,
    }
    return {name: each for name, each in found.items() if each}


def _describe(document: Document, planned: Document, used: str, more: str, source: Path) -> None:
    title, version = document["info"]["title"], document["info"]["version"]
    name = "-".join([*re.findall("[a-z0-9]+", title.lower()), "client"])
    own = planned["packages"]
    tools = json.loads((TYPESCRIPT / "package.json").read_text(encoding="utf-8"))
    package = {
        "name": name,
        "version": own["npm_version"],
        "description": f"A client library for the {title}",
        # What npm has for a package that says nothing, and for a licence that has no SPDX identifier.
        "license": own["license"] or own["license_text"] or "UNLICENSED",
        **_addresses(own),
        "type": "module",
        "engines": tools["engines"],
        "exports": {".": {"types": "./dist/index.d.ts", "default": "./dist/index.js"}},
        "files": ["dist"],
        "sideEffects": False,
        "dependencies": tools["dependencies"],
    }
    (source / "package.json").write_text(json.dumps(package, indent=2) + "\n", encoding="utf-8")
    more = f"Raw answers, answers read piece by piece, and options of one call:\n\n```ts\n{more}```\n\n" if more else ""
    template = (TYPESCRIPT / "README.template.md").read_text(encoding="utf-8")
    readme = template.format(
        name=name, title=title, version=version, usage=used, more=more, prefix=planned["contract"]["prefix"]
    )
    (source / "README.md").write_text(readme, encoding="utf-8")
