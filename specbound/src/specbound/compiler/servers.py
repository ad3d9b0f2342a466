"""Servers: the base path that routes begin with, which is that of the first server of operation, path or document."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

Holder = dict[str, Any]
VARIABLE = re.compile(r"\{([^{}]*)\}")
# A relative URL begins where the API is: anybody's host does.
ANYWHERE = "https://localhost/"


def base_path(*holders: Holder) -> str:
    """The base path, "/v1", by the innermost that names servers, which is given first; "" for none."""
    return next((path_of(each["servers"][0]) or "" for each in holders if each.get("servers")), "")


def path_of(server: Holder) -> str | None:
    """The path of a server's URL, with the defaults of its variables, and no slash at its end. None for no URL."""
    variables: Holder = server.get("variables", {})
    url = VARIABLE.sub(lambda found: str(variables.get(found[1], {}).get("default", found[0])), server["url"])
    try:
        path = urlsplit(urljoin(ANYWHERE, url)).path.strip("/")
    except ValueError:
        return None
    if "{" in path or "}" in path:
        return None
    return f"/{path}" if path else ""
