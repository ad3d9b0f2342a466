"""Who may call an operation: the gateway's decision, checked again.

A gateway put up without its authorizer lets nobody in. API Gateway's JWT authorizer reads scopes from `scope` or `scp`:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

import os
from collections.abc import Mapping
from typing import Any

from handlers.configuration import switch
from handlers.contract import Operation
from handlers.problems import Forbidden, Unauthorized

ANONYMOUS = "anonymous"
# Set by the local server alone; in Lambda it has no effect.
_allow_anonymous = switch("ALLOW_ANONYMOUS") and "AWS_LAMBDA_FUNCTION_NAME" not in os.environ


def authorize(operation: Operation, claims: Mapping[str, Any] | None) -> str:
    """The caller's subject. Raises Unauthorized without a token, Forbidden without the operation's scope."""
    if operation.scope is None:
        return ANONYMOUS
    if claims is None:
        if _allow_anonymous:
            return ANONYMOUS
        raise Unauthorized
    if operation.scope not in _scopes(claims):
        raise Forbidden
    return str(claims.get("sub") or claims.get("client_id") or claims.get("principalId") or ANONYMOUS)


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    granted = claims.get("scope") or claims.get("scp") or ""
    if isinstance(granted, list):
        return granted
    if granted.startswith("["):
        # An HTTP API writes a claim that was a list as "[a b]".
        granted = granted.strip("[]").replace(",", " ")
    scopes: list[str] = granted.split()
    return scopes
