"""Access: what is let in: of events, HTTP requests alone; of callers, those whose token grants an operation's scope.

What is answered to an event that is no request is a 400 in the form of a reply to HTTP. A load balancer passes it on, a
WebSocket is not opened, and those who want another form (Cognito, CloudFront, the gateway of a Lambda authorizer) let
nobody in. Nothing is raised: who calls asynchronously (EventBridge, SNS, S3) would only call again. A batch must not be
lost, though: a queue or a stream that asks for `batchItemFailures` is told that all of it failed, and keeps it
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html: an empty identifier stands for all).

Of a token, the gateway's decision is checked again: one put up without its authorizer lets nobody in. API Gateway's JWT
authorizer reads scopes from `scope` or `scp`:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Set
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote_plus

from specbound.http.fields import is_unicode
from specbound.patterns import pattern
from specbound.problems import Forbidden, NoRequest, Unauthorized

if TYPE_CHECKING:
    from specbound.contract import Need, Operation
    from specbound.http.events import Call, Event

Check = Callable[[str], "Mapping[str, Any] | None"]
"""Given a credential (a token, a key, `name:password`, a certificate as PEM): who has it, as claims, `{"sub": …}`, with
`scope` if there are scopes; or None for one that is not good."""
SUBJECTS = ("sub", "client_id", "principalId")
NAMES = ("iss", *SUBJECTS)
NO_CHECKS: Mapping[str, Check] = {}

ANONYMOUS = "anonymous"
# A member of the event, of its first record or of its `requestContext`, that only this sender writes.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
SENDERS = {
    "authorizationToken": "a gateway that asks an authorizer",
    "methodArn": "a gateway that asks an authorizer",
    "routeArn": "a gateway that asks an authorizer",
    "awslogs": "CloudWatch Logs",
    "userPoolId": "Cognito",
    "identityPoolId": "Cognito",
    "getObjectContext": "S3 Object Lambda",
    "deliveryStreamArn": "Firehose",
    "invokingEvent": "AWS Config",
    "CodePipeline.job": "CodePipeline",
    "ResponseURL": "CloudFormation",
    "StateMachine": "Step Functions",
    "rmqMessagesByQueue": "Amazon MQ",
    "actionGroup": "a Bedrock agent",
    "serviceNetworkArn": "VPC Lattice",
    "raw_path": "VPC Lattice",
    "fieldName": "AppSync",
    "sessionState": "Lex",
    "SecretId": "Secrets Manager",
    "alarmArn": "CloudWatch",
    "LifecycleEventHookExecutionId": "CodeDeploy",
    "invocationSchemaVersion": "S3 Batch Operations",
    "signatureVerified": "IoT Core",
    "requestPayload": "a Lambda destination",
    "DDBStreamBatchInfo": "a Lambda destination",
    "KinesisBatchInfo": "a Lambda destination",
    "elb": "a load balancer",
    "connectionId": "a WebSocket",
    "cf": "CloudFront",
    "warmer": "a warm-up",
    "warmup": "a warm-up",
    "warm": "a warm-up",
    "ping": "a warm-up",
    "key1": "a test in the console",
}
SOURCES = {
    "aws:sqs": "SQS",
    "aws:sns": "SNS",
    "aws:s3": "S3",
    "aws:ses": "SES",
    "aws:dynamodb": "DynamoDB",
    "aws:kinesis": "Kinesis",
    "aws:kafka": "Kafka",
    "SelfManagedKafka": "Kafka",
    "aws:mq": "Amazon MQ",
    "aws:rmq": "Amazon MQ",
    "aws:codecommit": "CodeCommit",
    "aws:docdb": "DocumentDB",
    "aws.events": "a schedule",
    "aws.scheduler": "a schedule",
    "serverless-plugin-warmup": "a warm-up",
    "warmup": "a warm-up",
    "warmer": "a warm-up",
}
BATCHES = {"SQS", "DynamoDB", "Kinesis"}
UNKNOWN = "unknown"
# No @, no blank.
OPAQUE = pattern("[!-?A-~]{1,255}")
# So much of an event is logged.
MOST_NAMES, LONGEST_NAME = 10, 40
# What every HTTP request has, in one payload version or the other, however garbled it is.
OF_REQUESTS = frozenset({"httpMethod", "rawPath", "resource"})
# What looks like an HTTP request, and is none: a member of the event, or of its `requestContext`, tells.
OF_OTHERS = frozenset({"methodArn", "routeArn", "authorizationToken", "apiPath"})
OF_OTHER_CONTEXTS = frozenset({"elb", "connectionId", "serviceNetworkArn"})


def is_request(event: Any) -> bool:
    """Whether it is API Gateway, or a function URL, that passes on an HTTP request."""
    if not isinstance(event, dict) or not OF_OTHERS.isdisjoint(event):
        return False
    context = event.get("requestContext")
    if not isinstance(context, dict):
        return not OF_REQUESTS.isdisjoint(event)
    return OF_OTHER_CONTEXTS.isdisjoint(context) and ("http" in context or not OF_REQUESTS.isdisjoint(event))


def sender(event: Any) -> str:
    """Who sent an event that is no request, in words of ours."""
    whole = event if isinstance(event, dict) else {}
    # EventBridge Pipes passes on a batch as it is.
    records = event if isinstance(event, list) else whole.get("Records")
    record = records[0] if isinstance(records, list) and records else None
    parts = (whole, record, whole.get("requestContext"), whole.get("info"))
    for part in (each for each in parts if isinstance(each, dict)):
        source = _source(part)
        if source:
            return source
    return UNKNOWN


def outline(event: Any) -> str:
    """What an event looks like: its type, and the first names in it, never a value."""
    names = [str(name)[:LONGEST_NAME] for name in islice(event, MOST_NAMES)] if isinstance(event, dict) else []
    return ascii(f"{type(event).__name__}: {', '.join(names)}" if names else type(event).__name__)[1:-1]


def failed_batch(kind: str) -> dict[str, Any]:
    """What else the reply to a sender holds, beside those of a problem."""
    return {"batchItemFailures": [{"itemIdentifier": ""}]} if kind in BATCHES else {}


def no_request(kind: str) -> NoRequest:
    return NoRequest(f"This is no HTTP request (its sender: {kind}). The function answers API Gateway.")


def admit(
    operation: Operation, call: Call, checks: Mapping[str, Check] = NO_CHECKS, allow_anonymous: bool = False
) -> Mapping[str, Any] | None:
    """The claims of a caller who fits one of the operation's ways in; None of one who brings nothing, and need not.

    `checks` has a function for each security scheme that the gateway does not decide. Raises Unauthorized without a
    credential that is good, Forbidden without the scopes.
    """
    scopes = operation.token_scopes
    if scopes and call.claims is not None and scopes <= _scopes(call.claims):
        # As most callers come in: it is what would be found below, only faster.
        return call.claims
    lacks_scopes = False
    # A way without a scheme fits everybody: it is tried last, so that who has a credential is known by it.
    for way in sorted(operation.security, key=len, reverse=True) if len(operation.security) > 1 else operation.security:
        found = [claims for need in way if (claims := _claims(need, call, checks)) is not None]
        if len(found) < len(way):
            continue
        if all(need.scopes <= _scopes(claims) for need, claims in zip(way, found, strict=True)):
            return found[0] if found else call.claims
        lacks_scopes = True
    if not operation.security or (allow_anonymous and not lacks_scopes):
        return call.claims
    if lacks_scopes:
        raise Forbidden
    raise Unauthorized(challenges((need.kind, need.where, need.name) for way in operation.security for need in way))


def subject(claims: Mapping[str, Any] | None, allow_anonymous: bool = False) -> str | None:
    """Who asks; None if nobody is named."""
    if claims is None:
        return ANONYMOUS if allow_anonymous else None
    return _subject(claims)


def without_credentials(operation: Operation, call: Call) -> Call:
    """The call without the keys that stand among its query parameters: to no operation they are one of its own."""
    kept = [
        pair
        for pair in call.query.split("&")
        if unquote_plus(pair.partition("=")[0]) not in operation.query_credentials
    ]
    return call._replace(query="&".join(kept))


def opaque_subject(claims: Mapping[str, Any]) -> str | None:
    """The caller's subject as a log may have it: an id, and nobody's e-mail address or whatever else it might be.

    OpenID Connect Core, section 2: a `sub` has at most 255 characters of ASCII.
    """
    subject = _subject(claims)
    return subject if subject is not None and OPAQUE.fullmatch(subject) else None


def challenges(needs: Iterable[tuple[str, str, str]]) -> str:
    """RFC 9110, section 11.6.1: one for each scheme, by its kind, where its credential is, and what it is called there.

    For keys no scheme is registered.
    """
    return ", ".join(dict.fromkeys(_challenge(*each) for each in needs))


def _challenge(kind: str, where: str, name: str) -> str:
    if kind == "token":
        return "Bearer"
    if kind == "key":
        return f'ApiKey in="{where}", name="{name}"'
    if kind == "certificate":
        return "Mutual"
    return 'Basic realm="api", charset="UTF-8"' if name == "basic" else name.title()


def _claims(need: Need, call: Call, checks: Mapping[str, Check]) -> Mapping[str, Any] | None:
    """What is known of who has a credential that is good; None without one."""
    if need.kind == "token" and call.claims is not None:
        # An authorizer that names nobody has seen no token.
        return call.claims if need.scopes or any(map(call.claims.get, NAMES)) else None
    found, check = credential(need, call), checks.get(need.scheme)
    return None if found is None or check is None else check(found) or None


def credential(need: Need, call: Call) -> str | None:
    """The one that the call has for a scheme. What is sent twice is none."""
    if need.where == "query":
        values = [value for name, value in parse_qsl(call.query, keep_blank_values=True) if name == need.name]
        return values[0] if len(values) == 1 else None
    if need.where == "cookie":
        pairs = [each.strip().partition("=") for each in call.headers.get("cookie", "").split(";")]
        values = [value for name, _, value in pairs if name == need.name]
        return values[0] if len(values) == 1 else None
    if need.where == "connection":
        return _certificate(call.event)
    if need.kind == "key":
        return call.headers.get(need.name.lower())
    scheme, _, value = call.headers.get("authorization", "").strip(" \t").partition(" ")
    if scheme.lower() != need.name:
        return None
    return _name_and_password(value.strip(" ")) if need.name == "basic" else value.strip(" ") or None


def _name_and_password(value: str) -> str | None:
    """RFC 7617, section 2: `name:password`, as UTF-8, in base64."""
    try:
        text = base64.b64decode(value, validate=True).decode()
    except ValueError:
        return None
    return text if ":" in text else None


def _certificate(event: Event) -> str | None:
    """The client's certificate, as PEM, that API Gateway has checked for a domain with mutual TLS.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html
    """
    context = event.get("requestContext")
    for holder in ("authentication", "identity"):
        found = context.get(holder) if isinstance(context, dict) else None
        certificate = found.get("clientCert") if isinstance(found, dict) else None
        pem = certificate.get("clientCertPem") if isinstance(certificate, dict) else None
        if isinstance(pem, str):
            return pem
    return None


def _source(part: Mapping[Any, Any]) -> str | None:
    for name in ("eventSource", "EventSource", "source"):
        source = part.get(name)
        if isinstance(source, str) and source in SOURCES:
            return SOURCES[source]
    if "detail-type" in part:
        return "EventBridge"
    return next((kind for name, kind in SENDERS.items() if name in part), None)


def _subject(claims: Mapping[str, Any]) -> str | None:
    """Who asks: a client of its own (Cognito's `client_id`) and a Lambda authorizer's principal count, too.

    Nobody stands in for a name that can't be read: many callers may have one principal.
    """
    for name in SUBJECTS:
        subject = claims.get(name)
        if subject is None or (isinstance(subject, str) and not subject.strip()):
            continue
        return subject if isinstance(subject, str) and is_unicode(subject) else None
    return None


def _scopes(claims: Mapping[str, Any]) -> Set[str]:
    return _granted(claims.get("scope")) or _granted(claims.get("scp"))


def _granted(claim: Any) -> Set[str]:
    """The scopes in a claim."""
    if isinstance(claim, list):
        return {each for each in claim if isinstance(each, str)}
    return _parted(claim) if isinstance(claim, str) else frozenset()


@lru_cache(maxsize=256)
def _parted(claim: str) -> Set[str]:
    """The scopes in a text, of which callers have few: U+0020 parts them, nothing else does (RFC 6749, section 3.3)."""
    if claim[:1] == "[" and claim[-1] == "]":
        # An HTTP API writes a claim that was a list as "[a b]".
        claim = claim[1:-1].replace(",", " ")
    return frozenset(filter(None, claim.split(" ")))
