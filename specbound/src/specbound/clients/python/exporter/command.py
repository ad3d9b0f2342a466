"""The export command: writes all of a list into a file, page by page."""

import argparse
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from ..importer.api import connect, contract
from ..importer.stopped import Stopped
from .asking import Clients
from .filling import Export
from .lists import Given, Listing, listings

# An export goes on for as long as the API lets it.
ATTEMPTS = 10
COMMAND = f"{str(__package__).partition('.')[0].replace('_', '-')}-export"
EXAMPLE = f"API_TOKEN=… {COMMAND} rows.csv https://api.example.com"
SUFFIXES = (".csv", ".jsonl")


def main() -> int:
    """Exits with 0 if all of the list is in the file, now or earlier."""
    try:
        return _export(_order())
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'The disk'}: {error.strerror}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. Nothing is lost: the same command goes on from here.", file=sys.stderr)
    return 1


def _order() -> argparse.Namespace:
    """From the arguments, or else the environment. Other users of this machine see arguments: the token is none."""
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description="Write all of a list into a file, page by page. Interrupted, it goes on from there.",
        epilog=f"The token comes from the environment alone, as API_TOKEN. For example: {EXAMPLE}",
        allow_abbrev=False,
    )
    parser.add_argument("FILE", nargs="?", help="*.csv or *.jsonl, which is not there yet (or set FILE)")
    parser.add_argument("API_URL", nargs="?", help="where the API answers (or set API_URL)")
    parser.add_argument("KIND", nargs="?", help=f"{_names()}, where the file's name does not tell (or set KIND)")
    parser.add_argument(
        "--filter", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the list; again for others"
    )
    parser.add_argument("--fields", default="", metavar="NAME,NAME", help="these alone, in this order (all by default)")
    parser.add_argument("--limit", type=int, default=0, metavar="ITEMS", help="of a page (as many as it may have)")
    given, others = parser.parse_known_intermixed_args()
    if others:  # not shown: one of them may be a token
        raise Stopped(f"{COMMAND} takes FILE, API_URL, KIND and what --help names, and the token as API_TOKEN.")
    for name in ("FILE", "API_URL", "KIND"):
        setattr(given, name, getattr(given, name) or os.environ.get(name, "").strip())
    return given


def _names() -> str:
    return " or ".join(each.name for each in listings(contract())) or "nothing: this API has no lists"


def _export(order: argparse.Namespace) -> int:
    for name in ("FILE", "API_URL"):
        if not getattr(order, name):
            raise Stopped(f"{name} is missing. Give it as an argument, or in the environment, as in: {EXAMPLE}")
    target, url = Path(order.FILE), order.API_URL.rstrip("/")
    if target.suffix.lower() not in SUFFIXES:
        raise Stopped(f"{target.name} should be named {' or '.join(f'*{each}' for each in SUFFIXES)}.")
    listing = _chosen(order.KIND, target)
    given, fields = _given(listing, order.filter), _fields(listing, order.fields)
    token = os.environ.get("API_TOKEN", "").strip()
    clients = Clients(connect(url, token), connect(url, token, ATTEMPTS))
    return Export(target, url, listing, given, fields, order.limit).run(clients)


def _chosen(wanted: str, target: Path) -> Listing:
    """The list that was asked for, or else the one that the file is named after, or the only one."""
    found = listings(contract())
    for name in (wanted, "" if wanted else target.name.partition(".")[0]):
        if fitting := [each for each in found if name and name in (each.name, each.operation_id)]:
            return fitting[0]
    if len(found) == 1 and not wanted:
        return found[0]
    known = " or ".join(each.name for each in found) or "nothing: this API has no lists"
    raise Stopped(f"Say what to export as KIND: {known}.")


def _fields(listing: Listing, text: str) -> list[str]:
    fields = [each.strip() for each in text.split(",") if each.strip()]
    for each in fields:
        if listing.columns and each not in listing.columns:
            raise Stopped(f"--fields {each}: an item of {listing.name} has {', '.join(listing.columns)}.")
    return fields


def _given(listing: Listing, filters: Sequence[str]) -> Given:
    """The list's parameters. Raises Stopped for others, and for what is missing."""
    known, found = [*listing.path, *listing.query], Given()
    for each in filters:
        name, is_one, value = each.partition("=")
        if not is_one or name not in known:
            close = get_close_matches(name, known, 1)
            meant = f" Did you mean {close[0]}?" if close else f" It has {', '.join(known) or 'none'}."
            raise Stopped(f"--filter {name}=…: {listing.name} has no such parameter.{meant}")
        if name in listing.arrays:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise Stopped(f"--filter {name}=… is given more than once.")
        else:
            found[name] = value
    needed = [*listing.path, *(name for name, is_needed in listing.query.items() if is_needed)]
    if missing := [name for name in needed if name not in found]:
        raise Stopped(f"{listing.name} needs {' and '.join(missing)}: --filter {missing[0]}=…")
    return found
