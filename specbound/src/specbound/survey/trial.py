"""Conformance trial of one document: it is compiled, and generated requests are judged by it and by openapi-core.

Schemathesis makes the requests, valid ones and invalid ones; what each is, openapi-core decides. They reach the API as
events, with functions that answer nothing but 500, so that the engine is all that is tried.
"""

import base64
import logging
import os
import re
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from specbound.api import Api
from specbound.compiled import CompiledContract, read, read_document
from specbound.compiler.compilation import compile_to
from specbound.compiler.document import Declaration, Document, Refused, declarations, load, resolve
from specbound.compiler.parameters import SAID_ELSEWHERE
from specbound.compiler.report import described
from specbound.contract import Contract
from specbound.local.gateway import Context
from specbound.messages import Request, Response
from specbound.problems import InternalServerError
from specbound.testing.callers import ORIGIN
from specbound.testing.referee import Referee

# A number that DynamoDB does not keep, nor any reader of JSON exactly: the engine refuses it, the schema does not.
EXTREME = re.compile(r"[0-9][eE](\+|%2B)?-?[0-9]{3}|[0-9]{39}")
# Some examples, and no end of them.
MOST_TOLD = 20
GENERATION = settings(
    database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), print_blob=False
)


@dataclass
class Result:
    """What came of a document.

    `refused` holds the compiler's reasons, line by line. `counts` has requests by what openapi-core (`valid`,
    `invalid`) and the engine (`accepted`, `refused`) say of them, and replies that are `declared` or `undeclared`;
    `set apart` is what the two differ on by design.
    `told` are examples of what they do not agree on; `untried` says of an operation why nothing could be tried.
    """

    name: str
    operations: int = 0
    refused: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    untried: dict[str, str] = field(default_factory=dict)

    @property
    def compiles(self) -> bool:
        return not self.refused


@dataclass(frozen=True)
class Sent:
    """A request as it goes over the wire; `path` is not percent-encoded."""

    method: str
    path: str
    raw_path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | None

    def event(self) -> dict[str, Any]:
        """It in payload format 2.0, without a token."""
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
        cookies = [each.strip() for each in headers.pop("cookie", "").split(";") if each.strip()]
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.raw_path,
            "rawQueryString": self.query,
            "headers": headers,
            "requestContext": {
                "http": {"method": self.method, "path": self.raw_path},
                "requestId": "a-request",
                "stage": "$default",
            },
            "isBase64Encoded": self.body is not None,
        }
        if cookies:
            event["cookies"] = cookies
        if self.body is not None:
            event["body"] = base64.b64encode(self.body).decode()
        return event


class Reached:
    """Stands for the functions of all operations: counts what reaches them, and answers 500."""

    def __init__(self) -> None:
        self.count = 0

    def __getattr__(self, name: str) -> Any:
        return self._answer

    def _answer(self, request: Request) -> Response:
        self.count += 1
        raise InternalServerError


class Trial:
    """One compiled document, with both judges."""

    def __init__(self, document: Document, folder: Path, result: Result) -> None:
        compiled = read(folder)
        environment = {f"TABLE_{table.upper()}": table.ljust(3, "_") for table in compiled["tables"]}
        environment["LOG_LEVEL"] = "CRITICAL"
        self._reached = Reached()
        self._api = self._made(compiled, folder, environment | {"ALLOW_ANONYMOUS": "true"})
        self._closed = self._made(compiled, folder, environment)
        self._document = document
        self._result = result
        # Where it is served is a matter of its own.
        self._referee = Referee(_served_here(document))
        self._promised = Referee(_served_here(read_document(folder)))
        self._schema = schemathesis.openapi.from_dict(_served_here(document), config=SchemathesisConfig())

    def _made(self, compiled: CompiledContract, folder: Path, environment: Mapping[str, str]) -> Api:
        contract: Contract[Any] = Contract(compiled, folder, environment)
        undecided = [each for each in contract.operations.values() if not each.is_left_to_gateway]
        schemes = {need.scheme for each in contract.operations.values() for way in each.security for need in way}
        return Api(contract, [self._reached], authenticate=dict.fromkeys(schemes, _nobody) if undecided else {})

    def try_operation(self, declared: Declaration, requests_each_way: int) -> None:
        """Requests of both kinds, and one without a token."""
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                strategy = self._schema[declared.path][declared.method].as_strategy(generation_mode=mode)
                cases = self._cases(declared, strategy, requests_each_way)
            except Exception as error:  # whatever the generator can't do, is told
                self._result.untried[f"{declared.place}, {mode.value}"] = _told(error)
                continue
            for sent in cases:
                self._try(declared, sent)
            if cases:
                self._answer(self._closed, declared, cases[0])

    def accepted(self, declared: Declaration, count: int) -> list[Sent]:
        """Of so many generated requests those that reach the function; none where nothing can be generated."""
        try:
            strategy = self._schema[declared.path][declared.method].as_strategy(generation_mode=GenerationMode.POSITIVE)
            cases = self._cases(declared, strategy, count)
        except Exception:  # as above
            return []
        return [each for each in cases if self._reaches(declared, each)]

    def _reaches(self, declared: Declaration, sent: Sent) -> bool:
        before = self._reached.count
        event = sent.event()
        event["rawPath"] = event["requestContext"]["http"]["path"] = declared.base + event["rawPath"]
        self._api(event, Context())
        return self._reached.count > before

    def _cases(self, declared: Declaration, strategy: Any, count: int) -> list[Sent]:
        found: list[Sent] = []

        @seed(1)
        @settings(GENERATION, max_examples=count)
        @given(strategy)
        def collect(case: Case[Any]) -> None:
            found.append(_sent(self._document, declared, case))

        collect()
        return found

    def _try(self, declared: Declaration, sent: Sent) -> None:
        before = self._reached.count
        status, text = self._answer(self._api, declared, sent)
        accepted = self._reached.count > before
        try:
            objections = self._referee.objections_to_request(
                sent.method, sent.path, sent.query, sent.headers, sent.body
            )
        except Exception as error:  # a judge who falls ill says nothing
            self._result.counts["undecided"] += 1
            self._result.untried[f"{declared.place}, openapi-core"] = _told(error)
            return
        if EXTREME.search(f"{sent.query} {(sent.body or b'').decode(errors='replace')}") or _is_set_apart(objections):
            self._result.counts["set apart"] += 1
            return
        verdict = "invalid" if objections else "valid"
        self._result.counts[f"{verdict} {'accepted' if accepted else 'refused'}"] += 1
        if accepted == bool(objections):
            why = text if not accepted else "; ".join(map(_words, objections))
            self._tell(f"{declared.place}: {verdict}, but answered {status}: {_outline(sent)}: {why}")

    def _answer(self, api: Api, declared: Declaration, sent: Sent) -> tuple[int, str]:
        """The reply of the engine, whose promise is looked up in the document that the compiler publishes."""
        event = sent.event()
        event["rawPath"] = event["requestContext"]["http"]["path"] = declared.base + event["rawPath"]
        reply = api(event, Context())
        content = reply.get("body") or ""
        body = base64.b64decode(content) if reply.get("isBase64Encoded") else content.encode()
        try:
            errors = self._promised.objections_to_reply(
                sent.method, sent.path, reply["statusCode"], reply["headers"], body
            )
        except Exception as error:  # as above
            self._result.untried[f"{declared.place}, openapi-core"] = _told(error)
            return reply["statusCode"], content
        # Another operation, or none, may have been meant by what was generated.
        if reply["statusCode"] not in (404, 405):
            self._result.counts["undeclared" if errors else "declared"] += 1
            if errors:
                why = "; ".join(map(_words, errors))
                self._tell(f"{declared.place}: {reply['statusCode']} is not what is declared: {content[:200]}: {why}")
        return reply["statusCode"], content

    def _tell(self, example: str) -> None:
        if len(self._result.told) < MOST_TOLD:
            self._result.told.append(example[:1000])


@contextmanager
def quiet() -> Iterator[None]:
    """What is generated is strange on purpose; and no database is called. The process is then as it was."""
    before, level = dict(os.environ), logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    os.environ["LOG_LEVEL"] = "CRITICAL"
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logging.disable(level)
        os.environ.clear()
        os.environ.update(before)


@quiet()
def try_document(file: Path, requests_each_way: int) -> Result:
    """Compile a document and, where it compiles, try every operation of it."""
    result = Result(file.name)
    with tempfile.TemporaryDirectory() as out:
        folder = Path(out)
        try:
            compile_to(folder, file)
        except Refused as refused:
            result.refused = described(refused, file).splitlines()
            return result
        document = load(file)
        operations = list(declarations(document))
        result.operations = len(operations)
        try:
            trial = Trial(document, folder, result)
        except Exception as error:  # a document that the judge or the generator can't read
            result.untried["all of it"] = _told(error)
            return result
        for declared in operations:
            trial.try_operation(declared, requests_each_way)
    return result


def _is_set_apart(objections: Sequence[Exception]) -> bool:
    """Whether openapi-core says something that OpenAPI does not: of empty values, and of headers that it ignores.

    Nor is it asked of a body that it takes for bytes, of which a schema says what they stand for.
    """
    said = list(map(_words, objections))
    headers = tuple(f"header parameter: {name}" for name in SAID_ELSEWHERE)
    return any(
        "cannot be empty" in each or "Value b'" in each or any(map(each.lower().count, headers)) for each in said
    )


def _words(objection: Exception) -> str:
    """What it says, and why; some of openapi-core's can't say it of bytes."""
    try:
        return f"{objection} {objection.__cause__ or ''}"
    except UnicodeError:
        return type(objection.__cause__ or objection).__name__


def _told(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _nobody(credential: str) -> None:
    """Nobody's credential is good."""


def _served_here(document: Document) -> Document:
    """The document with one server, which has no path of its own."""
    paths = {
        path: {
            name: {key: each for key, each in part.items() if key != "servers"} if isinstance(part, dict) else part
            for name, part in item.items()
            if name != "servers"
        }
        for path, item in document["paths"].items()
        if isinstance(item, dict)
    }
    return document | {"servers": [{"url": ORIGIN}], "paths": paths}


def _sent(document: Document, declared: Declaration, case: Case[Any]) -> Sent:
    """What a case sends, as it is written by `requests`."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url=ORIGIN)).prepare()
    parts = urlsplit(str(prepared.url))
    headers = {
        str(name): value if isinstance(value, str) else value.decode("latin-1")
        for name, value in prepared.headers.items()
    }
    body: Any = prepared.body
    content: bytes | None = (body.encode() if isinstance(body, str) else body) or None
    return Sent(
        str(prepared.method), unquote(parts.path), parts.path, _known(document, declared, parts.query), headers, content
    )


def _known(document: Document, declared: Declaration, query: str) -> str:
    """The query without what the operation does not declare: the engine refuses that, and OpenAPI leaves it open.

    Where one parameter is sent under several names, it stays as it is.
    """
    found = [each for each in declared.parameters if each["in"] == "query"]
    if any(each.get("style", "form") == "deepObject" or _is_object(document, each) for each in found):
        return query
    names = {each["name"] for each in found}
    return "&".join(pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) in names)


def _is_object(document: Document, parameter: Document) -> bool:
    schema = resolve(document, parameter.get("schema", {}))
    return not {"string", "number", "integer", "boolean", "array"} & set(_listed(schema.get("type")))


def _listed(types: Any) -> list[str]:
    return types if isinstance(types, list) else [types]


def _outline(sent: Sent) -> str:
    path = f"{sent.raw_path}?{sent.query}" if sent.query else sent.raw_path
    return f"{path} {sent.body[:200]!r}" if sent.body else path


def lines(result: Result) -> Iterator[str]:
    """What is to be told of a document beside its counts."""
    yield from result.refused
    yield from result.told
    yield from (f"not tried: {place}: {why}" for place, why in result.untried.items())
