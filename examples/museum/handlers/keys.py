"""Keys, for staff and for agencies."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from handlers.credentials import digest
from handlers.service import keys
from specbound import Response

if TYPE_CHECKING:
    from handlers.compiled import types


def issue_key(request: types.IssueKeyRequest) -> types.IssueKeyResponse:
    key, given = secrets.token_urlsafe(32), request.body
    created = keys.create(request, lambda _: {"keyId": digest(key), "kind": given["kind"], "holder": given["holder"]})
    return Response(created.status, {"key": key, "kind": given["kind"], "holder": given["holder"]})
