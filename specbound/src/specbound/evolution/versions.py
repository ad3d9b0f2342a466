"""Versions of contracts, `info.version`, by Semantic Versioning: what a new one may break, and which is due."""

import re
from typing import NamedTuple

# https://semver.org/spec/v2.0.0.html, but that the last numbers may be left out.
FORM = re.compile(r"(\d{1,9})(?:\.(\d{1,9})(?:\.(\d{1,9}))?)?(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
WEIGHTS = ("patch", "minor", "major")


class Version(NamedTuple):
    """Of a pre-release (`2.0.0-rc.1`) the numbers are those of the version that it comes before."""

    major: int
    minor: int
    patch: int
    is_early: bool = False

    def __str__(self) -> str:
        return ".".join(map(str, self[:3]))


def read(text: str) -> Version | None:
    """None for what is no such version, as a date."""
    found = FORM.fullmatch(text)
    if found is None:
        return None
    major, minor, patch = (int(each or 0) for each in found.groups()[:3])
    return Version(major, minor, patch, found[4] is not None)


def may_break(before: str, after: str) -> bool:
    """Whether a new version may break clients of the one before: it has a new major number, or, before 1.0, a new minor
    one. Of what is no version the number that it begins with counts.
    """
    was, now = read(before), read(after)
    if was and now and was.major == now.major == 0:
        return now.minor > was.minor
    return _first(after) > _first(before)


def due(before: str, after: str, weight: str | None) -> str | None:
    """The least version that is due for a change of that weight, if the one there is comes before it.

    `weight` is one of WEIGHTS, None for no change. Before 1.0 a minor number is what a major one is later. Of a
    pre-release, and where one of both is no version, nothing is due.
    """
    was, now = read(before), read(after)
    if weight is None or was is None or now is None or (was.is_early and now[:3] >= was[:3]):
        return None
    if was.major == 0:
        least = Version(0, was.minor + 1, 0) if weight == "major" else Version(0, was.minor, was.patch + 1)
    elif weight == "major":
        least = Version(was.major + 1, 0, 0)
    elif weight == "minor":
        least = Version(was.major, was.minor + 1, 0)
    else:
        least = Version(was.major, was.minor, was.patch + 1)
    return str(least) if now[:3] < least[:3] else None


def _first(text: str) -> int:
    found = re.match("[0-9]+", text)
    return int(found[0]) if found else 0
