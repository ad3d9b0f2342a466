"""What nobody thought of: schemathesis, with all checks."""

import pytest
from tests.people import key

from specbound.testing.fuzzing import fuzz, operations


@pytest.mark.in_process
def test_the_api_does_what_its_contract_says_whatever_it_is_sent(client, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "local")
    monkeypatch.setenv("STAFF_KEY", key(client, "staff"))

    found = fuzz(seed=1, examples=15)

    assert found.failures == []
    assert found.operations == operations()
    assert found.phases >= {"examples", "coverage", "fuzzing"}
