"""`If-Match` and `If-None-Match` (RFC 9110, section 13.1): entity tags are versions in quotes."""

import re

from handlers.fields import entity_tags
from handlers.messages import Request, Response


def etag(version: int) -> str:
    return f'"{version}"'


def versions_to_match(request: Request) -> frozenset[int] | None:
    """The versions at which the caller lets the write be done; None for any.

    The comparison is strong: a weak tag matches nothing. Nor does a tag that is not a version.
    """
    tags = request.parameters.get("If-Match", "*")
    if tags == "*":
        return None
    return frozenset(int(tag) for weak, tag in _tags(tags) if not weak and _is_version(tag))


def is_known(request: Request, response: Response) -> bool:
    """Whether the caller has this representation already. The comparison is weak."""
    tags = request.parameters.get("If-None-Match")
    if tags is None:
        return False
    return tags == "*" or response.headers["etag"] in {f'"{tag}"' for _, tag in _tags(tags)}


def _tags(header: str) -> list[tuple[str, str]]:
    """Each tag, and `W/` before it if it is weak."""
    return entity_tags(header)


def _is_version(tag: str) -> bool:
    return re.fullmatch("[1-9][0-9]{0,15}", tag) is not None
