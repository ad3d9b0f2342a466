"""What nobody thought of: schemathesis, in process, with all checks and all phases of schemathesis.toml."""

import pytest

from specbound.local import embedded
from specbound.testing.fuzzing import fuzz, operations

pytestmark = pytest.mark.slow

PHASES = {"examples", "coverage", "fuzzing", "stateful"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_api_does_what_its_contract_says_whatever_it_is_sent(seed, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "local")
    embedded.empty()

    found = fuzz(seed, examples=40)

    assert found.failures == []
    assert found.phases >= PHASES
    assert found.operations == operations()
    assert found.cases > 1000
