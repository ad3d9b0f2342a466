"""An account of one request: what the API did with it, step by step, made of the steps that were watched.

What a caller sends as a credential is nowhere in it, and of a body only what kind of values it has.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from specbound.api import Api
from specbound.compiled import read_document
from specbound.compiler.document import ROOT, declarations, resolve
from specbound.contract import Operation, Parameter
from specbound.http import reading
from specbound.http.events import Call, read_call
from specbound.local import asked
from specbound.local.calls import Calls
from specbound.local.discretion import Secrets
from specbound.local.steps import FUNCTION, Step
from specbound.problems import Violation
from specbound.resources.examples import Example
from specbound.validation import DEFINITION

Account = dict[str, Any]
# What a schema says of a value in a word or two, by its keywords.
RULES = {
    "minimum": "at least {}", "maximum": "at most {}", "exclusiveMinimum": "above {}", "exclusiveMaximum": "below {}",
    "minLength": "at least {} characters", "maxLength": "at most {} characters", "minItems": "at least {} items",
    "maxItems": "at most {} items", "multipleOf": "a multiple of {}", "format": "{}", "const": "{}",
}  # fmt: skip
MOST_MEMBERS = 50
# What the steps check that check something.
CHECKS = {
    "admit": "who asks", "preconditions": "preconditions", "parameters": "parameters", "body": "body",
    "accept": "accepted media types",
}  # fmt: skip


def made(api: Api, event: Mapping[str, Any], steps: Sequence[Step], calls: Calls, reply: Mapping[str, Any]) -> Account:
    """The account, as JSON has it: see the reference, section Explaining a request."""
    call = read_call(event)
    secrets = Secrets(api.contract, call)
    found = _Found(api, call, {each.name: each for each in steps}, secrets)
    account = {
        "request": {"method": call.method, "path": call.path, "query": secrets.query(call.query)},
        **found.operation(),
        **found.security(),
        **found.reading(),
        **found.function(),
        **found.checks(),
        "calls": [asked.told(each) for each in calls.made],
        "reply": found.reply(reply),
        "units": {"reads": calls.reads, "writes": calls.writes},
    }
    hidden: Account = secrets.hidden(account)
    return hidden


class _Found:
    """What the steps of a request tell of it; where a step was never taken, nothing."""

    def __init__(self, api: Api, call: Call, steps: Mapping[str, Step], secrets: Secrets) -> None:
        self._api = api
        self._steps = steps
        self._secrets = secrets
        found: tuple[Operation | None, Call] = self._result("find") or (None, call)
        self._operation, self._call = found

    def _result(self, name: str) -> Any:
        return self._steps[name].result if name in self._steps else None

    def operation(self) -> Account:
        operation = self._operation
        if operation is None:
            return {"operation": None}
        name = operation.operation_id
        routes = [route for route, each in self._api.contract.routes.items() if each == name]
        told = {"id": operation.public_id, "route": routes[0], "declared": self._api.contract.places[name]}
        return {"operation": told}

    def security(self) -> Account:
        step, operation = self._steps.get("admit"), self._operation
        if step is None or operation is None:
            return {}
        ways = [[_need(each) for each in way] for way in operation.security]
        claims = step.result or self._call.claims or {}
        has = claims.get("scope") or claims.get("scp") or []
        request = self._request()
        return {
            "security": {
                "ways": ways,
                "scopes": has.split() if isinstance(has, str) else list(has),
                "subject": request.subject if request else claims.get("sub"),
                "letIn": step.error is None,
            }
        }

    def reading(self) -> Account:
        operation = self._operation
        if operation is None or "parameters" not in self._steps:
            return {}
        values = self._result("parameters")
        told: Account = {"parameters": [*self._parameters(operation, values)]}
        if "body" in self._steps and operation.body is not None:
            step = self._steps["body"]
            content = (self._call.body or "").encode()
            told["body"] = {
                "mediaType": self._call.headers.get("content-type"),
                "bytes": len(content),
                "schema": self._schema("requestBody"),
                "isRight": step.error is None,
                "members": [*_members(step.result)][:MOST_MEMBERS],
            }
        return told

    def _parameters(self, operation: Operation, values: Mapping[str, Any] | None) -> Iterator[Account]:
        query = dict(parse_qsl(self._call.query, keep_blank_values=True))
        sent = {"path": self._call.path_parameters, "query": query, "header": self._call.headers}
        for each in operation.parameters:
            name = each.name.lower() if each.where == "header" else each.name
            text = sent.get(each.where, {}).get(name)
            rules, is_secret = self._rules(operation, each)
            place = (each.where, reading.pointer([each.name]))
            told: Account = {"name": each.name, "in": each.where, "sent": "…" if text and is_secret else text}
            if values is not None and each.key in values:
                value = values[each.key]
                told |= {"value": "…" if is_secret else _plain(value), "type": _kind(value), "isDefault": text is None}
            wrong = [each.detail for each in self._violations() if (each.where, each.pointer) == place]
            yield told | {"rules": rules, "wrong": wrong}

    def _rules(self, operation: Operation, parameter: Parameter) -> tuple[list[str], bool]:
        """What its schema says of it, and whether it is a secret."""
        validator = operation.parameters_validator
        schema: Any = validator.schema.get("properties", {}).get(parameter.where, {})
        schema = schema.get("properties", {}).get(parameter.name, {})
        if str(schema.get("$ref", "")).startswith(DEFINITION):
            schema = validator.definitions[schema["$ref"].removeprefix(DEFINITION)]
        rules = [said.format(schema[name]) for name, said in RULES.items() if name in schema]
        if "enum" in schema:
            rules.append("one of " + ", ".join(map(str, schema["enum"])))
        if "pattern" in schema:
            rules.append("by a pattern")
        return rules, schema.get("format") == "password" or bool(schema.get("writeOnly"))

    def function(self) -> Account:
        step = self._steps.get(FUNCTION)
        if step is None or self._operation is None:
            return {}
        name = self._operation.operation_id
        standard = self._api.contract.standard.get(name)
        function: Any = self._api.operations[name]
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        told: Account = {"name": name, "returned": step.error is None}
        if isinstance(function, Example):
            told["example"] = True
        elif code is None and standard:
            told["standard"] = f"{standard['does']} {standard['name']}, in {standard['table']}"
        elif code is not None:
            file = Path(code.co_filename)
            shown = str(file.relative_to(ROOT)) if ROOT in file.parents else f"specbound/{file.name}"
            told["defined"] = f"{shown}:{code.co_firstlineno}"
        request = self._request()
        return {"function": told | ({"key": True} if request is not None and request.key else {})}

    def reply(self, reply: Mapping[str, Any]) -> Account:
        headers = reply["headers"]
        told: Account = {
            "status": reply["statusCode"],
            "mediaType": headers.get("content-type"),
            "headers": sorted(headers),
            "bytes": len(reply.get("body") or ""),
        }
        checks = self._steps.get("check_reply")
        if checks is not None:
            told["checked"] = {
                "against": self._schema("responses", str(int(checks.arguments["response"].status))),
                "isKept": checks.error is None,
            }
        if problem := self._problem():
            told["problem"] = {
                "raisedBy": next((name for name, each in reversed([*self._steps.items()]) if each.error), "specbound"),
                "title": problem.title,
                "detail": str(problem),
                "errors": [
                    {"in": each.where, "pointer": each.pointer, "detail": each.detail} for each in self._violations()
                ],
            }
        return told

    def checks(self) -> Account:
        """Which checks ran, in their order, and whether all was right."""
        ran = [(CHECKS[name], each.error is None) for name, each in self._steps.items() if name in CHECKS]
        if self._operation is None or self._operation.body is None:
            ran = [each for each in ran if each[0] != CHECKS["body"]]
        return {"checks": [{"of": name, "isRight": is_right} for name, is_right in ran]}

    def _violations(self) -> Sequence[Violation]:
        found: Sequence[Violation] = getattr(self._problem(), "violations", ())
        return found

    def _problem(self) -> Any:
        for name, argument in (("tell", "problem"), ("problem", "self"), ("gateway_problem", "self")):
            if name in self._steps:
                return self._steps[name].arguments[argument]
        return None

    def _request(self) -> Any:
        step = self._steps.get(FUNCTION)
        return (
            None
            if step is None
            else next((each for each in step.arguments.values() if hasattr(each, "operation_id")), None)
        )

    def _schema(self, part: str, status: str = "") -> str | None:
        """What the contract calls the schema of a body; None if that has no name of its own, or there is none."""
        document = read_document(self._api.contract.folder)
        for each in declarations(document):
            if self._operation and each.operation_id == self._operation.public_id:
                holder = each.definition.get(part, {})
                holder = (
                    holder.get(status, holder.get(f"{status[:1]}XX", holder.get("default", {}))) if status else holder
                )
                content = resolve(document, holder).get("content", {})
                names = [media.get("schema", {}).get("$ref", "").rpartition("/")[2] for media in content.values()]
                return next(filter(None, names), None)
        return None


def _need(need: Any) -> str:
    scopes = ", ".join(sorted(need.scopes))
    return f"{need.scheme}: {scopes}" if scopes else need.scheme


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    for kinds, name in (
        (bool, "boolean"), (int, "integer"), (Decimal, "number"), (str, "text"), (bytes, "bytes"), (list, "array"),
    ):  # fmt: skip
        if isinstance(value, kinds):
            return name
    return "object"


def _plain(value: Any) -> Any:
    """The value as JSON has it, without losing a digit."""
    return json.loads(json.dumps(value, default=str))


def _members(value: Any, at: str = "") -> Iterator[Account]:
    """The kinds of the values in a body, by pointers; of arrays the first item stands for all."""
    size = {"size": len(value)} if isinstance(value, str | bytes | list) else {}
    if at or not isinstance(value, dict):
        yield {"pointer": at, "type": _kind(value), **size}
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _members(each, f"{at}/{name}")
    elif isinstance(value, list) and value:
        yield from _members(value[0], f"{at}/0")
