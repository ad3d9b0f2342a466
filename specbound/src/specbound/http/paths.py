"""Path templates: where in the API a request goes, by the gateway's route or by its path.

An HTTP API passes a path on decoded, but for `%25`; a REST API and a function URL leave it as it was sent. To decode it
once is right for all of them (https://github.com/middleapi/standard-server/pull/93 has recordings).
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

MALFORMED = re.compile("%(?![0-9A-Fa-f]{2})")


class Undecodable(Exception):
    """A path is not percent-encoded UTF-8 (RFC 3986, section 2.1)."""


class Place(NamedTuple):
    """Where a request goes.

    `path` is the one within the API, percent-encoded; `template` the gateway's route to it, "" if that says too little;
    `parameters` what stood in its braces, decoded.
    """

    path: str
    template: str
    parameters: Mapping[str, str]


def locate(template: str, given: Mapping[str, Any], path: str, context: Mapping[str, Any]) -> Place:
    """The place that the gateway's route and path parameters lead to, or else the path, without its stage.

    A route says more than a path, which begins with a stage or with a domain's base path wherever the API has one.
    """
    if is_plain(template, given, path):
        return Place(path, template, given)
    return _filled(template, given, path) or Place(_below_stage(path, context), "", given)


def is_plain(template: str, given: Mapping[str, Any], path: str) -> bool:
    """Whether nothing is in front of a path that a route led to, and nothing in it is encoded."""
    if "{" not in template:
        return path == template
    return "%" not in path and path.count("/") == template.count("/") and len(given) == template.count("{")


def below_route(path: str, template: str) -> str:
    """The path without the steps in front of a route for all, `/shop` of `/shop/{proxy+}`: they may be a mount, too."""
    steps = path.split("/", template.count("/")) if template.endswith("+}") else []
    return f"/{steps[-1]}" if len(steps) > template.count("/") else path


def decode(text: str) -> str:
    """A step of a path, decoded. Raises Undecodable."""
    if "%" not in text:
        return text
    if MALFORMED.search(text):
        raise Undecodable
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise Undecodable from None


def plain(path: str) -> str:
    """A path for comparison: decoded step by step, so that a slash within a step stays one (RFC 3986, section 2.2)."""
    if "%" not in path:
        return path
    return "/".join(unquote(step).replace("/", "%2F") for step in path.split("/"))


def _filled(template: str, given: Mapping[str, str], path: str) -> Place | None:
    """The place that a route leads to; None if the event does not say enough."""
    if not template.startswith("/"):
        return None
    names = [step.strip("{+}") for step in template.split("/") if step.startswith("{")]
    sent = {name: _as_sent(given.get(name, ""), path) for name in names}
    if not all(sent.values()):
        return None
    below = "/".join(_step(each, sent) for each in template.split("/"))
    try:
        return Place(below, template, {name: decode(text) for name, text in sent.items()})
    except Undecodable:
        # Found by its path, it is refused as it is where there is no route.
        return Place(below, "", sent)


def _step(step: str, sent: Mapping[str, str]) -> str:
    if not step.startswith("{"):
        return step
    text = sent[step.strip("{+}")]
    return text if step.endswith("+}") else text.replace("/", "%2F")


def _as_sent(value: str, path: str) -> str:
    """A path parameter as it stood in the path: a REST API leaves it so, an HTTP API decodes it."""
    if "%" not in value or f"/{value}/" in f"{path}/":
        return value
    return value.replace("%", "%25")


def _below_stage(path: str, context: Mapping[str, Any]) -> str:
    """The path without the stage that an HTTP API leaves in front of it; a REST API takes it away."""
    stage = context.get("stage")
    is_rest = context.get("path") not in (None, path)
    if is_rest or not isinstance(stage, str) or not f"{path}/".startswith(f"/{stage}/"):
        return path
    return path[len(stage) + 1 :] or "/"
