"""Error shapes: how a contract whose errors are not RFC 9457's tells a problem, by a template of its own members.

Loaded only for such a contract.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from specbound.classes import record, replaced
from specbound.messages import Response
from specbound.problems import Problem

# What stands in braces in a template; those of the second line once for each violation.
OF_PROBLEM = {"type", "code", "title", "status", "detail", "instance", "request_id", "time", "errors"}
OF_VIOLATION = {"in", "pointer", "path"}
FIELD = re.compile(r"\{(\w+)\}")
ABSENT = object()

# A template as the compiler writes it, of one kind: `value` (as it is), `field` (one field of the problem; `text` if a
# number is to be told as text), `text` (with fields in braces), `members` (an object) or `each` (a list, with an entry
# for each violation). Of a text or a list, no more than `most` is told.
Node = Mapping[str, Any]


@record
class ProblemShape:
    """How problems are told in one reply: the media type, and the body's template, None for that of RFC 9457.

    Without a media type each is told in its own way, but for its headers.

    `headers` are those that the reply declares in another way than the engine writes them, in lower case: true for one
    that is told as text, false for one that is left out.
    """

    media_type: str | None
    body: Node | None
    headers: Mapping[str, bool]

    def response(self, problem: Problem, request_id: str | None) -> Response:
        """The problem as the contract tells it."""
        headers = {
            name: str(value) if name in self.headers else value
            for name, value in problem.headers.items()
            if self.headers.get(name, True)
        }
        if self.media_type is None:
            return replaced(problem.response(request_id), headers=headers)
        own = problem.body()
        body = as_it_is(own, request_id) if self.body is None else render(self.body, fields_of(own, request_id))
        return Response(problem.status, body, headers, self.media_type)


def as_it_is(body: Mapping[str, Any], request_id: str | None) -> dict[str, Any]:
    """A problem's body with `instance`, as RFC 9457 has it."""
    return {**body, **({"instance": f"urn:request:{request_id}"} if request_id else {})}


def fields_of(body: Mapping[str, Any], request_id: str | None) -> dict[str, Any]:
    """What a template can name, of a problem's body: `code` is the last part of its `type`."""
    fields = as_it_is(body, request_id)
    fields |= {"code": body["type"].rpartition(":")[2], "time": datetime.now(UTC).isoformat(timespec="milliseconds")}
    fields["time"] = fields["time"].replace("+00:00", "Z")
    return {**fields, "request_id": request_id} if request_id else fields


def render(node: Node, fields: Mapping[str, Any]) -> Any:
    """What a template makes of a problem's fields; ABSENT for a member that there is nothing to say of."""
    match node:
        case {"value": value}:
            return value
        case {"field": name}:
            value = fields.get(name, ABSENT)
            if node.get("text") and value is not ABSENT:
                value = str(value)
            return value[: node.get("most")] if isinstance(value, str | list) else value
        case {"text": text}:
            return FIELD.sub(lambda found: str(fields.get(found[1], "")), text)[: node.get("most")]
        case {"members": members}:
            made = {name: render(each, fields) for name, each in members.items()}
            return {name: value for name, value in made.items() if value is not ABSENT}
    return [render(node["each"], {**fields, **each}) for each in _violations(fields)[: node.get("most")]]


def _violations(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A problem that is none of the request's has one entry: itself, at no place."""
    found = fields.get("errors") or [{"in": "", "pointer": "", "detail": fields["detail"]}]
    return [{**each, "path": each["pointer"].strip("/").replace("/", ".")} for each in found]
