"""Patterns that are compiled when they are first matched: a start has forty, and its first request needs some."""

import re
from typing import Any, AnyStr, cast

METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


def pattern(text: AnyStr, flags: re.RegexFlag | int = 0) -> re.Pattern[AnyStr]:
    """What re.compile makes of it, in time."""
    return cast("re.Pattern[AnyStr]", _Late(text, flags))


class _Late:
    def __init__(self, text: Any, flags: re.RegexFlag | int) -> None:
        self._given = text, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._given)
        for each in METHODS:
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)
