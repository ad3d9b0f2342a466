"""What nobody thought of: schemathesis, with all checks."""

import pytest

from specbound.local import embedded
from specbound.testing.fuzzing import fuzz, operations


@pytest.mark.in_process
def test_the_api_does_what_its_contract_says_whatever_it_is_sent(monkeypatch):
    monkeypatch.setenv("API_TOKEN", "local")
    embedded.empty()

    found = fuzz(seed=1, examples=15)

    assert found.failures == []
    assert found.operations == operations()
    assert found.phases >= {"examples", "coverage", "fuzzing"}
