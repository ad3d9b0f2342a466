"""The report: a table and a picture, each number a ratio to what people run, with its spread, the worst row first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from statistics import median, quantiles

Samples = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Result:
    """Of each stack by its name: samples of each request in seconds or MB, and which of the cases it answers right."""

    base: str
    whole: Mapping[str, Samples]
    stubbed: Mapping[str, Samples]
    right: Mapping[str, Mapping[str, bool]]
    """By the words of each case."""


def rows(result: Mapping[str, Samples], columns: Sequence[str]) -> list[str]:
    """The stacks, the one that costs most first: by the mean of its columns' ranks."""

    def cost(name: str) -> float:
        places = []
        for column in columns:
            ordered = sorted((median(each[column]), other) for other, each in result.items() if column in each)
            places += [index / len(ordered) for index, (_, other) in enumerate(ordered) if other == name]
        return sum(places) / len(places)

    return sorted(result, key=cost, reverse=True)


def ratio(samples: Sequence[float], base: Sequence[float]) -> tuple[float, float, float]:
    """The median of the ratios of one round each, and between what the middle half of them lies."""
    found = sorted(each / other for each, other in zip(samples, base, strict=False))
    low, _, high = quantiles(found, n=4) if len(found) > 1 else (found[0],) * 3
    return median(found), max(low, found[0]), min(high, found[-1])


def number(value: float) -> str:
    """Two digits that say something."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def cell(samples: Sequence[float], base: Sequence[float]) -> str:
    middle, low, high = map(number, ratio(samples, base))
    return middle if low == high else f"{middle} ({low} to {high})"


def amount(column: str, seconds: float) -> str:
    """A column's own unit."""
    if column in ("memory", "zip"):
        return f"{seconds:.0f} MB" if seconds >= 10 else f"{seconds:.1f} MB"
    return f"{seconds * 1e3:.0f} ms" if column == "cold start" else f"{seconds * 1e6:.0f} µs"


def table(result: Result, columns: Sequence[str], *, stubbed: bool = False) -> list[list[str]]:
    """Rows of cells, the first of them the head. The base's own row says what 1 is."""
    found = result.stubbed if stubbed else result.whole
    columns = [each for each in columns if any(each in samples for samples in found.values())]
    base = found[result.base]
    head = ["", *([] if stubbed else ["right"]), *columns]
    body = []
    for name in rows(found, columns):
        right = [] if stubbed else [f"{sum(result.right[name].values())} of {len(result.right[name])}"]
        cells = []
        for column in columns:
            if column not in found[name]:
                cells.append("none")
            elif column not in base:
                cells.append(amount(column, median(found[name][column])))
            elif name == result.base:
                cells.append(f"1 = {amount(column, median(base[column]))}")
            else:
                cells.append(cell(found[name][column], base[column]))
        body.append([name, *right, *cells])
    return [head, *body]


def as_text(cells: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        [row[0].ljust(widths[0]), *(each.rjust(width) for each, width in zip(row[1:], widths[1:], strict=True))]
        for row in cells
    )
    return "\n".join("  ".join(each).rstrip() for each in lines)


def as_markdown(cells: Sequence[Sequence[str]]) -> str:
    head, *body = (f"| {' | '.join(row)} |".replace("|  |", "| |") for row in cells)
    return "\n".join([head, f"|{'---|' * len(cells[0])}", *body])


WIDTH, LEFT, BAR, GAP, TITLE = 900, 250, 14, 34, 30
COLOURS = ("#b8b8b8", "#1f6f8b")


def as_picture(result: Result, columns: Sequence[str]) -> str:
    """Bars of ratios, a group for each request, on a scale of its own; what is ours is dark."""
    base, parts, top = result.whole[result.base], [], 10
    names = rows(result.whole, columns)
    for column in columns:
        parts.append(f'<text x="10" y="{top + 16}" font-weight="bold">{escape(column)}</text>')
        top += TITLE
        having = [each for each in names if column in result.whole[each] and column in base]
        ratios = {each: ratio(result.whole[each][column], base[column]) for each in having}
        longest = max((high for _, _, high in ratios.values()), default=1)
        for name in having:
            middle, low, high = ratios[name]
            scale = (WIDTH - LEFT - 130) / longest
            y, end = top + BAR - 3, LEFT + middle * scale
            parts += [
                f'<text x="{LEFT - 8}" y="{y}" text-anchor="end">{escape(name)}</text>',
                f'<rect x="{LEFT}" y="{top}" width="{middle * scale:.1f}" height="{BAR}" '
                f'fill="{COLOURS[name.startswith("ours")]}"/>',
                f'<path d="M{LEFT + low * scale:.1f} {top + BAR / 2}H{LEFT + high * scale:.1f}" stroke="#000"/>',
                f'<text x="{max(end, LEFT + high * scale) + 6:.1f}" y="{y}">{number(middle)}</text>',
            ]
            top += BAR + 6
        top += GAP - TITLE + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" '
        f'font-family="sans-serif" font-size="12"><title>Cost as a ratio to {escape(result.base)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )
