"""What the packages of both clients say of themselves: who wrote them, under which licence, and where there is more."""

import re

from specbound.compiler.addresses import CHANGELOG, REPOSITORY
from specbound.compiler.document import Document

# SPDX identifiers that OpenAPI 3.0, which has no member for them, has as names; and how people write those.
IDENTIFIERS = (
    "0BSD", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0",
    "CC-BY-4.0", "EPL-2.0", "EUPL-1.2", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC",
    "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MPL-2.0", "Unlicense", "Zlib",
)  # fmt: skip
USUAL = {
    "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0",
    "mit license": "MIT", "the mit license": "MIT", "isc license": "ISC", "mozilla public license 2.0": "MPL-2.0",
}  # fmt: skip
# Versions as Python's packages have them (PEP 440, read generously), and as npm takes them.
PYTHON_VERSION = re.compile(
    r"v?[0-9]+(\.[0-9]+)*([-_.]?(alpha|beta|preview|pre|post|rev|dev|rc|a|b|c|r)[-_.]?[0-9]*)*(-[0-9]+)?"
    r"(\+[a-z0-9]+([-_.][a-z0-9]+)*)?",
    re.IGNORECASE,
)
NPM_VERSION = re.compile(r"v?[0-9]+(\.[0-9]+){2}([-+][0-9A-Za-z.+-]+)?|[0-9]+(\.[0-9]+)?")
SPDX = {each.lower(): each for each in IDENTIFIERS} | USUAL


def of_packages(document: Document) -> dict[str, str]:
    """Texts, empty where the contract does not say it: a `license` is an SPDX expression, a `license_text` none."""
    info = document["info"]
    licence, contact = info.get("license", {}), info.get("contact", {})
    name = str(licence.get("name", "")).strip()
    expression = str(licence.get("identifier", "")) or SPDX.get(name.lower(), "")
    return {
        "python_version": python_version(str(info["version"])),
        "npm_version": npm_version(str(info["version"])),
        "license": expression,
        "license_text": "" if expression else name,
        "homepage": str(document.get("externalDocs", {}).get("url", "")),
        "repository": str(info.get(REPOSITORY, "")),
        "changelog": str(info.get(CHANGELOG, "")),
        "author": str(contact.get("name", "")),
        "email": str(contact.get("email", "")),
        "support": str(contact.get("url", "")),
    }


def python_version(version: str) -> str:
    """The contract's version where Python's packages may have it, or else its numbers: 2026.1.31 of 2026-01-31."""
    return version if PYTHON_VERSION.fullmatch(version) else ".".join(_numbers(version)) or "0"


def npm_version(version: str) -> str:
    """The same for npm, which has three numbers."""
    return version if NPM_VERSION.fullmatch(version) else ".".join([*_numbers(version), "0", "0", "0"][:3])


def _numbers(version: str) -> list[str]:
    return [each.lstrip("0") or "0" for each in re.findall("[0-9]+", version)]
