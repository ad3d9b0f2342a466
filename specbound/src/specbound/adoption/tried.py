"""Tried: what an adopted service's own tests send of themselves, and how they are let in."""

import json
from collections.abc import Mapping, Sequence

from specbound.adoption.requests import SECRET
from specbound.compiled import CompiledContract

REFUSED = "# 400: what the contract lets through, and is no key, or no number that can be kept exactly."
CONTRACT_TESTS = '''"""What the contract says of itself how to test, and so of each operation that is written.

What is in x-unfinished is left out.
"""

import pytest

from specbound.local import embedded
from specbound.proof.referees import judged, try_operation
from specbound.testing.fuzzing import fuzz, operations
from specbound.testing.races import conditional, keyed, overwrites_of, races_of

pytestmark = pytest.mark.in_process

# Who read these operations otherwise when this was written; `specbound referee` says how.
APART: dict[str, tuple[str, ...]] = {}


def test_the_api_does_what_its_contract_says_whatever_it_is_sent(monkeypatch):
    monkeypatch.setenv("API_TOKEN", "local")
    embedded.empty()

    found = fuzz(seed=1, examples=5)

    assert found.failures == []
    assert found.operations == operations()


@pytest.mark.parametrize("operation", judged())
def test_the_compiled_contract_openapi_core_and_connexion_agree(operation):
    known = APART.get(operation, ())

    tried = try_operation(operation, seed=1, bent=10)

    assert [each for each in tried.disagreements if not each.startswith(known)] == []
    assert known or tried.counts["requests"] > 0


@pytest.mark.parametrize("operation", keyed())
def test_a_request_that_comes_twice_at_once_takes_effect_once(operation):
    assert list(races_of(operation)) == []


@pytest.mark.parametrize("operation", conditional())
def test_of_two_who_write_the_version_that_both_have_seen_one_is_done(operation):
    assert list(overwrites_of(operation)) == []
'''


def contract_tests(apart: Mapping[str, Sequence[str]]) -> str:
    """The tests of a contract that these judges read otherwise, by the names of its operations."""
    lines = "".join(f"    {name!r}: {tuple(judges)!r},\n".replace("'", '"') for name, judges in apart.items())
    return CONTRACT_TESTS.replace("]] = {}", f"]] = {{\n{lines}}}") if apart else CONTRACT_TESTS


def fuzzing(text: str, compiled: CompiledContract, checks: Mapping[str, tuple[str, str]]) -> str:
    """The template's schemathesis.toml, with what lets in by each scheme that API Gateway does not check.

    A contract of others may let through what can't be kept, an empty text as a key, or a number of too many digits.
    """
    text = text.replace("expected-statuses", f"{REFUSED}\nexpected-statuses").replace(
        '"401", "403"', '"400", "401", "403"'
    )
    ways = [way for operation in compiled["operations"].values() for way in operation["security"]]
    needs = {need["scheme"]: need for way in ways for need in way}
    for scheme, (variable, _) in checks.items():
        need, known = needs[scheme], f'"${{{variable}}}"'
        if need["kind"] == "http" and need["name"] == "basic":
            told = f'username = "{SECRET}"\npassword = "{SECRET}"'
        else:
            told = f"{'api_key' if need['kind'] == 'key' else 'bearer'} = {known}"
        text += f"\n[auth.openapi.{json.dumps(scheme)}]\n{told}\n"
    return text
