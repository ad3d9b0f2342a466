"""Fuzzing: schemathesis in this process, with all of its checks, as the service's schemathesis.toml says.

What it asks of are the operations as they are published, in front of the embedded database. Credentials stand in
schemathesis.toml as headers, and may come from the environment: `Authorization = "Bearer ${API_TOKEN}"`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from specbound.compiled import read, read_document
from specbound.compiler.document import ROOT, declarations
from specbound.testing.callers import app

# Of a reply's body, in bytes.
MOST_SHOWN = 1000
# A method that there is not is refused before anybody is asked who they are.
LOCKED = (401, 403, 405)
CONFIGURATION = ROOT / "schemathesis.toml"


@dataclass
class Fuzzed:
    """How many requests were sent, what failed, and which phases and operations (`GET /users`) had their turn.

    `let_in` are the operations that answered anything but 401, 403 and 405.
    """

    cases: int = 0
    failures: list[str] = field(default_factory=list)
    phases: set[str] = field(default_factory=set)
    operations: set[str] = field(default_factory=set)
    let_in: set[str] = field(default_factory=set)


def operations() -> set[str]:
    """All that are written: who asks for another is told that it is not."""
    return _labels() - unwritten()


def unwritten() -> set[str]:
    """Those of `x-unfinished`."""
    unfinished = read().get("unfinished", [])
    return {f"{each.method} {each.path}" for each in declarations(read_document()) if each.operation_id in unfinished}


def _labels() -> set[str]:
    return {f"{each.method} {each.path}" for each in declarations(read_document())}


def fuzz(seed: int, examples: int, configuration: Path = CONFIGURATION) -> Fuzzed:
    """Run schemathesis once, with so many examples of each operation; the same seed sends the same requests."""
    config = SchemathesisConfig.from_path(configuration)
    config.update(seed=seed, max_failures=None)
    config.projects.override.generation.update(max_examples=examples)
    schema = schemathesis.openapi.from_dict(read_document(), config=config)
    schema.app = app()
    asked = schema.exclude(name=sorted(unwritten())) if unwritten() else schema
    found = Fuzzed()
    for event in from_schema(asked).execute():
        if isinstance(event, events.ScenarioFinished):
            found.cases += len(event.recorder.interactions)
            found.operations |= {case.value.operation.label for case in event.recorder.cases.values()}
            found.let_in |= _let_in(event.recorder)
            found.failures += _failures(event.recorder)
        elif isinstance(event, events.PhaseFinished) and event.status != Status.SKIP:
            found.phases.add(event.phase.name.value)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.failures.append(str(event))
    return found


def _let_in(recorder: ScenarioRecorder) -> set[str]:
    return {
        recorder.cases[case_id].value.operation.label
        for case_id, each in recorder.interactions.items()
        if each.response is not None and each.response.status_code not in LOCKED
    }


def _failures(recorder: ScenarioRecorder) -> Iterator[str]:
    """What failed: the check, how to send the request again, and what it was answered."""
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.status == Status.FAILURE and check.failure_info:
                interaction = recorder.interactions.get(case_id)
                reply = interaction.response if interaction else None
                answer = f"{reply.status_code} {reply.text[:MOST_SHOWN]}" if reply else "no reply"
                yield (
                    f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}\n"
                    f"answered with {answer}"
                )
