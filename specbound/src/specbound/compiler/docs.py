"""The docs page: RapiDoc and all it needs in one HTML document, which loads nothing from anywhere else."""

import base64
import hashlib
import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from string import Template
from typing import Any

from specbound.clients.samples import samples
from specbound.compiler.document import Document
from specbound.compiler.problem_guide import explained

OWN = Path(__file__).parent / "page"
CURRENT = ' aria-current="page"'
# The package is not imported: that would need a Flask application.
VIEWER = Path(str(distribution("flask-openapi3-rapidoc").locate_file("flask_openapi3_rapidoc/templates/rapidoc/js")))


@dataclass(frozen=True)
class Edition:
    """A version of the contract as the page of one of them leads to it: what it is called, and where its page is."""

    label: str
    href: str
    is_here: bool


def page(document: Document, editions: Sequence[Edition] = ()) -> tuple[str, dict[str, str]]:
    """The page, and the headers it is served with. It leads to the pages of these versions, if there are some."""
    parts = {
        "viewer": _read(VIEWER / "rapidoc-min.js"),
        "script": _read(OWN / "page.js"),
        "style": _read(OWN / "page.css"),
    }
    ends = {"style": "</style"}
    if any(ends.get(name, "</script") in part.lower() for name, part in parts.items()):
        raise ValueError("A script or style of the docs page would end its element early.")
    title = html.escape(document["info"]["title"])
    shown = {"versions": _links(editions), "samples": _data(samples(document)), "problems": _data(explained(document))}
    return Template(_read(OWN / "page.html")).substitute(parts, title=title, **shown), _headers(parts)


def _links(editions: Sequence[Edition]) -> str:
    if not editions:
        return ""
    items = (
        f'<li><a href="{html.escape(each.href)}"{CURRENT * each.is_here}>{html.escape(each.label)}</a></li>'
        for each in editions
    )
    return f'<nav id="versions" aria-label="Versions"><ul>{"".join(items)}</ul></nav>\n'


def _data(value: Any) -> str:
    """JSON that ends no element early."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _headers(parts: dict[str, str]) -> dict[str, str]:
    # The page's own scripts and styles, and its own origin to call: nothing else (CSP level 3).
    policy = {
        "default-src": "'none'",
        "script-src": _hashes(parts["viewer"], parts["script"]),
        # The viewer writes styles while it runs. They can load nothing: images and fonts come from nowhere.
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        # What it shows is in the contract, which it fetches each time; the page itself hardly ever changes.
        "cache-control": "public, max-age=3600",
        # Whoever does CORS, a gateway or the function, adds headers for one origin and not for another.
        "vary": "origin",
    }


def _hashes(*texts: str) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
