"""Seed data, seed.json: things that a service begins with, each created once by the API's own operations.

A file has, by the paths where they are created, the bodies of what is created there, in order:

    {"/fields": [{"hectares": 3}], "/fields/{fields[0].id}/crops": [{"name": "oats"}]}

A path may name a property of what was created before.
"""

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from specbound.compiled import CompiledContract, read
from specbound.compiler import current
from specbound.compiler.tables import KEY
from specbound.failures import Failed
from specbound.http.paths import fitted

FILE = Path("seed.json")
# `{fields[0].id}` in a path.
EARLIER = re.compile(r"\{([^{}\[\]]+)\[([0-9]{1,6})\]\.([^{}.]+)\}")
MOST_SAID = 500
Say = Callable[[str], object]


@dataclass(frozen=True)
class Thing:
    """One that is to be there: the path where it is created, its number there, and its body."""

    path: str
    number: int
    body: Any

    @property
    def name(self) -> str:
        return f"{self.path} {self.number}"

    @property
    def digest(self) -> str:
        """Another for each thing of a file that is said another way."""
        return hashlib.sha256(json.dumps([self.path, self.number, self.body], sort_keys=True).encode()).hexdigest()


class Created:
    """What has been created, with what it was answered: kept in a file, so that nothing is created twice."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[str, Any] = {}
        if file and file.exists():
            lines = file.read_text(encoding="utf-8").splitlines()
            self._known = {each["digest"]: each["answer"] for each in map(_line, lines) if each}

    def __contains__(self, thing: Thing) -> bool:
        return thing.digest in self._known

    def answer(self, thing: Thing) -> Any:
        return self._known.get(thing.digest)

    def add(self, thing: Thing, answer: Any) -> None:
        self._known[thing.digest] = answer
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"digest": thing.digest, "answer": answer}) + "\n")


def things(file: Path = FILE) -> list[Thing]:
    """What a file has. Raises Failed for one that is not as it is described."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Failed(f"{file} is not there: it holds things by the paths where they are created.") from error
    except ValueError as error:
        raise Failed(f"{file} is no JSON: {error}") from error
    if not isinstance(said, dict) or not all(isinstance(each, list) for each in said.values()):
        raise Failed(f'{file} has lists of bodies by the paths where they are created: {{"/orders": [{{…}}]}}.')
    return [Thing(path, number, body) for path, bodies in said.items() for number, body in enumerate(bodies)]


def plant(
    client: httpx.Client, contract: CompiledContract, found: list[Thing], created: Created, say: Say = lambda _: None
) -> int:
    """Create what is not there, in order. Returns how many were; raises Failed at the first that can't be."""
    count = 0
    answers: dict[str, dict[int, Any]] = {}
    for number, thing in enumerate(found, 1):
        if thing not in created:
            path = _path(thing, answers)
            count += _create(client, contract, thing, path, created)
            say(f"{number} of {len(found)} …")
        answers.setdefault(thing.path.strip("/"), {})[thing.number] = created.answer(thing)
    return count


def _create(client: httpx.Client, contract: CompiledContract, thing: Thing, path: str, created: Created) -> bool:
    """Whether it was created; else it is there already."""
    whole, takes_key = _operation(contract, thing, path)
    headers = {KEY: thing.digest} if takes_key else {}
    try:
        reply = client.post(whole, json=thing.body, headers=headers)
    except httpx.HTTPError as error:
        raise Failed(f"{thing.name}: the API did not answer: {error}. Go on by the same command.") from error
    if reply.is_success:
        created.add(thing, reply.json() if "json" in reply.headers.get("content-type", "") else None)
        return True
    if reply.status_code == HTTPStatus.CONFLICT and _is_there(reply):
        created.add(thing, thing.body)
        return False
    raise Failed(f"{thing.name} was not created: {reply.status_code} {reply.text[:MOST_SAID]}")


def _is_there(reply: httpx.Response) -> bool:
    """Whether a refusal says that there is such a thing, in whichever shape: of its key, or of a unique value."""
    return "already" in reply.text or "-taken" in reply.text


def _operation(contract: CompiledContract, thing: Thing, path: str) -> tuple[str, bool]:
    """The whole path at which something is created, and whether that takes an idempotency key."""
    for route, name in contract["routes"].items():
        method, template = route.split(" ", 1)
        for base in contract["bases"] or [""]:
            if method == "POST" and fitted(template, base + path) is not None:
                parameters = contract["operations"][name]["parameters"]
                return base + path, any(each["in"] == "header" and each["name"] == KEY for each in parameters)
    raise Failed(f"{thing.name}: no operation of the contract creates anything there.")


def _path(thing: Thing, answers: Mapping[str, Mapping[int, Any]]) -> str:
    """The path, with what it names of earlier things. Raises Failed for what is not there."""

    def named(match: re.Match[str]) -> str:
        place, number, name = match[1], int(match[2]), match[3]
        answer = answers.get(place.strip("/"), {}).get(number)
        if not isinstance(answer, dict) or name not in answer:
            raise Failed(f"{thing.name}: {match[0]} is no property of what was created before.")
        return quote(str(answer[name]), safe="")

    return EARLIER.sub(named, thing.path)


def _line(text: str) -> Any:
    """A line that was not written to its end says nothing."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and found.keys() == {"digest", "answer"} else None


def run(url: str, file: Path = FILE, headers: Sequence[str] = ()) -> None:
    """Create what a file has in the API at an address, as whoever has API_TOKEN, with further headers `name: value`.

    What was created is kept in build/seed/, so the same command goes on, and does nothing twice. Raises Failed.
    """
    found = things(file)
    current.run_if_changed()
    record = Path("build") / "seed" / f"{re.sub('[^A-Za-z0-9.-]+', '-', url).strip('-')}.jsonl"
    created = Created(record)
    sent = dict(map(header, headers))
    if token := os.environ.get("API_TOKEN"):
        sent["authorization"] = f"Bearer {token}"
    with httpx.Client(base_url=url, headers=sent, timeout=30) as client:
        count = plant(client, read(), found, created, _progress)
    print(f"{count} created, {len(found) - count} there already. {record} knows what is there.")


def header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise Failed(f"{text!r} is no header: write 'name: value'.")
    return name.strip(), value.strip()


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}", end="", file=sys.stderr, flush=True)
