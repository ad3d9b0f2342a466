"""Authorization: who may call an operation, by its scope; the gateway's decision, checked again.

A gateway put up without its authorizer lets nobody in. API Gateway's JWT authorizer reads scopes from `scope` or `scp`:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from collections.abc import Mapping
from typing import Any

from specbound.contract import Operation
from specbound.http.fields import is_unicode
from specbound.problems import Forbidden, Unauthorized

ANONYMOUS = "anonymous"


def authorize(operation: Operation, claims: Mapping[str, Any] | None, allow_anonymous: bool = False) -> str | None:
    """The caller's subject, None if the claims name none.

    Raises Unauthorized without a token, Forbidden without the operation's scope.
    """
    if operation.scope is not None and not (claims is None and allow_anonymous):
        if claims is None:
            raise Unauthorized
        if operation.scope not in _scopes(claims):
            raise Forbidden
    if claims is None:
        return ANONYMOUS if allow_anonymous else None
    return _subject(claims)


def _subject(claims: Mapping[str, Any]) -> str | None:
    """Who asks: a client of its own (Cognito's `client_id`) and a Lambda authorizer's principal count, too.

    Nobody stands in for a name that can't be read: many callers may have one principal.
    """
    for name in ("sub", "client_id", "principalId"):
        subject = claims.get(name)
        if subject is None or (isinstance(subject, str) and not subject.strip()):
            continue
        return subject if isinstance(subject, str) and is_unicode(subject) else None
    return None


def _scopes(claims: Mapping[str, Any]) -> list[str]:
    return _granted(claims.get("scope")) or _granted(claims.get("scp"))


def _granted(claim: Any) -> list[str]:
    """The scopes in a claim. In a text, U+0020 parts them and nothing else does (RFC 6749, section 3.3)."""
    if isinstance(claim, list):
        return [each for each in claim if isinstance(each, str)]
    if not isinstance(claim, str):
        return []
    if claim[:1] == "[" and claim[-1] == "]":
        # An HTTP API writes a claim that was a list as "[a b]".
        claim = claim[1:-1].replace(",", " ")
    return list(filter(None, claim.split(" ")))
