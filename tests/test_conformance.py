"""What nobody thought of: schemathesis, in process, with all checks and all phases of schemathesis.toml."""

import os

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from specbound.compiler.document import ROOT, declarations, load
from specbound.local import embedded
from tests.service import app

pytestmark = pytest.mark.slow

PHASES = {"examples", "coverage", "fuzzing", "stateful"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_api_does_what_its_contract_says_whatever_it_is_sent(seed):
    embedded.empty()

    cases, failures, phases, operations = explore(seed, examples=40)

    assert failures == []
    assert phases >= PHASES
    assert operations == {f"{each.method} {each.path}" for each in declarations(load())}
    assert cases > 1000


def explore(seed, examples):
    """Run schemathesis once. Returns how many requests it sent, what failed, and which phases and operations ran."""
    os.environ["API_TOKEN"] = "local"
    config = SchemathesisConfig.from_path(ROOT / "schemathesis.toml")
    config.update(seed=seed, max_failures=None)
    config.projects.override.generation.update(max_examples=examples)
    schema = schemathesis.openapi.from_dict(load(), config=config)
    schema.app = app
    cases, failures, phases, operations = 0, [], set(), set()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            cases += len(event.recorder.interactions)
            operations |= {case.value.operation.label for case in event.recorder.cases.values()}
            failures += [
                f"{check.name}: {check.failure_info.failure}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.status == Status.FAILURE
            ]
        elif isinstance(event, events.PhaseFinished) and event.status != Status.SKIP:
            phases.add(event.phase.name.value)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            failures.append(str(event))
    return cases, failures, phases, operations
