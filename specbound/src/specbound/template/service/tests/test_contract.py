"""What the contract says of itself how to test: nothing here names an operation, so it holds for each that is added."""

import pytest

from specbound.local import embedded
from specbound.proof.referees import try_seed
from specbound.testing.fuzzing import fuzz, operations
from specbound.testing.races import conditional, keyed, overwrites_of, races_of

pytestmark = pytest.mark.in_process


def test_the_api_does_what_its_contract_says_whatever_it_is_sent(monkeypatch):
    monkeypatch.setenv("API_TOKEN", "local")
    embedded.empty()

    found = fuzz(seed=1, examples=5)

    assert found.failures == []
    assert found.operations == operations()


def test_the_compiled_contract_openapi_core_and_connexion_agree():
    tried = try_seed(1, bent=20)

    assert tried.disagreements == []
    assert tried.counts["requests"] > 0


@pytest.mark.parametrize("operation", keyed())
def test_a_request_that_comes_twice_at_once_takes_effect_once(operation):
    assert list(races_of(operation)) == []


@pytest.mark.parametrize("operation", conditional())
def test_of_two_who_write_the_version_that_both_have_seen_one_is_done(operation):
    assert list(overwrites_of(operation)) == []
