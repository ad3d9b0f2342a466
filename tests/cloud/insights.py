"""CloudWatch's Logs Insights, as far as our queries go: what it answers, over lines that are logged.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

Line = Mapping[str, Any]
Row = dict[str, Any]

PARTS = r"(?:[^,()]|\([^()]*\))+"
AGGREGATE = re.compile(r"(count|sum|max|latest|pct)\((\*|[@\w]+)(?:, (\d+))?\) as (\w+)")
EQUAL = re.compile(r'([@\w]+) = (?:"([^"]*)"|(\d+))')
PRESENT = re.compile(r"ispresent\(([@\w]+)\)")
CONTAINS = re.compile(r'strcontains\(([@\w]+), "([^"]*)"\) as (\w+)')
SORT = re.compile(r"([@\w]+) (asc|desc)")
HOURS = re.compile(r"bin\((\d+)h\)")


def ask(query: str, lines: Sequence[Line], others: Sequence[Line] = ()) -> list[Row]:
    """The rows that a query answers, of lines in the order in which they were logged.

    Raises ValueError for what is not known here of the language, LookupError for a field that no line has, and none of
    the others.
    """
    rows: list[Row] = [dict(line) for line in lines]
    known = {name for line in [*lines, *others] for name in line}
    for command in re.split(r"\n?\s*\|\s*", query.strip()):
        word, _, rest = command.partition(" ")
        if word not in _COMMANDS:
            raise ValueError(f"{word} is no command that is known here")
        rows = _COMMANDS[word](rest.strip(), rows, known)
    return rows


def _filter(condition: str, rows: list[Row], known: set[str]) -> list[Row]:
    if found := PRESENT.fullmatch(condition):
        name = _field(found[1], known)
        return [row for row in rows if row.get(name) is not None]
    found = _match(EQUAL, condition)
    name = _field(found[1], known)
    return [row for row in rows if str(row.get(name)) == (found[2] or found[3])]


def _fields(rest: str, rows: list[Row], known: set[str]) -> list[Row]:
    """As in CloudWatch what is made by `as` stands beside what is there; else only what is named is shown."""
    for part in _parts(rest):
        if found := CONTAINS.fullmatch(part):
            name = _field(found[1], known)
            rows = [row | {found[3]: int(found[2] in str(row.get(name, "")))} for row in rows]
            known.add(found[3])
        else:
            _field(part, known)
    return rows


def _stats(rest: str, rows: list[Row], known: set[str]) -> list[Row]:
    aggregates, _, groups = rest.partition(" by ")
    names = _parts(groups)
    wanted = [_match(AGGREGATE, part) for part in _parts(aggregates)]
    for name in [*(each[2] for each in wanted), *(each for each in names if not HOURS.fullmatch(each))]:
        if name != "*":
            _field(name, known)
    together: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        together.setdefault(tuple(_group(name, row) for name in names), []).append(row)
    known |= {each[4] for each in wanted}
    return [
        dict(zip(names, key, strict=True))
        | {each[4]: _aggregate(each, [row for row in members if each[2] == "*" or each[2] in row]) for each in wanted}
        for key, members in together.items()
    ]


def _aggregate(found: re.Match[str], rows: list[Row]) -> Any:
    if found[1] == "pct":
        values = sorted(row[found[2]] for row in rows)
        return values[min(len(values) * int(found[3]) // 100, len(values) - 1)]
    return _AGGREGATES[found[1]](rows, found[2])


def _group(name: str, row: Row) -> Any:
    if HOURS.fullmatch(name) is None:
        return row.get(name)
    return datetime.fromisoformat(row["@timestamp"]).replace(minute=0, second=0, microsecond=0)


def _sort(rest: str, rows: list[Row], known: set[str]) -> list[Row]:
    found = _match(SORT, rest)
    name = _field(found[1], known)
    return sorted(rows, key=lambda row: row[name], reverse=found[2] == "desc")


def _limit(rest: str, rows: list[Row], known: set[str]) -> list[Row]:
    return rows[: int(rest)]


def _field(name: str, known: set[str]) -> str:
    if name not in known:
        raise LookupError(f"no line has {name}")
    return name


def _parts(rest: str) -> list[str]:
    return [each.strip() for each in re.findall(PARTS, rest)]


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not known here")
    return found


_AGGREGATES: dict[str, Callable[[list[Row], str], Any]] = {
    "count": lambda rows, name: len(rows),
    "sum": lambda rows, name: sum(row[name] for row in rows),
    "max": lambda rows, name: max((row[name] for row in rows), default=None),
    "latest": lambda rows, name: rows[-1][name] if rows else None,
}
_COMMANDS: dict[str, Callable[[str, list[Row], set[str]], list[Row]]] = {
    "fields": _fields,
    "filter": _filter,
    "limit": _limit,
    "sort": _sort,
    "stats": _stats,
}
