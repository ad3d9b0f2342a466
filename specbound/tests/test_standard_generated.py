"""Standard operations under generated requests: whatever a contract lets through is answered, and nothing is a 500."""

import logging
from pathlib import Path

import pytest
from plain import Plain

from specbound.compiler.compilation import compile_to
from specbound.compiler.document import declarations, load
from specbound.local.gateway import Context
from specbound.survey.trial import Result, Trial

pytestmark = pytest.mark.slow
CONTRACTS = ("shelf.yaml", "keyed.yaml")


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", CONTRACTS)
def test_what_is_let_through_is_served(name: str, tmp_path: Path) -> None:
    contract = Path(__file__).parent / "contracts" / name
    compile_to(tmp_path, contract)
    document = load(contract)
    trial = Trial(document, tmp_path, Result(name))
    service = Plain(document)
    statuses: dict[str, set[int]] = {}

    for each in declarations(document):
        for sent in trial.accepted(each, 60):
            event = sent.event()
            event["rawPath"] = event["requestContext"]["http"]["path"] = each.base + event["rawPath"]
            status = service.api(event, Context())["statusCode"]
            statuses.setdefault(each.operation_id, set()).add(status)
            assert status < 500, (each.place, sent)

    assert all(found & {200, 201, 404} for found in statuses.values()), statuses
    assert any(201 in found for found in statuses.values())
