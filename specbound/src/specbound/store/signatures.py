"""Signature Version 4 of a request without a query.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote

from specbound.store.credentials import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"


class Unsigned(NamedTuple):
    """What is to be signed: names of `headers` in lower case, `host` among them, and values without blanks at their
    ends or in a row.
    """

    headers: Mapping[str, str]
    content: bytes
    method: str = "POST"
    path: str = "/"


class Scope(NamedTuple):
    """What a signature is good for, beside its day."""

    region: str
    service: str


def signed(request: Unsigned, credentials: Credentials, scope: Scope, seconds: float) -> dict[str, str]:
    """The headers, all of which are signed, with those that sign them at a time: seconds since 1970."""
    moment = _written(int(seconds))
    found = {**request.headers, "x-amz-date": moment}
    if credentials.token:
        found["x-amz-security-token"] = credentials.token
    names = _in_order(tuple(found))
    lines = "".join([f"{name}:{found[name]}\n" for name in names])
    all_names = ";".join(names)
    digest = sha256(request.content).hexdigest()
    canonical = f"{request.method}\n{_quoted(request.path)}\n\n{lines}\n{all_names}\n{digest}"
    day = moment[:8]
    where = f"{day}/{scope.region}/{scope.service}/aws4_request"
    signature = _keyed(credentials.secret, day, scope).copy()
    signature.update(f"{ALGORITHM}\n{moment}\n{where}\n{sha256(canonical.encode()).hexdigest()}".encode())
    found["authorization"] = (
        f"{ALGORITHM} Credential={credentials.key_id}/{where}, SignedHeaders={all_names}, "
        f"Signature={signature.hexdigest()}"
    )
    return found


# What follows is the same from one call to the next.


@lru_cache(maxsize=1)
def _written(seconds: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


@lru_cache(maxsize=4)
def _in_order(names: tuple[str, ...]) -> Sequence[str]:
    return sorted(names)


@lru_cache(maxsize=4)
def _quoted(path: str) -> str:
    return quote(path)


@lru_cache(maxsize=4)
def _keyed(secret: str, day: str, scope: Scope) -> hmac.HMAC:
    """What signs on a day: each signature is of a copy."""
    key = f"AWS4{secret}".encode()
    for part in (day, scope.region, scope.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, digestmod="sha256")
