"""One event in, one response out: which operation it is, may it be called, is it valid, what is the answer."""

import gc

# Until everything is loaded there is nothing to collect, and looking for it takes a seventh of a cold start.
gc.disable()

import logging
from http import HTTPStatus
from time import perf_counter, time
from typing import Any

import orjson
from aws_lambda_powertools import Logger

from handlers.operations import OPERATIONS
from specbound import settings
from specbound.contract import Breach, Operation, contract
from specbound.http import compression, cors, events, security, senders
from specbound.http.events import Call, Event
from specbound.http.paths import below_route
from specbound.http.reading import decode_path, read_body, read_parameters
from specbound.messages import Request, Response
from specbound.problems import (
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    OutcomeUnknown,
    Problem,
    ServiceUnavailable,
)
from specbound.resources import preconditions
from specbound.resources.idempotency import KEY, IdempotencyKey
from specbound.store.dynamodb import Unavailable

Reply = dict[str, Any]

settings.check_functions(OPERATIONS, contract.places)
settings.check_logging()
# Without a location: finding where in the code a line was written costs more than the line.
# With `str`: otherwise each message, a word of ours, is tried as JSON first, which raises an exception.
logger = Logger(
    location=None, json_serializer=lambda line: orjson.dumps(line, default=str).decode(), json_deserializer=str
)
logs_requests = logger.log_level <= logging.INFO
# The line of a request is its metrics as well: CloudWatch takes them from there, as this tells it.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
METRICS = {
    "Namespace": settings.metrics_namespace(),
    "Dimensions": [["service", "operation"]],
    "Metrics": [{"Name": "latencyMs", "Unit": "Milliseconds"}, {"Name": "fault", "Unit": "Count"}],
}


def lambda_handler(event: Event, context: Any) -> Reply:
    """Answer an API Gateway event (payload 2.0 or 1.0). Never raises: what went wrong is in the reply and the log.

    What is no HTTP request gets an answer of its own, and a line that no metric is made of.
    """
    started = perf_counter()
    operation: Operation | None = None
    call: Call | None = None
    request_id: str | None = None
    try:
        request_id = events.request_id(event, context)
        if not senders.is_request(event):
            return _decline(event, request_id)
        call = events.read_call(event)
        try:
            call.check()
            operation, call = find(call)
            reply = answer(operation, call)
        except Problem as problem:
            reply = _write(operation, problem.response(request_id))
        except Unavailable as unavailable:
            logger.warning("unavailable", reason=str(unavailable))
            reply = _write(operation, ServiceUnavailable().response(request_id))
    except Exception:
        logger.exception("failed", requestId=request_id)
        reply = events.write_reply(InternalServerError().response(request_id))
    if call:
        reply = _fit(reply, call)
    _record(operation, reply, request_id, started)
    return _named(reply, request_id)


def find(call: Call) -> tuple[Operation, Call]:
    """The operation that a call is for. Raises NotFound, MethodNotAllowed, BadRequest for a path that is no UTF-8."""
    operation = contract.route(call.method, call.template)
    if operation is not None and not contract.is_hidden(call.path, call.template):
        return operation, call
    matched = contract.match(call.path)
    if matched is None:
        call = call._replace(path=below_route(call.path, call.template))
        matched = contract.match(call.path)
    if matched is None:
        raise NotFound
    operations, path_parameters = matched
    if call.method not in operations:
        raise MethodNotAllowed(operations)
    return operations[call.method], call.at(decode_path(path_parameters))


def answer(operation: Operation, call: Call) -> Reply:
    """The reply to a call of an operation. Raises a Problem for everything a caller can do something about."""
    subject = security.authorize(operation, call.claims)
    preconditions.refuse_undeclared(operation, call.headers)
    parameters = read_parameters(operation, call)
    body = read_body(operation, call)
    name = operation.operation_id
    key = IdempotencyKey(name, subject, parameters, body) if KEY in parameters else None
    try:
        response = OPERATIONS[name](Request(name, parameters, body, subject, key))
    except Unavailable as unavailable:
        # Under a key the same request can be sent again, whatever became of this one.
        if unavailable.is_unsettled and key is None:
            raise OutcomeUnknown from unavailable
        raise
    if key and not key.is_used and response.status < HTTPStatus.MULTIPLE_CHOICES:
        raise Breach(f"{name} keeps nothing under its {KEY}: create with it, or write by key.write")
    return _write(operation, response)


def _write(operation: Operation | None, response: Response) -> Reply:
    """The reply, if the contract promises it; what no operation answers (404, 405) it can't promise."""
    if operation is not None:
        operation.check_reply(response)
    return events.write_reply(response)


def _fit(reply: Reply, call: Call) -> Reply:
    """The reply as this caller takes it, whatever it was answered."""
    reply = events.resolve_location(reply, call)
    if cors.ORIGINS:
        reply = cors.add_headers(reply, call)
    reply = compression.compress(reply, call)
    return events.without_body(reply) if call.method == "HEAD" else reply


def _decline(event: Any, request_id: str | None) -> Reply:
    kind = senders.sender(event)
    logger.warning("no request", source=kind, event=senders.outline(event), requestId=request_id)
    return _named(events.write_reply(senders.problem(kind).response(request_id)), request_id) | senders.refuse(kind)


def _named(reply: Reply, request_id: str | None) -> Reply:
    """The reply with the id of its request, whatever else is in it."""
    if request_id:
        reply["headers"]["x-request-id"] = request_id
    return reply


def _record(operation: Operation | None, reply: Reply, request_id: str | None, started: float) -> None:
    """One line per request, with its metrics. Nothing that a caller sent is in it."""
    if not logs_requests:
        return
    logger.info(
        "answered",
        operation=operation.operation_id if operation else "none",
        status=reply["statusCode"],
        latencyMs=round((perf_counter() - started) * 1000, 3),
        fault=int(reply["statusCode"] >= 500),
        requestId=request_id,
        _aws={"Timestamp": int(time() * 1000), "CloudWatchMetrics": [METRICS]},
    )


# What is loaded by now stays: the collector, switched on again, never looks at it.
gc.freeze()
gc.enable()
