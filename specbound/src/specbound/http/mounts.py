"""Mounts: where an API is, below a stage, below a domain's base path, or at the root.

What the gateways say of it, by AWS's documentation and by what others have recorded:

- A REST API's `requestContext.path` is the path of the URL. `path` is the same, but without the stage at the address
  that AWS gives (https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html,
  https://github.com/aws-powertools/powertools-lambda-python/pull/579).
- An HTTP API's `rawPath` begins with the stage, unless it is `$default`, even where the URL has a base path in its
  place, which no event tells (https://github.com/CodeGenieApp/serverless-express/issues/465).
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from specbound.http.paths import plain

# What a stage or a base path may consist of; anything else in front of a path is nobody's mount.
MOUNT = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9$_.+!*'()~-]+)*")
# In the addresses that AWS gives: `<api>.execute-api.<region>.amazonaws.com`, `<id>.lambda-url.<region>.on.aws`.
OF_AWS = (".execute-api.", ".lambda-url.")


class Address(NamedTuple):
    """The path of the caller's URL, as far as an event tells it.

    `is_direct` if nobody stands before the gateway who could have changed it, `is_whole` if the gateway left it whole.
    """

    path: str
    stage: str
    is_direct: bool
    is_whole: bool


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
    is_of_aws = any(each in domain for each in OF_AWS)
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
