"""The Go client: a module of the standard library alone, made of the contract's types and the hand-written part."""

import re
from pathlib import Path
from typing import Any

from specbound.clients import go_usage
from specbound.clients.go_problems import problems
from specbound.clients.go_resources import Resources, kind
from specbound.clients.go_text import KEYWORDS, comment, keyed, quoted
from specbound.clients.go_types import Types
from specbound.clients.naming import methods
from specbound.clients.plan import plan
from specbound.compiler.addresses import GO_MODULE
from specbound.compiler.document import Document
from specbound.compiler.published import published

GO = Path(__file__).parent / "go"
LAYER = GO / "layer"
# The oldest Go that the layer is written for.
OLDEST = "1.19"
EXPORTED = re.compile(r"^(?:type|func|var|const) (\w+)", re.MULTILINE)


def build(document: Document, target: Path) -> Path:
    """The module in target/go, whose path is returned. It takes no Go to make it. Raises Refused."""
    planned, source = plan(document), target / "go"
    package = package_of(planned["contract"]["title"])
    source.mkdir(parents=True)
    for each in sorted(LAYER.glob("*.go")):
        text = each.read_text(encoding="utf-8").replace("package client\n", f"package {package}\n", 1)
        (source / each.name).write_text(text, encoding="utf-8")
    public = published(document)
    types = Types(public, _taken(document, planned))
    resources = Resources(public, planned, types)
    calls = resources.text()
    module = module_of(document, package)
    head = f"package {package}\n\n"
    written = {
        "go.mod": f"module {module}\n\ngo {OLDEST}\n",
        "resources.go": f"// The API's operations as methods of its resources.\n\n{head}{calls}",
        "types.go": f"// The contract's schemas.\n\n{head}{types.declared()}",
        "problems.go": f"// The types of problems that the contract has.\n\n{head}{problems(planned)}",
        "about.go": _about(planned, package),
        "README.md": go_usage.readme(planned, resources, module, package, version_of(str(document["info"]["version"]))),
    }
    for name, text in written.items():
        (source / name).write_text(f"{text.rstrip()}\n", encoding="utf-8")
    return source


def package_of(title: str) -> str:
    """What the package is called: catalogueapi of Catalogue API."""
    found = "".join(re.findall("[a-z0-9]+", title.lower())) or "api"
    found = found if found[0].isalpha() else f"api{found}"
    return f"{found}api" if found in KEYWORDS | go_usage.IMPORTED else found


def module_of(document: Document, package: str) -> str:
    """Where it is fetched from: `x-go-module` of info, which from version 2 on has it at its end (go.dev/ref/mod).

    Without one it is nowhere: paths without a host are Go's own.
    """
    info = document["info"]
    major = version_of(str(info["version"])).partition(".")[0]
    suffix = f"/{major}" if major not in ("v0", "v1") else ""
    return str(info.get(GO_MODULE, f"example.com/{package}")).removesuffix(suffix) + suffix


def version_of(version: str) -> str:
    """As Go has versions, v1.2.0 of 1.2; v0.0.0 of what is none."""
    found = re.fullmatch(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?([-+].*)?", version)
    return f"v{int(found[1])}.{int(found[2] or 0)}.{int(found[3] or 0)}" if found else "v0.0.0"


def _taken(document: Document, planned: dict[str, Any]) -> set[str]:
    """What the package has of its own: a schema of this name has another one."""
    layer = "".join(each.read_text(encoding="utf-8") for each in sorted(LAYER.glob("*.go")))
    found = {each.resource[:end] for each in methods(document) for end in range(1, len(each.resource) + 1)}
    own = {"Client", "NewClient"}
    return own | set(EXPORTED.findall(layer)) | {each["name"] for each in planned["problems"]} | set(map(kind, found))


def _about(planned: dict[str, Any], package: str) -> str:
    own, licence = planned["contract"], planned["packages"]["license"]
    said = f"Package {package} is a client library for the {own['title']}, version {own['version']}."
    fields = {
        "name": own["package"],
        "version": own["version"],
        "prefix": own["prefix"],
        "address": own["address"],
        "tokenURL": own["token_url"],
        "header": own["header"],
        "scheme": f"{own['scheme']} ".lstrip(),
    }
    lines = [f"// SPDX-License-Identifier: {licence}", ""] if licence else []
    lines += [comment(said), f"package {package}", ""]
    lines += ["// What the contract says of itself.", "var contract = struct {"]
    lines += [f"\t{', '.join(fields)} string", "}{"]
    return "\n".join([*lines, *keyed(((name, quoted(each)) for name, each in fields.items()), "\t"), "}", ""])
