"""Sessions: a cookie holds a secret, and the table what it hashes to, so who reads the table is nobody else."""

from __future__ import annotations

import secrets
import time
from hashlib import sha256
from typing import Any

from handlers.service import sessions
from specbound import NotFound, Request

LIFETIME_SECONDS = 7 * 24 * 3600
COOKIE = "inkwell={secret}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax"


def known(secret: str) -> dict[str, str] | None:
    """Whose session it is, as the engine asks for each request that brings one."""
    try:
        session = sessions.find(session_id(secret))
    except NotFound:
        return None
    # DynamoDB removes what has ended when it likes to.
    return {"sub": session["handle"]} if session["endsAt"] > time.time() else None


def session_id(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def ends_at() -> int:
    return int(time.time()) + LIFETIME_SECONDS


def cookie(secret: str, seconds: int = LIFETIME_SECONDS) -> dict[str, str]:
    return {"set-cookie": COOKIE.format(secret=secret, seconds=seconds)}


def me(request: Request[Any, Any]) -> str:
    """The handle of who is signed in, which the contract sees to."""
    return str(request.subject)
