"""Passwords: kept as what scrypt makes of them (RFC 7914), each with a salt of its own."""

from __future__ import annotations

import secrets
from hashlib import scrypt
from hmac import compare_digest

# 16 MiB and some tens of milliseconds for whoever guesses, too.
COST = {"n": 2**14, "r": 8, "p": 1}


def hashed(password: str) -> tuple[str, str]:
    """What is kept of a new password: salt and digest, in hex."""
    salt = secrets.token_bytes(16)
    return salt.hex(), _digest(password, salt)


def is_right(password: str, salt: str, digest: str) -> bool:
    """Whether it is the password of which these were kept."""
    return compare_digest(_digest(password, bytes.fromhex(salt)), digest)


def _digest(password: str, salt: bytes) -> str:
    return scrypt(password.encode(), salt=salt, **COST).hex()
