"""Answers: what an assistant is told of a reply: the body as it came, or what was wrong and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from specbound.assistants.calls import Call
from specbound.assistants.sending import OUTCOME_UNKNOWN, STILL_RUNNING, Lost, Reply, kind, told
from specbound.assistants.tools import Tool

# Of a success, beside its body.
SHOWN = ("ETag", "Location", "Deprecation", "Sunset")
MOST_ERRORS = 50
LOOK = "Nobody knows whether it was done: look at what is stored before you call it again."
SAME = "Call it once more with the very same arguments: it has an idempotency key, and is done once."


WAYS_OUT: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "Mend what is named, and call it again.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Mend what is named, and call it again.",
    HTTPStatus.UNAUTHORIZED: (
        "The token is missing, wrong or over: ask the user to start this server with a new one in API_TOKEN.{scopes}"
    ),
    HTTPStatus.FORBIDDEN: "The token may not do this: tell the user, and don't try it again.{scopes}",
    HTTPStatus.NOT_FOUND: "Find out the right name with a tool that lists or searches; it may be gone.",
    HTTPStatus.CONFLICT: "It goes against what is stored: read that first. The same call will be refused again.",
    HTTPStatus.PRECONDITION_FAILED: (
        "Somebody changed it meanwhile: read it again, and call this with its new ETag as If-Match."
    ),
    HTTPStatus.PRECONDITION_REQUIRED: "Read it first, and call this with its ETag as If-Match.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Send less at once.",
    HTTPStatus.TOO_MANY_REQUESTS: "Wait {seconds} seconds before the next call.",
    HTTPStatus.NOT_IMPLEMENTED: "Tell the user that the API can't do this yet.",
}


@dataclass(frozen=True)
class Answer:
    """Texts for the assistant, and whether they tell of an error."""

    texts: list[str]
    is_error: bool = False


def answer(call: Call, reply: Reply, most: int) -> Answer:
    """What is told of a reply, with no body of more characters than `most`."""
    if isinstance(reply, Lost):
        way_out = (SAME if call.tool.is_keyed else LOOK) if reply.is_unknown else "Tell the user that it is not there."
        return Answer([f"{reply.reason} {way_out}"], is_error=True)
    if reply.is_success:
        return _success(call.tool, reply, most)
    body, wrong = reply.text, told(reply)
    lines = [_title(reply, wrong), *_violations(wrong)]
    if not wrong.get("detail") and not wrong.get("message") and body:
        lines.append(_cut(body, most))
    lines.append(_way_out(call.tool, reply))
    return Answer(["\n".join(filter(None, lines))], is_error=True)


def _success(tool: Tool, reply: httpx.Response, most: int) -> Answer:
    about = [f"{reply.status_code} {reply.reason_phrase}".strip()]
    about += [f"{name}: {reply.headers[name]}" for name in SHOWN if name in reply.headers]
    if not _is_text(reply):
        about.append(f"The body is not shown: {len(reply.content)} bytes, {_media_type(reply)}")
        return Answer([". ".join(about)])
    body = reply.text
    if len(body) > most and tool.limit:
        return Answer([_too_long(tool, tool.limit, reply, most)], is_error=True)
    return Answer([*([_cut(body, most)] if body else []), ". ".join(about)])


def _too_long(tool: Tool, limit: str, reply: httpx.Response, most: int) -> str:
    length, sent = len(reply.text), reply.request.url.params.get(tool.arguments[limit].sent_as, "")
    less = f"a smaller {limit}, or for less by a filter"
    if sent.isdecimal() and (fitting := int(sent) * most // length):
        less = f"{limit}={fitting} or less"
    return f"The page has {length} characters, of which no more than {most} are let through. Ask for {less}."


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most]}\n… cut here: these are {most} of {len(text)} characters."


def _title(reply: httpx.Response, wrong: dict[str, Any]) -> str:
    said = wrong.get("detail") or wrong.get("message") or ""
    title = wrong.get("title") or reply.reason_phrase
    name = kind(reply).removeprefix("urn:problem-type:")
    return f"{reply.status_code} {title}{f' ({name})' if name else ''}{f': {said}' if said else ''}"


def _violations(wrong: dict[str, Any]) -> Iterator[str]:
    """Each at its argument: `body.email: …`."""
    errors = wrong.get("errors")
    for each in errors[:MOST_ERRORS] if isinstance(errors, list) else ():
        if isinstance(each, dict):
            steps = str(each.get("pointer", "")).strip("/").replace("/", ".")
            place = ".".join(filter(None, ["body" if each.get("in") == "body" else "", steps]))
            yield f"- {place or each.get('in', '')}: {each.get('detail', '')}"


def _way_out(tool: Tool, reply: httpx.Response) -> str:
    if kind(reply) == OUTCOME_UNKNOWN:
        return SAME if tool.is_keyed else LOOK
    if kind(reply) == STILL_RUNNING:
        return "The same call is still at work: wait some seconds, and call it again with the same arguments."
    if reply.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and reply.status_code not in WAYS_OUT:
        request = reply.headers.get("x-request-id")
        unsure = "" if tool.reads else SAME if tool.is_keyed else LOOK
        return " ".join(
            filter(None, ["The API failed.", unsure, request and f"Tell the user the request's id, {request}."])
        )
    scopes = f" It needs a token with {' '.join(tool.scopes)}." if tool.scopes else ""
    seconds = reply.headers.get("retry-after", "some")
    return WAYS_OUT.get(reply.status_code, "").format(scopes=scopes, seconds=seconds)


def _is_text(reply: httpx.Response) -> bool:
    media_type = _media_type(reply)
    return not reply.content or media_type.startswith("text/") or "json" in media_type or "xml" in media_type


def _media_type(reply: httpx.Response) -> str:
    return reply.headers.get("content-type", "").partition(";")[0].strip().lower() or "of no said type"
