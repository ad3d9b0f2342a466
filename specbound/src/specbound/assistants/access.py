"""Access: where the API is, with whose credential it is called, and which scopes that is known to have."""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from specbound.failures import Failed

LOCAL = "http://127.0.0.1:8000"
LOCAL_TOKEN = "local"  # noqa: S105  # of the local server, which has no other
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
VARIABLE = "API_TOKEN"
PARTS = 3


@dataclass(frozen=True)
class Access:
    """The headers of each request, and the token among them."""

    headers: dict[str, str]
    token: str | None


def address(url: str, headers: Mapping[str, str]) -> Access:
    """How an API at a URL is called. Raises Failed for a URL that is none, or would show the token on the way."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Failed(f"{url!r} is no address of an API: write https://… or http://127.0.0.1:8000.")
    is_local = parts.hostname in LOOPBACK
    token = os.environ.get(VARIABLE) or (LOCAL_TOKEN if url == LOCAL else None)
    if (token or headers) and parts.scheme == "http" and not is_local:
        raise Failed(f"{url} would show the credential to everybody on the way: write https://….")
    return Access(dict(headers) | ({"authorization": f"Bearer {token}"} if token else {}), token)


def known_scopes(token: str | None, said: str | None) -> frozenset[str] | None:
    """The scopes that may be used: those of a token that tells them (a JWT), and of them what is said. None for all."""
    own = _told(token) if token else None
    wanted = frozenset(said.split()) if said is not None else None
    return own if wanted is None else wanted if own is None else own & wanted


def _told(token: str) -> frozenset[str] | None:
    """What a JWT says of its scopes. It is not checked: that is for the API."""
    parts = token.split(".")
    if len(parts) != PARTS:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    if not isinstance(claims, dict):
        return None
    scopes = claims.get("scope") or claims.get("scp") or []
    return frozenset(scopes.split() if isinstance(scopes, str) else map(str, scopes))
