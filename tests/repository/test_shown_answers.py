"""What pages show as the answer of a command has the form that the answer has, whose numbers and keys vary."""

import json
import re
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from specbound.compiler.document import load
from specbound.local.background import served
from specbound.operating.check_data import FIT, MISFIT, judge
from specbound.store.values import encode
from tests.repository.project import ENGINE
from tests.repository.snippets import ANSWERS, snippets

MOCKED = ENGINE / "tests" / "contracts" / "mocked.yaml"


def shown(begins: str) -> str:
    [found] = [each.text for each in snippets(ANSWERS) if each.text.startswith(begins)]
    return found


def test_a_drift_is_told_as_the_page_shows_it(tmp_path: Path) -> None:
    contract = load(MOCKED)
    order = contract["components"]["schemas"]["Order"]["properties"]
    example = contract["components"]["responses"]["Order"]["content"]["application/json"]["example"]
    for name, least in (("kept", 1), ("drifting", 0)):
        pieces = {"type": "integer", "minimum": least}
        order["lines"] = {"type": "array", "items": {"type": "object", "properties": {"pieces": pieces}}}
        example["lines"] = [{"pieces": least}]
        (tmp_path / f"{name}.yaml").write_text(json.dumps(contract), encoding="utf-8")
    log = tmp_path / "proxy.log"

    with (
        served(tmp_path / "mock.log", str(tmp_path / "drifting.yaml"), "--stateless", command="mock") as server,
        served(log, server, str(tmp_path / "kept.yaml"), command="proxy") as proxy,
    ):
        answer = httpx.get(f"{proxy}/v1/orders/7", headers={"authorization": "Bearer local"})

    assert answer.status_code == 200, answer.text
    assert shown("drift: ").strip() in log.read_text(encoding="utf-8")


def test_what_does_not_fit_is_told_as_the_page_shows_it() -> None:
    service = pytest.importorskip("tests.service", reason="This page is of another service.")
    table = service.contract.tables.users
    time = "2026-01-31T09:30:00.000000Z"
    user = {"userId": str(UUID(int=1)), "email": "ada@example.com", "status": "active", "version": 1}
    user |= {"createdAt": time, "updatedAt": time}
    heading, *counts, sample = shown("users (").splitlines()

    told = [judge(table, encode(each)) for each in (user | {"name": "Ada", "email": "ada"}, user)]

    assert re.fullmatch(rf"users \(catalogue-api-users\): [\d,]+ {FIT.words}, 50 {MISFIT}", heading)
    assert [re.sub(r"^ +\d+  ", "", each) for each in counts] == [reason for each in told for reason in each.reasons]
    assert sample.strip().endswith(", …; all of them are in build/check-data/catalogue-api-users.jsonl")
