"""Explaining a request, `?explain` of the local server: it is done as ever, and answered with what was done."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

import orjson

from specbound.api import Api
from specbound.local import account, picture, steps
from specbound.local.calls import Calls

NAME = "explain"
# By this an explanation is known from an answer.
HEADER = "x-explained"
TEXT, JSON = "text/plain; charset=utf-8", "application/json"
Event = dict[str, Any]


def asked(api: Api, event: Event) -> str | None:
    """Whether a request is to be explained, and in which media type; then `explain` is taken out of its query.

    No operation that has a query parameter of this name is.
    """
    pairs = event["rawQueryString"].split("&")
    asks = [pair for pair in pairs if unquote_plus(pair.partition("=")[0]) == NAME]
    method, _, template = event["routeKey"].partition(" ")
    operation = api.contract.route(method, template)
    if not asks or (operation is not None and NAME in operation.query):
        return None
    event["rawQueryString"] = "&".join(pair for pair in pairs if pair not in asks)
    form = unquote_plus(asks[0].partition("=")[2]) or event["headers"].get("accept", "")
    return JSON if "json" in form else TEXT


def explained(api: Api, event: Event, context: Any, calls: Calls) -> Mapping[str, Any]:
    """The account of a request, which is answered meanwhile."""
    calls.begin(listens=True)
    with steps.watched(api) as taken:
        reply = api(event, context)
    return account.made(api, event, taken, calls, reply)


def written(told: Mapping[str, Any], media_type: str) -> bytes:
    """The account as JSON, or as its picture."""
    if media_type == JSON:
        return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return f"{picture.drawn(told)}\n".encode()
