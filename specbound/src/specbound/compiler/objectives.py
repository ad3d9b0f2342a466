"""Objectives, `x-slo`: how fast and how reliable an operation is to be. The deployment's alarms are made of them."""

from typing import Any

from specbound.compiled import Objective
from specbound.compiler.document import Document, Refused

OBJECTIVE = ("p99_ms", "fault_share")
# API Gateway gives up after 30 seconds, and the function before.
SLOWEST_MS = 29_000
EXAMPLE = "{ p99_ms: 500, fault_share: 0.001 }"


def check_objective(holder: Document, place: str) -> None:
    """Raise Refused for an `x-slo`, of an operation or of the document, that no alarm could be made of."""
    said = holder.get("x-slo", {})
    wanted = f"{place}: x-slo takes p99_ms and fault_share, as in {EXAMPLE}"
    if not isinstance(said, dict) or not said.keys() <= set(OBJECTIVE):
        raise Refused(f"{wanted}, and nothing else; {{}} for no objective.")
    if "p99_ms" in said and not (type(said["p99_ms"]) is int and 1 <= said["p99_ms"] <= SLOWEST_MS):
        raise Refused(f"{wanted}; p99_ms is a whole number of milliseconds from 1 to {SLOWEST_MS}.")
    if "fault_share" in said and not _is_share(said["fault_share"]):
        raise Refused(f"{wanted}; fault_share is a number from 0 on and below 1.")


def objective(document: Document, operation: Document) -> Objective:
    """An operation's own, in whole, or else the document's. What neither says is None."""
    said: Document = operation["x-slo"] if "x-slo" in operation else document.get("x-slo", {})
    return {"p99_ms": said.get("p99_ms"), "fault_share": said.get("fault_share")}


def _is_share(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value < 1
