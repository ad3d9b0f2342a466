"""Clients: they do what the plan says, all at once, and write down what they were told."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from tests.histories.events import DONE, REFUSED, UNKNOWN, Event
from tests.histories.plan import SETUP, Operation
from tests.histories.ways import Asked, Reply, Way

MOST_SENDINGS = 8
PAUSE_SECONDS = 0.05
PAGE = 50
PATHS = {"users": "/users", "products": "/products", "stock": "/inventory"}
IDS = {"users": "userId", "products": "productId", "stock": "productId"}
ITEMS = {"users": "user", "products": "product"}
# Of an adjustment that was done, and whose product was removed before its answer was made.
ADJUSTED = "It was adjusted"
RETRIED = {"service-unavailable", "outcome-unknown", "still-running", ""}


@dataclass
class Known:
    """What all clients together know of a thing: its id, and versions of it that somebody was shown."""

    item: str
    versions: dict[str, int] = field(default_factory=dict)


@dataclass
class Told:
    """The first answer to a request with a key, to be compared with a later one."""

    asked: Asked
    reply: Reply


@dataclass(frozen=True)
class About:
    """What a request is about, as its event tells it."""

    act: str
    thing: str
    item: str = ""
    match: int | None = None


class Run:
    """One history: what is known, and what was done: `operations`, and the requests that were `sent` for them."""

    def __init__(self, way: Callable[[], Way]) -> None:
        self._way = way
        self.events: list[Event] = []
        self.known: dict[str, Known] = {}
        self.sent = 0
        self.operations = 0
        self.ways: list[Way] = []
        self._lock = threading.Lock()

    def play(self, operations: Sequence[Operation]) -> list[Event]:
        """First those that set up, one after the other; then each client does its own, beside the others."""
        crews: dict[int, list[Operation]] = {}
        for each in operations:
            crews.setdefault(each.client, []).append(each)
        Client(self).do(crews.pop(SETUP, []))
        with ThreadPoolExecutor(max(1, len(crews))) as threads:
            running = [threads.submit(Client(self).do, own) for own in crews.values()]
        for each in running:
            each.result()
        return self.events

    def open(self) -> Way:
        way = self._way()
        self.ways.append(way)
        return way

    def note(self, sent: int, *events: Event) -> None:
        with self._lock:
            self.sent += sent
            self.operations += 1
            self.events += events
            for each in events:
                if each.shown and each.item:
                    of = self.known.setdefault(
                        each.label if each.act == "create" else each.given["target"], Known(each.item)
                    )
                    of.versions[each.thing] = max(each.shown["version"], of.versions.get(each.thing, 0))


class Client:
    def __init__(self, run: Run) -> None:
        self._run = run
        self._way: Any = run.open()
        self._told: list[Told] = []
        self._sent = 0

    def do(self, operations: Sequence[Operation]) -> None:
        for each in operations:
            do = getattr(self, f"_{each.kind}", None) or getattr(self, f"_{each.kind.partition('_')[0]}")
            self._sent = 0
            events = do(each)
            if events is not None:
                self._run.note(self._sent, *events)
        self._way.close()

    def _create(self, operation: Operation) -> list[Event]:
        thing = operation.kind.removeprefix("create_").rstrip("s") + "s"
        is_batch = operation.kind.endswith("s")
        path = PATHS[thing] + ("/batch" if is_batch else "")
        event, reply = self._ask(operation, About("create", thing), Asked("POST", path, body=operation.given))
        if not is_batch:
            return [_with_id(event)]
        results = reply.body["results"] if reply and event.is_done else [None] * len(operation.given["items"])
        return [
            _with_id(_part(event, given, result, thing))
            for given, result in zip(operation.given["items"], results, strict=True)
        ]

    def _change_user(self, operation: Operation) -> list[Event] | None:
        return self._rewrite(operation, "change", "users", operation.given)

    _move_user = _change_user

    def _change_product(self, operation: Operation) -> list[Event] | None:
        return self._rewrite(operation, "change", "products", operation.given)

    def _set_stock(self, operation: Operation) -> list[Event] | None:
        return self._rewrite(operation, "set", "stock", operation.given)

    def _remove(self, operation: Operation) -> list[Event] | None:
        return self._rewrite(operation, "remove", _thing(operation), None)

    def _rewrite(self, operation: Operation, act: str, thing: str, body: Any) -> list[Event] | None:
        known = self._run.known.get(operation.target)
        if known is None:
            return None
        match = _match(operation.match, known.versions.get(thing, 0))
        method = "DELETE" if act == "remove" else "PUT"
        path = f"{PATHS[thing]}/{known.item}"
        event, _ = self._ask(operation, About(act, thing, known.item, match), Asked(method, path, body=body))
        return [event]

    def _adjust(self, operation: Operation) -> list[Event] | None:
        known = self._run.known.get(operation.target)
        if known is None:
            return None
        path = f"/inventory/{known.item}/adjustments"
        about = About("adjust", "stock", known.item)
        return [self._ask(operation, about, Asked("POST", path, body=operation.given))[0]]

    def _read(self, operation: Operation) -> list[Event] | None:
        known = self._run.known.get(operation.target)
        if known is None:
            return None
        thing = _thing(operation)
        asked = Asked("GET", f"{PATHS[thing]}/{known.item}")
        return [self._ask(operation, About("read", thing, known.item), asked)[0]]

    def _read_stocks(self, operation: Operation) -> list[Event] | None:
        known = [each for name in operation.given["targets"] if (each := self._run.known.get(name))]
        if not known:
            return None
        query = "&".join(f"productId={each.item}" for each in known)
        event, reply = self._ask(operation, About("find", "stock"), Asked("GET", "/inventory", query))
        given = {"items": [each.item for each in known]}
        return [replace(event, given=given, met=reply.body["items"] if reply and event.is_done else [])]

    def _find_user(self, operation: Operation) -> list[Event]:
        query = f"email={operation.given['email']}"
        event, reply = self._ask(operation, About("find", "users"), Asked("GET", "/users", query))
        return [replace(event, met=reply.body["items"] if reply and event.is_done else [])]

    def _list_users(self, operation: Operation) -> list[Event]:
        return [self._walk(operation, "users", "/users", operation.given)]

    def _list_products(self, operation: Operation) -> list[Event]:
        return [self._walk(operation, "products", "/products", operation.given)]

    def _list_adjustments(self, operation: Operation) -> list[Event] | None:
        known = self._run.known.get(operation.target)
        if known is None:
            return None
        event = self._walk(operation, "adjustments", f"/inventory/{known.item}/adjustments", {})
        return [replace(event, item=known.item)]

    def _walk(self, operation: Operation, thing: str, path: str, only: Mapping[str, str]) -> Event:
        """All pages of a list; a page that fails is asked for again."""
        chosen = "".join(f"&{name}={value}" for name, value in only.items() if value)
        met, token, begin = list[Any](), "", 0.0
        while True:
            query = f"limit={PAGE}{chosen}" + (f"&nextToken={token}" if token else "")
            event, reply = self._ask(operation, About("walk", thing), Asked("GET", path, query))
            begin = begin or event.begin
            if reply is None or not event.is_done:
                return replace(event, begin=begin, given=dict(only))
            met += reply.body["items"]
            token = reply.body.get("nextToken", "")
            if not token:
                return replace(event, begin=begin, given=dict(only), met=met, shown=None)

    def _replay(self, operation: Operation) -> list[Event] | None:
        """A request that was answered before is sent again, as it was."""
        if not self._told:
            return None
        told = self._told[sum(map(ord, operation.label)) % len(self._told)]
        asked = replace(told.asked, fault=None, clock=operation.clock)
        return [self._again(operation, "replay", told, asked)]

    def _reuse(self, operation: Operation) -> list[Event] | None:
        """Another request comes under the key of one that was answered."""
        if not self._told:
            return None
        told = self._told[sum(map(ord, operation.label)) % len(self._told)]
        asked = replace(told.asked, fault=None, body=_other(told.asked.body, operation.label))
        return [self._again(operation, "reuse", told, asked)]

    def _again(self, operation: Operation, act: str, told: Told, asked: Asked) -> Event:
        begin = time.monotonic()
        reply = self._send_again(asked)
        given = {"first": _compared(told.reply), "again": _compared(reply) if reply else None}
        status, problem = _said(reply)
        outcome = _outcome(reply, has_key=True)
        return Event(
            act, "", operation.client, operation.label, begin, time.monotonic(), outcome, status, problem, given=given
        )

    def _ask(self, operation: Operation, about: About, asked: Asked) -> tuple[Event, Reply | None]:
        headers = {"if-match": f'"{about.match}"'} if about.match is not None else {}
        if operation.has_key:
            headers["idempotency-key"] = operation.label
        asked = replace(asked, headers=headers, fault=operation.fault, clock=operation.clock)
        begin = time.monotonic()
        reply = self._send(asked)
        if (operation.has_key or asked.method == "GET") and _is_open(reply):
            # Whoever can, sends it again until it is answered.
            reply = self._send_again(replace(asked, fault=None))
        end = time.monotonic()
        status, problem = _said(reply)
        outcome = _outcome(reply, operation.has_key)
        is_item = outcome == DONE and about.thing in IDS and isinstance(reply and reply.body, dict)
        shown = reply.body if reply and is_item and IDS[about.thing] in reply.body else None
        event = Event(
            about.act,
            about.thing,
            operation.client,
            operation.label,
            begin,
            end,
            outcome,
            status,
            problem,
            about.item,
            {**operation.given, "target": operation.target} if about.act != "create" else operation.given,
            shown,
            reply.headers.get("etag", "") if reply and shown else "",
            about.match,
            headers.get("idempotency-key", ""),
        )
        if operation.has_key and reply and reply.status < 400:
            self._told.append(Told(replace(asked, fault=None), reply))
        return event, reply

    def _send(self, asked: Asked) -> Reply | None:
        self._sent += 1
        reply: Reply | None = self._way.send(asked)
        return reply

    def _send_again(self, asked: Asked) -> Reply | None:
        reply = None
        for number in range(MOST_SENDINGS):
            reply = self._send(asked)
            if not _is_open(reply):
                break
            time.sleep(PAUSE_SECONDS * 2**number)
        return reply


def _is_open(reply: Reply | None) -> bool:
    """Whether the same request, sent again, may be answered."""
    return (
        reply is None or reply.status in (429, 502, 504) or (reply.status in (409, 503) and _said(reply)[1] in RETRIED)
    )


def _outcome(reply: Reply | None, has_key: bool) -> str:
    """What the client knows now."""
    if reply is None:
        return UNKNOWN
    if reply.status < 400:
        return DONE
    problem = _said(reply)[1]
    if problem == "not-found" and reply.body["detail"].startswith(ADJUSTED):
        return DONE
    if reply.status >= 500:
        # Of what comes from the gateway itself nobody knows whether the function did it.
        is_nothing_done = reply.status == 503 and problem == "service-unavailable" and not has_key
        return REFUSED if is_nothing_done else UNKNOWN
    return UNKNOWN if problem == "still-running" else REFUSED


def _said(reply: Reply | None) -> tuple[int, str]:
    if reply is None:
        return 0, ""
    is_problem = reply.status >= 400 and isinstance(reply.body, dict)
    return reply.status, (reply.body.get("type", "") if is_problem else "").rpartition(":")[2]


def _compared(reply: Reply) -> list[Any]:
    """All of a reply that a replay has to have again."""
    return [reply.status, reply.headers.get("etag"), reply.headers.get("location"), reply.body]


def _with_id(event: Event) -> Event:
    return replace(event, item=event.shown[IDS[event.thing]]) if event.shown else event


def _part(event: Event, given: Any, result: Any, thing: str) -> Event:
    """What became of one item of a batch."""
    own = replace(event, label=given["name"], given=given, shown=None, etag="")
    if result is None:
        return own
    if result["status"] == 201:
        item = result[ITEMS[thing]]
        return replace(own, status=201, shown=item, etag=f'"{item["version"]}"')
    problem = result["problem"]["type"].rpartition(":")[2]
    outcome = UNKNOWN if problem == "outcome-unknown" else REFUSED
    return replace(own, status=result["status"], problem=problem, outcome=outcome)


def _other(body: Any, label: str) -> Any:
    if "items" in body:
        return {"items": body["items"][1:]}
    return {**body, **({"reason": label} if "delta" in body else {"name": label})}


def _thing(operation: Operation) -> str:
    return operation.kind.partition("_")[2].rstrip("s") + ("" if operation.kind.endswith("stock") else "s")


def _match(match: str, version: int) -> int | None:
    if not match or not version:
        return None
    return version if match == "current" else version - 1 or version + 1_000_000
