"""Playing: the model's machine for so many runs of a seed, and what it was answered wrongly."""

import traceback
from collections import Counter

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import Machine

STEPS = 25
# What failed is shrunk, which takes its time; then it is told, not explained.
PHASES = (Phase.generate, Phase.shrink)


def play(number: int, runs: int, steps: int = STEPS) -> tuple[Counter[str], str]:
    """How much of what there was, and the shortest run that was found to fail, with why; "" if none does.

    A seed always plays the same runs.
    """
    played = seed(number)(type("Played", (Machine,), {"met": Counter()}))
    chosen = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    try:
        run_state_machine_as_test(played, settings=chosen)
    except (Exception, ExceptionGroup) as failure:
        return played.met, "".join(traceback.format_exception(failure))
    return played.met, ""
