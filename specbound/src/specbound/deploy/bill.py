"""Bill of materials: which packages, of which version and under which licence, a Lambda package holds, as CycloneDX.

https://cyclonedx.org/docs/1.6/json/
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from specbound.compiled import VERSION, CompiledContract

SPECIFICATION = "1.6"
# The engine is copied, not installed.
ENGINE = {"type": "library", "name": "specbound", "version": VERSION, "purl": f"pkg:pypi/specbound@{VERSION}"}
ENGINES_LICENCE = [{"expression": "Apache-2.0"}]


def path(output: Path) -> Path:
    """Where the bill of a package is: `lambda.cdx.json` beside `lambda.zip`."""
    return output.with_suffix(".cdx.json")


def write(output: Path, content: Path, compiled: CompiledContract) -> None:
    """Write the bill of a package that was made of a folder. It says no time: the same package has the same bill."""
    contract = compiled["infrastructure"]
    digest = sha256(output.read_bytes()).hexdigest()
    service = {
        "type": "application",
        "name": contract["title"],
        "version": contract["version"],
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {"component": service},
        "components": [{**ENGINE, "licenses": ENGINES_LICENCE}, *_components(content)],
    }
    path(output).write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _components(content: Path) -> Iterator[dict[str, Any]]:
    found = sorted(distributions(path=[str(content)]), key=lambda each: each.name.lower())
    for each in found:
        name = each.name.lower().replace("_", "-")
        purl = f"pkg:pypi/{name}@{each.version}"
        yield {
            "type": "library",
            "name": each.name,
            "version": each.version,
            "purl": purl,
            "licenses": _licences(each),
        }


def _licences(package: Distribution) -> list[dict[str, Any]]:
    """What a package says of its licence: an expression (PEP 639), or a name in one of two older ways."""

    def said(name: str) -> list[str]:
        return package.metadata.get_all(name) or []

    if expressions := said("License-Expression"):
        return [{"expression": each} for each in expressions]
    classifiers = [each.rpartition(" :: ")[2] for each in said("Classifier") if each.startswith("License ::")]
    names = classifiers or [each.partition("\n")[0].strip() for each in said("License")]
    return [{"license": {"name": name}} for name in names if name]
