"""The smoke test: whether a version of the function answers at all what can be asked without changing anything.

That is each GET that no parameter is needed for, nor a key. The version is invoked itself with all of them, before any
caller meets it, by an event as API Gateway sends it for a caller with every scope; so it is certain which version
answers, and that the role may read what the lists are made of. Through the API, those that need no token are asked.
"""

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from specbound.compiled import CompiledContract, CompiledNeed, about_itself
from specbound.failures import Failed

# Its page can be switched off.
DOCS = "get_docs"
SUBJECT = "smoke-test"
# How likely it may be that a version that gets a share of the requests has not had any of these.
CHANCE_OF_MISSING = 0.001
PATIENCE_SECONDS = 30


class Unfit(Failed):
    """A version did not answer as it should; the message says what it was asked, and what came."""


@dataclass(frozen=True)
class Question:
    """A GET without parameters: its path, and the scopes that its token needs; None if it needs none."""

    path: str
    scopes: tuple[str, ...] | None


def questions(contract: CompiledContract) -> list[Question]:
    """All that a contract's API can be asked without parameters, and without changing anything."""
    found = []
    for route, operation_id in contract["routes"].items():
        method, path = route.split(" ", 1)
        operation = contract["operations"][operation_id]
        places = contract["schemas"][operation["parameters_schema"]]["properties"].values()
        is_asked = (about_itself(operation_id) or ("", ""))[1] != DOCS and operation_id not in contract.get(
            "unfinished", ()
        )
        if method == "GET" and is_asked and not any(each.get("required") for each in places):
            found += _questions(path, operation["security"])
    return found


def _questions(path: str, security: Sequence[Sequence[CompiledNeed]]) -> list[Question]:
    """None where callers need a key, or whatever else there is no way to have here."""
    if security and all(security):
        kinds = [[need["kind"] for need in way] for way in security]
        return [Question(path, tuple(security[0][0]["scopes"]))] if kinds == [["token"]] else []
    return [Question(path, None)]


def invoke(client: Any, function: str, version: int, asked: Sequence[Question]) -> None:
    """Ask a version itself, whatever the alias says. `client` is Lambda's. Raises Unfit."""
    scopes = " ".join(sorted({scope for each in asked for scope in each.scopes or ()}))
    for each in asked:
        reply = client.invoke(FunctionName=function, Qualifier=str(version), Payload=json.dumps(_event(each, scopes)))
        answer = json.loads(reply["Payload"].read() or b"null")
        if "FunctionError" in reply or not isinstance(answer, dict):
            reason = answer.get("errorMessage") if isinstance(answer, dict) else answer
            raise Unfit(f"version {version} did not answer GET {each.path}: {reason}")
        _check(f"version {version} answered GET {each.path} with", answer.get("statusCode"))


class Callers:
    """Callers of the API at `url`, one after the other, who need no token."""

    def __init__(self, url: str, asked: Sequence[Question]) -> None:
        self._paths = [each.path for each in asked if each.scopes is None]
        self._client = httpx.Client(base_url=url, timeout=PATIENCE_SECONDS, transport=httpx.HTTPTransport(retries=2))

    def call(self) -> None:
        """Ask everything once. Raises Unfit."""
        for path in self._paths or ["/"]:
            try:
                status = self._client.get(path).status_code
            except httpx.HTTPError as error:
                raise Unfit(f"the API did not answer GET {path}: {error}") from error
            # A caller who is throttled knows nothing of the version. Where nothing is public, "/" is not there.
            if status == httpx.codes.TOO_MANY_REQUESTS:
                time.sleep(1)
            elif self._paths or status >= httpx.codes.INTERNAL_SERVER_ERROR:
                _check(f"the API answered GET {path} with", status)

    def call_until_reached(self, share: float, meanwhile: Callable[[], object]) -> int:
        """Call so often that a version with this share of the requests has almost certainly answered one of them.

        `meanwhile` is called after each time. Returns how many requests that were. Raises Unfit.
        """
        needed = math.ceil(math.log(CHANCE_OF_MISSING) / math.log(1 - share))
        paths = max(1, len(self._paths))
        times = math.ceil(needed / paths)
        for _ in range(times):
            self.call()
            meanwhile()
        return times * paths


def _check(what: str, status: Any) -> None:
    if not isinstance(status, int) or status >= httpx.codes.BAD_REQUEST:
        raise Unfit(f"{what} {status}")


def _event(asked: Question, scopes: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html"""
    claims = {"sub": SUBJECT, "client_id": SUBJECT, "scope": scopes}
    return {
        "version": "2.0",
        "routeKey": f"GET {asked.path}",
        "rawPath": asked.path,
        "rawQueryString": "",
        "headers": {"accept": "*/*"},
        "requestContext": {
            "http": {"method": "GET", "path": asked.path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "requestId": str(uuid4()),
            "stage": "$default",
            **({"authorizer": {"jwt": {"claims": claims, "scopes": None}}} if asked.scopes is not None else {}),
        },
        "isBase64Encoded": False,
    }
