"""Paths: where in the API a request goes, by the gateway's route or by its path; and where the API is, its mount.

What the gateways say of it, by AWS's documentation and by what others have recorded:

- An HTTP API passes a path on decoded, but for `%25`; a REST API and a function URL leave it as it was sent. To decode
  it once is right for all of them (https://github.com/middleapi/standard-server/pull/93 has recordings).
- A REST API's `requestContext.path` is the path of the URL. `path` is the same, but without the stage at the address
  that AWS gives (https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html,
  https://github.com/aws-powertools/powertools-lambda-python/pull/579).
- An HTTP API's `rawPath` begins with the stage, unless it is `$default`, even where the URL has a base path in its
  place, which no event tells (https://github.com/CodeGenieApp/serverless-express/issues/465).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from specbound.patterns import pattern

MALFORMED = pattern("%(?![0-9A-Fa-f]{2})")
# What a stage or a base path may consist of; anything else in front of a path is nobody's mount.
MOUNT = pattern(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9$_.+!*'()~-]+)*")
VARIABLE = pattern(r"\{([^{}]*)\}")
# In the addresses that AWS gives: `<api>.execute-api.<region>.amazonaws.com`, `<id>.lambda-url.<region>.on.aws`.
EXECUTE_API, LAMBDA_URL = ".execute-api.", ".lambda-url."


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


class Address(NamedTuple):
    """The path of the caller's URL, as far as an event tells it.

    `is_direct` if nobody stands before the gateway who could have changed it, `is_whole` if the gateway left it whole.
    """

    path: str
    stage: str
    is_direct: bool
    is_whole: bool


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


def parts(step: str) -> list[str]:
    """A step of a template in turns of literal text and the name of a parameter: `{a}.json` is "", "a", ".json"."""
    return VARIABLE.split(step)


def specificity(template: str) -> list[tuple[int, int]]:
    """Less for a template that goes before another: a literal step before one with a parameter in it, before a whole.

    The first step in which they differ decides.
    """
    ranks = []
    for step in template.split("/"):
        found = parts(step)
        kind = 0 if len(found) == 1 else 2 if found[::2] == ["", ""] else 1
        ranks.append((kind, -len("".join(found[::2]))))
    return ranks


def fitted(template: str, sent: str) -> dict[str, str] | None:
    """The parameters of a template, as they were sent, at a path as it was sent; None if it does not fit.

    Of two parameters in a step, the first ends where the text between them begins for the first time.
    """
    found: dict[str, str] = {}
    steps, names = sent.split("/"), template.split("/")
    if len(steps) != len(names):
        return None
    for name, step in zip(names, steps, strict=True):
        first, *others = parts(name)
        # Literal text may be encoded, too. What is no UTF-8 is left for whoever decodes the parameter.
        text = unquote(step, errors="surrogateescape")
        if not text.startswith(first) or (not others and text != first):
            return None
        text = text[len(first) :]
        for parameter, literal in zip(others[::2], others[1::2], strict=True):
            is_last = parameter == others[-2]
            end = text.find(literal, 1) if literal and not is_last else len(text) - len(literal)
            if end < 1 or text[end : end + len(literal)] != literal:
                return None
            found[parameter] = quote(text[:end], safe="", errors="surrogateescape")
            text = text[end + len(literal) :]
    return found


def way_to(location: str, path: str, event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """A reference from the URL of a request for `path` to `location`; both are paths within the API.

    It is an absolute path where the mount is known, else a relative one, which needs none (RFC 3986, section 5.2).
    Headers are in lower case.
    """
    address = _address(event, headers)
    mount = _mount(path, address)
    if mount is not None:
        return mount + location
    is_longer = address.path.endswith("/") and not path.endswith("/")
    return "../" * (path.count("/") - 1 + is_longer) + location[1:]


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


def _mount(path: str, address: Address) -> str | None:
    """What stands before the path in the caller's URL; None if that is not known."""
    if not address.path:
        return ""
    if not address.is_direct:
        return None
    whole, end = plain(address.path).rstrip("/"), plain(path).rstrip("/")
    if not whole.endswith(end):
        return None
    mount = whole.removesuffix(end)
    is_known = address.is_whole or mount not in ("", f"/{address.stage}")
    return mount if is_known and MOUNT.fullmatch(mount) else None


def _address(event: Mapping[str, Any], headers: Mapping[str, str]) -> Address:
    context = event.get("requestContext") or {}
    domain, stage = _text(context, "domainName").lower(), _text(context, "stage")
    is_of_aws = EXECUTE_API in domain or LAMBDA_URL in domain
    is_direct = _is_direct(domain, headers)
    if "http" in context:
        path = _text(event, "rawPath") or _text(context["http"], "path")
        return Address(path, stage, is_direct, is_of_aws or not domain)
    path, url_path = _text(event, "path"), _text(context, "path")
    if url_path:
        return Address(url_path, stage, is_direct, True)
    if stage and is_of_aws and not f"{path}/".startswith(f"/{stage}/"):
        path = f"/{stage}{path}"
    return Address(path, stage, is_direct, is_of_aws or not stage)


def _is_direct(domain: str, headers: Mapping[str, str]) -> bool:
    """Whether no proxy shows: by `Via` (RFC 9110, section 7.6.3), as CloudFront, or by another host than the API's.

    CloudFront asks the API in the API's own name, below a path of the origin's that no caller knows.
    """
    host = headers.get("host", domain)
    return "via" not in headers and (not domain or domain == host.partition(":")[0].lower())


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
