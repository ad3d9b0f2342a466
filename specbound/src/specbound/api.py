"""Api, the handler: one event in, one reply out; which operation it is, who may call it, what is answered. And Meta."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from http import HTTPStatus
from time import perf_counter
from types import FunctionType, ModuleType
from typing import Any

import orjson

from specbound.compiled import WHOLE, about_itself, docs_as, published_as
from specbound.contract import Breach, Contract, Operation
from specbound.http import access, events, replies
from specbound.http.access import NO_CHECKS, Check
from specbound.http.events import Call, Event
from specbound.http.paths import below_route
from specbound.http.reading import decode_path, negotiated, read_body, read_parameters, sent_as
from specbound.http.replies import Cors
from specbound.journal import Journal
from specbound.messages import Request, Response
from specbound.problems import (
    ContentTooLarge,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    OutcomeUnknown,
    Problem,
    ServiceUnavailable,
    Unfinished,
)
from specbound.resources import versions
from specbound.resources.idempotency import KEY, IdempotencyKey
from specbound.settings import Misconfigured
from specbound.store import dynamodb
from specbound.store.dynamodb import Unavailable
from specbound.store.table import Misfit
from specbound.store.writes import TooLarge

GatewayReply = dict[str, Any]
Function = Callable[[Request], Response]


class Api:
    """One contract, and the functions that answer its operations: the handler that Lambda calls.

    `operations` are modules, each function of which that has no underscore before its name is the operation of that
    name (`get_user` that of getUser), and objects whose methods are. Such a function takes a Request and returns a
    Response, or raises a Problem; a standard operation, on the items of a table, needs none. `authenticate` has a
    function for each security scheme that API Gateway does not decide alone (keys, Basic, a token that is one of
    several ways in): given the credential it returns the caller's claims, `{"sub": …, "scope": …}`, or None. Raises
    Misconfigured for an operation or such a scheme without its function, and for a function too many.

    Called with an event and Lambda's context, it returns `statusCode`, `headers` and, but for an empty reply, `body`.
    """

    def __init__(
        self, contract: Contract[Any], operations: Iterable[object], *, authenticate: Mapping[str, Check] = NO_CHECKS
    ) -> None:
        self.contract = contract
        public_ids = {name: each.public_id for name, each in contract.operations.items()}
        given = {name: getattr(Meta(contract), name) for name in contract.own}
        given |= dict.fromkeys(contract.unfinished, _not_written)
        if contract.settings.shows_examples:
            from specbound.resources import examples  # noqa: PLC0415  # loaded on a developer's machine alone

            answered = {*contract.standard, *contract.own}
            given |= {name: each for name, each in examples.functions(contract).items() if name not in answered}
        self.operations = find_functions(operations, contract.places, public_ids, {*contract.standard, *given})
        _refuse_finished(contract, self.operations)
        self.operations = given | self.operations
        if any(name not in self.operations for name in contract.standard):
            from specbound.resources import standard  # noqa: PLC0415  # loaded with a service that leaves some to it

            self.operations = standard.functions(contract) | self.operations
        self._checks = authenticate
        _refuse_unchecked(contract, authenticate)
        dynamodb.line()
        self._cors = Cors(contract.settings.cors_origins, contract)
        self.journal = Journal(contract.settings, contract.measured)
        self._deprecated = contract.deprecated
        self._has_answered = False

    def __call__(self, event: Event, context: Any) -> GatewayReply:
        """Answer an API Gateway event (payload 2.0 or 1.0). Never raises: what went wrong is in the reply and the log.

        What is no HTTP request gets an answer of its own, and a line that no metric is made of.
        """
        started = perf_counter()
        operation: Operation | None = None
        call: Call | None = None
        request_id: str | None = None
        is_violation = False
        try:
            request_id = events.request_id(event, context)
            if not access.is_request(event):
                return self._decline(event, request_id)
            call = events.read_call(event)
            dynamodb.end_within(events.remaining_seconds(context))
            try:
                call.check()
                operation, call = self.find(call)
                reply = self.answer(operation, call)
            except Problem as problem:
                reply = _write(operation, _told(operation, problem, request_id))
            except Unavailable as unavailable:
                self.journal.logger.warning("unavailable", reason=str(unavailable), requestId=request_id)
                reply = _write(operation, _told(operation, ServiceUnavailable(), request_id))
        except Exception as error:
            at_work = operation.operation_id if operation else "none"
            self.journal.logger.exception("failed", operation=at_work, requestId=request_id)
            is_violation = isinstance(error, Breach | Misfit)
            reply = replies.write_reply(_told(operation, InternalServerError(), request_id))
        dynamodb.end_within(None)
        if self._deprecated and operation:
            reply = replies.with_deprecation(reply, self._deprecated.get(operation.operation_id))
        if call:
            reply = self._fit(reply, call)
        if self.journal.logs_requests or self.contract.settings.is_lambda:
            status = reply["statusCode"]
            metrics, rare = self._measure(operation, status, started, is_violation)
            subject = access.opaque_subject(call.claims) if call and call.claims else None
            self.journal.answered(metrics, rare, status=status, request_id=request_id, subject=subject)
        return _named(reply, request_id)

    def find(self, call: Call) -> tuple[Operation, Call]:
        """The operation that a call is for. Raises NotFound, MethodNotAllowed, BadRequest for one that is no text."""
        operation = self.contract.route(call.method, call.template)
        if operation is not None and not self.contract.is_hidden(call.path, call.template):
            return operation, call
        matched = self.contract.match(call.path)
        if matched is None:
            call = call._replace(path=below_route(call.path, call.template))
            matched = self.contract.match(call.path)
        if matched is None:
            raise NotFound
        operations, path_parameters = matched
        if call.method not in operations:
            raise MethodNotAllowed(operations)
        return operations[call.method], call.at(decode_path(path_parameters))

    def answer(self, operation: Operation, call: Call) -> GatewayReply:
        """The reply to a call of an operation. Raises a Problem for everything a caller can do something about."""
        allow_anonymous = self.contract.settings.allow_anonymous
        claims = access.admit(operation, call, self._checks, allow_anonymous)
        subject = access.subject(claims, allow_anonymous)
        if operation.query_credentials:
            call = access.without_credentials(operation, call)
        versions.refuse_undeclared(operation, call.headers)
        parameters = read_parameters(operation, call)
        body = read_body(operation, call)
        wanted = negotiated(operation, call.headers) if operation.offers else ()
        name = operation.operation_id
        key = self._key(name, subject, parameters, body) if KEY in parameters else None
        try:
            media_type, host = sent_as(operation, call, body), call.headers.get("host")
            response = self.operations[name](
                Request(name, parameters, body, subject, key, media_type, wanted, claims or {}, host, operation.paging)
            )
        except TooLarge:
            raise ContentTooLarge("There is more in it than can be stored of one thing (400 KB). Send less.") from None
        except Unavailable as unavailable:
            # Under a key the same request can be sent again, whatever became of this one.
            if unavailable.is_unsettled and key is None:
                raise OutcomeUnknown from unavailable
            raise
        if key and not key.is_used and response.status < HTTPStatus.MULTIPLE_CHOICES:
            raise Breach(f"{name} keeps nothing under its {KEY}: create with it, or write by key.write")
        return _write(operation, response, wanted)

    def _key(self, name: str, subject: str | None, parameters: Mapping[str, Any], body: Any) -> IdempotencyKey:
        return IdempotencyKey(self.contract.tables.idempotency, name, subject, parameters, body)

    def _fit(self, reply: GatewayReply, call: Call) -> GatewayReply:
        """The reply as this caller takes it, whatever it was answered."""
        reply = replies.resolve_location(reply, call, self.contract)
        if "cookies" in reply and not call.takes_base64:
            reply = replies.with_cookies_of_1_0(reply)
        if self.contract.settings.cors_origins:
            reply = self._cors.add_headers(reply, call)
        reply = replies.compress(reply, call)
        return replies.without_body(reply) if call.method == "HEAD" else reply

    def _decline(self, event: Any, request_id: str | None) -> GatewayReply:
        kind = access.sender(event)
        self.journal.logger.warning("no request", source=kind, event=access.outline(event), requestId=request_id)
        return _named(
            replies.write_reply(access.no_request(kind).response(request_id)), request_id
        ) | access.failed_batch(kind)

    def _measure(
        self, operation: Operation | None, status: int, started: float, is_violation: bool
    ) -> tuple[dict[str, Any], list[str]]:
        """A request's metrics, and those of them that are there only because they happened."""
        version = self.contract.settings.version
        is_fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        metrics: dict[str, Any] = {"operation": operation.operation_id if operation else "none"}
        if version:
            metrics["version"] = version
        metrics["latencyMs"] = round((perf_counter() - started) * 1000, 3)
        metrics["fault"] = int(is_fault)
        is_deprecated = bool(self._deprecated) and metrics["operation"] in self._deprecated
        if self._has_answered and not is_violation and not is_fault and not is_deprecated:
            return metrics, []
        happened = {
            "coldStart": not self._has_answered,
            "violation": is_violation,
            "fault": is_fault and version,
            "deprecated": is_deprecated,
        }
        self._has_answered = True
        rare = [name for name, is_so in happened.items() if is_so]
        return metrics | dict.fromkeys(rare, 1), rare


class Meta:
    """The API about itself: the operations `get_health`, `get_contract` and `get_docs`, from what the compiler wrote.

    Handed to Api among the operations; it answers those of the three that the contract has, and those that an earlier
    version has (`v1_get_docs`), which tell of that version alone.
    """

    def __init__(self, contract: Contract[Any]) -> None:
        self._folder = contract.folder

    def get_health(self, request: Request) -> Response:
        """200 with `{"status": "ok"}`, without a look at the tables."""
        return Response(HTTPStatus.OK, {"status": "ok"})

    def get_contract(self, request: Request) -> Response:
        """200 with the contract, as JSON."""
        return self._contract()

    def get_docs(self, request: Request) -> Response:
        """200 with the docs page, as text/html, and the headers that it needs."""
        return self._docs()

    def __getattr__(self, name: str) -> Function:
        version, does = about_itself(name) or ("", "")
        if not version:
            raise AttributeError(name)
        if does == "get_health":
            return self.get_health
        tell = self._contract if does == "get_contract" else self._docs
        return lambda request: tell(version)

    def _contract(self, version: str = "") -> Response:
        file = self._folder / published_as(version)
        return Response(HTTPStatus.OK, orjson.loads((file if file.exists() else self._folder / WHOLE).read_bytes()))

    def _docs(self, version: str = "") -> Response:
        page = (self._folder / docs_as(version)).read_text(encoding="utf-8")
        headers = orjson.loads((self._folder / "docs-headers.json").read_bytes())
        return Response(HTTPStatus.OK, page, headers, "text/html")


def _write(operation: Operation | None, response: Response, wanted: Sequence[str] = ()) -> GatewayReply:
    """The reply, if the contract promises it; what no operation answers (404, 405) it can't promise."""
    if operation is None:
        return replies.write_reply(response)
    media_type = operation.check_reply(response, wanted)
    if operation.styles_headers:
        reply = replies.write_reply(response, media_type, operation.replies[response.status].written)
    else:
        reply = replies.write_reply(response, media_type)
    if wanted:
        reply["headers"]["vary"] = replies.vary(reply["headers"], "accept")
    return reply


def _told(operation: Operation | None, problem: Problem, request_id: str | None) -> Response:
    """A problem as the operation's contract tells it; where no operation is found, as the engine does."""
    return problem.response(request_id) if operation is None else operation.response(problem, request_id)


def _named(reply: GatewayReply, request_id: str | None) -> GatewayReply:
    """The reply with the id of its request, whatever else is in it."""
    if request_id:
        reply["headers"]["x-request-id"] = request_id
    return reply


def find_functions(
    operations: Iterable[object],
    places: Mapping[str, str],
    public_ids: Mapping[str, str],
    answered: Container[str] = (),
) -> dict[str, Function]:
    """The function of each operation, by name; `places` says where each operation is in the contract.

    Those that the engine answers may have none. Raises Misconfigured.
    """
    holders = list(operations)
    found = {name: function for holder in holders for name, function in _functions(holder, places).items()}
    if missing := [name for name in places if name not in found and name not in answered]:
        modules = ", ".join(each.__name__ for each in holders if isinstance(each, ModuleType)) or "none so far"
        more = f" The same goes for {', '.join(public_ids[name] for name in missing[1:])}." if missing[1:] else ""
        raise Misconfigured(
            f"{places[missing[0]]}: operation {public_ids[missing[0]]} has no function: write "
            f"`def {missing[0]}(request: Request) -> Response` in a module that Api is given ({modules}).{more}"
        )
    if left_over := [function for name, function in found.items() if name not in places]:
        names = ", ".join(f"{each.__module__}.{each.__name__}" for each in left_over)
        raise Misconfigured(
            f"{names}: no operation of the contract has this name. Give one this operationId, or begin the "
            "function's name with an underscore."
        )
    return found


def _not_written(request: Request) -> Response:
    raise Unfinished


def _refuse_finished(contract: Contract[Any], functions: Mapping[str, Function]) -> None:
    """Raise Misconfigured for an operation that has a function, and is said to have none."""
    for name in contract.unfinished:
        if name in functions:
            raise Misconfigured(f"{contract.places[name]}: {name} is written now: take it out of x-unfinished.")


def _refuse_unchecked(contract: Contract[Any], checks: Mapping[str, Check]) -> None:
    """Raise Misconfigured for a security scheme that nobody checks, and for a check of none."""
    needed: dict[str, str] = {}
    known: set[str] = set()
    for name, operation in contract.operations.items():
        schemes = [need.scheme for way in operation.security for need in way]
        known.update(schemes)
        for each in () if operation.is_left_to_gateway else schemes:
            needed.setdefault(each, name)
    for scheme, name in needed.items():
        if scheme not in checks:
            raise Misconfigured(
                f"{contract.places[name]}: {name} lets callers in by {scheme}, which API Gateway does not check: give "
                f"Api(…, authenticate={{{scheme!r}: f}}) a function that is given the credential, and returns the "
                "caller's claims, or None."
            )
    if unknown := sorted(checks.keys() - known):
        raise Misconfigured(f"authenticate names {', '.join(unknown)}, by which no operation of the contract lets in.")


def _functions(holder: object, places: Mapping[str, str]) -> dict[str, Any]:
    """The public functions that a module defines; of any other object, what the contract asks for."""
    if not isinstance(holder, ModuleType):
        return {name: getattr(holder, name) for name in places if hasattr(holder, name)}
    return {
        name: each
        for name, each in vars(holder).items()
        if isinstance(each, FunctionType) and each.__module__ == holder.__name__ and not name.startswith("_")
    }
