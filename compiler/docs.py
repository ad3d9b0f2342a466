"""The docs page: Swagger UI and all it needs in one HTML document, which loads nothing from anywhere else."""

import base64
import hashlib
import html
from pathlib import Path

from swagger_ui_bundle import swagger_ui_path

from compiler.document import Document

FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
<style>{own_style}</style>
</head>
<body>
<form id="credentials" autocomplete="off">
<label>Bearer token <input id="token" type="password" size="40" placeholder="sent as Authorization: Bearer …"></label>
</form>
<div id="swagger-ui"></div>
<script>{script}</script>
<script>{own_script}</script>
</body>
</html>
"""
OWN_STYLE = "body{margin:0}#credentials{font-family:sans-serif;padding:12px 20px;background:#1b1b1b;color:#fff}"
# The page lies beside the contract, also behind a stage prefix: so its address is a relative one.
OWN_SCRIPT = """
document.getElementById("credentials").addEventListener("submit", event => event.preventDefault());
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayOperationId: true,
  validatorUrl: null,
  requestInterceptor: request => {
    const token = document.getElementById("token").value.trim();
    if (token && !request.loadSpec) request.headers.Authorization = "Bearer " + token;
    return request;
  },
});
"""


def page(document: Document) -> Document:
    """The page, and the policy (CSP level 3) that lets exactly its own scripts run and its own origin be called."""
    assets = Path(str(swagger_ui_path))
    script = (assets / "swagger-ui-bundle.js").read_text(encoding="utf-8").split("//# sourceMappingURL")[0]
    style = (assets / "swagger-ui.css").read_text(encoding="utf-8").split("/*# sourceMappingURL")[0]
    if "</script" in script.lower() or "</style" in style.lower():
        raise ValueError("Swagger UI's own code would end its script or style element early.")
    hashes = " ".join(f"'sha256-{_digest(each)}'" for each in (script, OWN_SCRIPT))
    title = html.escape(document["info"]["title"])
    return {
        "page": FRAME.format(title=title, style=style, own_style=OWN_STYLE, script=script, own_script=OWN_SCRIPT),
        "policy": (
            f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
    }


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
