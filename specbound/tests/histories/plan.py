"""Plan of a history: what each client will do, in which order, and what will go wrong; it follows from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.ministack.faults import ALWAYS, Fault

CLIENTS = 12
# What is there all along: clients change it, and nobody removes it.
USERS, COUNTED, SET = 6, 4, 2
POOL = 12
STOCK = 200
SETUP = -1
CATEGORIES = ("mice", "keyboards", "cables")
# How often each kind of operation comes beside the others.
SHARES = {
    "create_user": 9, "create_users": 2, "change_user": 11, "move_user": 6, "remove_user": 6, "read_user": 8,
    "find_user": 4, "list_users": 1, "create_product": 5, "create_products": 1, "change_product": 8,
    "remove_product": 4, "read_product": 4, "list_products": 1, "adjust": 16, "set_stock": 3, "read_stock": 4,
    "read_stocks": 2, "list_adjustments": 1, "replay": 4, "reuse": 1,
}  # fmt: skip
KEYED = {"create_user", "create_users", "create_product", "create_products", "adjust"}
MATCHED = {"change_user", "move_user", "remove_user", "change_product", "remove_product", "set_stock"}
BATCH = 3
FAULTY, STEPPED = 0.15, 0.05
# Half of what goes wrong is that a call is done and nobody hears of it.
KINDS = (
    "lost_reply", "lost_late", "lost_late", "reset_after", "reset_after", "died", "died_after", "timed_out", "reset",
    "throttled", "throttled_item", "conflict", "conflict", "refused_beside_conflict", "internal", "unprocessed",
)  # fmt: skip
DONE_UNHEARD = {"lost_reply", "lost_late", "reset_after", "died_after"}
ENDS = {"died", "died_after", "lost_late"}
# What writes by one call that is no transaction.
UPDATES = {"change_user", "change_product", "set_stock"}
# Each strikes what it can be an answer to.
ACTIONS = {
    "conflict": "TransactWriteItems",
    "throttled_item": "TransactWriteItems",
    "refused_beside_conflict": "TransactWriteItems",
    "unprocessed": "BatchGetItem",
}
LONGEST_STEP_SECONDS = 600


@dataclass(frozen=True)
class Operation:
    """What one client does once. `label` is its own; `target` is the label of what created the item that it is about.

    `match`: no precondition, "current" for the version the client knows, or "stale" for one that was before.
    """

    client: int
    kind: str
    label: str
    target: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    has_key: bool = False
    match: str = ""
    fault: str | None = None
    clock: float = 0


def plan(seed: str, operations: int, clients: int = CLIENTS) -> list[Operation]:
    """So many operations of all clients together, in the order in which they are begun, behind those that set up."""
    chance = Random(seed)
    made = list(_setup(seed))
    lasting = {each.label for each in made}
    things: dict[str, list[str]] = {"user": [], "product": []}
    for each in made:
        things[each.kind.removeprefix("create_")].append(each.label)
    for number in range(operations):
        client = number % clients
        label = f"h{seed}-{client}-{number}"
        operation = _operation(chance, client, label, things, lasting)
        made.append(operation)
        if operation.kind in ("create_user", "create_product"):
            things[operation.kind.removeprefix("create_")].append(label)
    return made


def address(seed: str, number: int) -> str:
    """One of the addresses that many want."""
    return f"pool{number}.{seed}@example.com"


def seed_of(label: str) -> str:
    return label.partition("-")[0].removeprefix("h")


def _setup(seed: str) -> Iterator[Operation]:
    for number in range(USERS):
        label = f"h{seed}-user{number}"
        yield Operation(SETUP, "create_user", label, given={"name": label, "email": f"{label}@example.com"})
    for number in range(COUNTED + SET):
        label = f"h{seed}-{'counted' if number < COUNTED else 'set'}{number}"
        yield Operation(SETUP, "create_product", label, given=_product(label, number, STOCK))


def _operation(chance: Random, client: int, label: str, things: dict[str, list[str]], lasting: set[str]) -> Operation:
    kind = chance.choices(list(SHARES), list(SHARES.values()))[0]
    given = {"targets": chance.sample(things["product"], 3)} if kind == "read_stocks" else _given(chance, kind, label)
    is_unsure = chance.random() < FAULTY and not kind.startswith("list_")
    return Operation(
        client,
        kind,
        label,
        _target_of(chance, kind, things, lasting),
        given,
        has_key=kind in KEYED and chance.random() < 0.5,
        match=chance.choice(["", "", "current", "current", "stale"]) if kind in MATCHED else "",
        fault=_fault(chance, kind) if is_unsure else None,
        clock=chance.uniform(-LONGEST_STEP_SECONDS, LONGEST_STEP_SECONDS) if chance.random() < STEPPED else 0,
    )


def _given(chance: Random, kind: str, label: str) -> dict[str, Any]:
    """What the request says."""
    given: dict[str, Any] = {}
    match kind:
        case "create_users" | "create_products":
            given = {"items": [_given(chance, kind[:-1], f"{label}-{each}") for each in range(BATCH)]}
        case "create_user":
            given = _user(chance, label)
        case "create_product":
            given = _product(label, chance.randrange(99), chance.randrange(50))
        case "change_user":
            state = {"status": chance.choice(["active", "inactive"])} if chance.random() < 0.3 else {}
            given = {"name": label} | state
        case "move_user":
            given = {"name": label, "email": _user(chance, label)["email"]}
        case "find_user":
            given = {"email": address(seed_of(label), chance.randrange(POOL))}
        case "change_product":
            given = {"name": label, "price": chance.randrange(1, 99_999) / 100}
        case "adjust":
            given = {"delta": chance.choice([-3, -2, -1, -1, 1, 2]), "reason": label}
        case "set_stock":
            given = {"quantity": chance.randrange(STOCK)}
        case "list_users":
            given = {"status": chance.choice(["", "active", "inactive"])}
        case "list_products":
            given = {"category": chance.choice(["", *CATEGORIES])}
    return given


def _target_of(chance: Random, kind: str, things: dict[str, list[str]], lasting: set[str]) -> str:
    """The label of what created that which an operation is about; "" if it is about none."""
    verb, _, noun = kind.partition("_")
    if verb == "remove":
        return _target(chance, [each for each in things[noun][-40:] if each not in lasting])
    if kind == "set_stock":
        return chance.choice([each for each in things["product"] if "-set" in each])
    if kind in ("adjust", "read_stock", "list_adjustments"):
        return _target(chance, things["product"])
    return _target(chance, things[noun]) if verb in ("change", "move", "read") and noun in things else ""


def _target(chance: Random, labels: list[str]) -> str:
    """One of what is wanted by all, or else of what was made lately; "" if there is none."""
    if not labels:
        return ""
    return chance.choice(labels[: USERS if chance.random() < 0.6 else None][-60:])


def _user(chance: Random, label: str) -> dict[str, Any]:
    wanted = address(seed_of(label), chance.randrange(POOL)) if chance.random() < 0.5 else f"{label}@example.com"
    return {"name": label, "email": wanted.upper() if chance.random() < 0.2 else wanted}


def _product(label: str, number: int, stock: int) -> dict[str, Any]:
    category = CATEGORIES[number % len(CATEGORIES)]
    return {"name": label, "price": 1 + number, "category": category, "initialQuantity": stock}


def _fault(chance: Random, kind: str) -> str:
    """What goes wrong with an operation of a kind: mostly with what it writes, sometimes with any of its calls."""
    fault = chance.choice(KINDS)
    action = ACTIONS.get(fault, "")
    if fault in DONE_UNHEARD and chance.random() < 0.7:
        action = "UpdateItem" if kind in UPDATES else "TransactWriteItems"
    times = 1 if fault in ENDS else chance.choice([1, 1, 1, 1, 2, ALWAYS])
    first = 1 if action else chance.choice([1, 1, 2, 3])
    return Fault(fault, times, first, action).header()["x-fault"]
