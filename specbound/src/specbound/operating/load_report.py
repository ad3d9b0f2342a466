"""The report of a load: how long requests of each kind were under way, what went wrong, and a picture of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

OUT = Path("build") / "load"
SHARES = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}


@dataclass(frozen=True)
class Outcome:
    """What came of a request that was due `at` seconds from the beginning, and was done `seconds` after that."""

    name: str
    at: float
    seconds: float
    error: str | None


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that so large a share of them does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1_000_000) * len(ordered) // 1_000_000) - 1)]


@dataclass(frozen=True)
class Report:
    """All that came of a load. `late_seconds` is how late the sender itself was, of 99 in 100 requests."""

    url: str
    rate: float
    seconds: float
    outcomes: Sequence[Outcome]
    late_seconds: float

    @property
    def succeeded(self) -> float:
        """The share of the requests that were answered, and not with an error."""
        return sum(each.error is None for each in self.outcomes) / len(self.outcomes)

    def rows(self) -> list[list[str]]:
        """A row for each kind of request, and one for all, with a head."""
        names = sorted({each.name for each in self.outcomes})
        kinds = [(name, [each for each in self.outcomes if each.name == name]) for name in names]
        head = ["", "requests", "failed", *SHARES, "longest"]
        return [head, *(_row(name, found) for name, found in [*kinds, ("all", list(self.outcomes))])]

    def errors(self) -> list[str]:
        """Each kind of error, the most frequent first."""
        found = Counter((each.name, each.error) for each in self.outcomes if each.error)
        return [f"{name}: {error}: {count}" for (name, error), count in found.most_common()]

    def text(self) -> str:
        """For a terminal."""
        rows = self.rows()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(
                [row[0].ljust(widths[0]), *(each.rjust(width) for each, width in zip(row[1:], widths[1:], strict=True))]
            )
            for row in rows
        ]
        return "\n".join([self.headline(), "", *lines, *(["", *self.errors()] if self.errors() else [])])

    def headline(self) -> str:
        return f"{self.rate:g} requests a second for {self.seconds:g} s to {self.url}; latencies from when each was due"

    def markdown(self) -> str:
        """The same as a page."""
        head, *body = (f"| {' | '.join(row)} |".replace("|  |", "| |") for row in self.rows())
        errors = "\n".join(f"- {each}" for each in self.errors()) or "None."
        late = f"{self.late_seconds * 1000:.1f} ms"
        return (
            f"# Load\n\n{self.headline()}. The sender itself was less than {late} late, in 99 of 100 cases.\n\n"
            f"{head}\n|{'---|' * len(self.rows()[0])}\n"
            + "\n".join(body)
            + f"\n\n![Latencies](latency.svg)\n\n## Errors\n\n{errors}\n"
        )


def write(report: Report, folder: Path) -> None:
    """Write `report.md` and `latency.svg` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.md").write_text(report.markdown(), encoding="utf-8")
    (folder / "latency.svg").write_text(picture(report), encoding="utf-8")


def _row(name: str, found: Sequence[Outcome]) -> list[str]:
    times = [each.seconds for each in found if each.error is None]
    failed = sum(each.error is not None for each in found)
    shares = [milliseconds(percentile(times, share)) for share in SHARES.values()] if times else ["none"] * len(SHARES)
    return [name, str(len(found)), str(failed), *shares, milliseconds(max(times)) if times else "none"]


def milliseconds(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"


WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 900, 360, 70, 20, 40
COLOURS = {"p50": "#1f6f8b", "p99": "#d98a1c", "p99.9": "#b03a2e"}


def picture(report: Report) -> str:
    """A dot for each request, when it was due and how long it took; failed ones in red; lines of the percentiles."""
    times = [each.seconds for each in report.outcomes]
    longest, last = max(times) or 1, max(each.at for each in report.outcomes) or 1
    across, down = (WIDTH - LEFT - 90) / last, (HEIGHT - TOP - BOTTOM) / longest

    def at(seconds: float) -> float:
        return HEIGHT - BOTTOM - seconds * down

    parts = [
        f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - 90}" fill="none" stroke="#000"/>',
        *(f'<text x="{LEFT - 6}" y="{at(longest * part) + 4:.1f}" text-anchor="end">'
          f'{milliseconds(longest * part)}</text>' for part in (0, 0.5, 1)),
        *(f'<text x="{LEFT + last * across * part:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">'
          f'{last * part:.0f} s</text>' for part in (0, 0.5, 1)),
        *(f'<circle cx="{LEFT + each.at * across:.1f}" cy="{at(each.seconds):.1f}" r="1.5" '
          f'fill="{"#b03a2e" if each.error else "#555"}" fill-opacity="0.5"/>' for each in report.outcomes),
    ]  # fmt: skip
    for name, share in SHARES.items():
        y = at(percentile(times, share))
        parts += [
            f'<path d="M{LEFT} {y:.1f}H{WIDTH - 90}" stroke="{COLOURS[name]}"/>',
            f'<text x="{WIDTH - 86}" y="{y + 4:.1f}" fill="{COLOURS[name]}">{name}</text>',
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'font-family="sans-serif" font-size="12"><title>{escape(report.headline())}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )
