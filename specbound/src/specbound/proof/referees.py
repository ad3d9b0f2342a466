"""Referees: generated requests and replies, judged by the compiled contract, by openapi-core and by Connexion.

Of each operation there are valid ones, invalid ones, and many that are nearly valid: right ones with one thing bent.
The compiled contract agrees with openapi-core on each of them, whichever way. Connexion does not enforce everything
that a contract says; what it refuses the compiled contract refuses as well. What is known to differ is in
disagreements.toml.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from specbound.problems import Violation
from specbound.proof import bending, connexion_judge, judges
from specbound.proof.disagreements import CONNEXION, CONTRACT, JUDGE, OPENAPI_CORE, Refusal
from specbound.proof.generation import Answered, Sent, operations, replies, requests, wrong_requests

ONLY_GENERATE = settings(
    database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), print_blob=False
)
# With one seed, of each operation: so many that are generated each way, and so many bent ones of each valid one.
GENERATED = 2
BENT = 100
BENT_REPLIES = 25
MOST_SHOWN = 2000
Made = TypeVar("Made")


@dataclass
class Tried:
    """What was tried: `counts` of requests and replies by verdict, `known` disagreements by name, others in words."""

    counts: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def add(self, other: "Tried") -> None:
        self.counts += other.counts
        self.known += other.known
        self.disagreements += other.disagreements


def try_seed(seed: int, bent: int = BENT) -> Tried:
    """What the judges say of the requests and replies of a seed: always the same ones. `bent` is how many nearly right
    requests there are for each right one.
    """
    tried = Tried()
    for name in judged():
        tried.add(try_operation(name, seed, bent))
    tried.disagreements = [f"seed {seed}: {each}" for each in tried.disagreements]
    return tried


def judged() -> list[str]:
    """The operations that are tried: what the engine adds of its own is none of the contract's."""
    return list(operations())


def try_operation(operation_id: str, seed: int, bent: int = BENT) -> Tried:
    """The same of one operation. Each disagreement begins with the judge's name, `openapi-core` or `Connexion`."""
    tried = Tried()
    for sent in requests_of(operation_id, seed, bent):
        judge_request(sent, tried)
    for answered in replies_of(operation_id, seed):
        judge_reply(answered, tried)
    return tried


def requests_of(operation_id: str, seed: int, bent: int = BENT) -> Iterator[Sent]:
    chance = random.Random(f"{seed} {operation_id}")  # noqa: S311  # nothing is kept secret by it
    for sent in generated(requests(operation_id), seed):
        yield sent
        every = list(bending.bent_requests(sent))
        # Mostly one thing is wrong, and now and then two.
        for each in chance.sample(every, min(bent, len(every))):
            yield chance.choice(list(bending.bent_requests(each))) if chance.random() < 0.05 else each
    yield from generated(wrong_requests(operation_id), seed)


def replies_of(operation_id: str, seed: int) -> Iterator[Answered]:
    chance = random.Random(f"{seed} {operation_id}")  # noqa: S311  # as above
    for answered in generated(replies(operation_id), seed):
        yield answered
        bent = list(bending.bent_replies(answered))
        yield from chance.sample(bent, min(BENT_REPLIES, len(bent)))


def generated(strategy: st.SearchStrategy[Made], seed: int) -> list[Made]:
    """Some examples; none of what can't be generated, as wrong requests can't where there is nothing to be wrong."""
    found: list[Made] = []

    @seeded(seed)
    @settings(ONLY_GENERATE, max_examples=GENERATED)
    @given(strategy)
    def collect(each: Made) -> None:
        found.append(each)

    try:
        collect()
    except Exception:  # of several libraries, each with its own
        return found
    return found


def judge_request(sent: Sent, tried: Tried) -> bool:
    """Whether the compiled contract accepts a request. What the judges say of it is counted in `tried`."""
    ours, theirs = judges.violations(sent), judges.objections(sent)
    tried.counts["requests"] += 1
    tried.counts["requests refused" if ours else "requests accepted"] += 1
    if theirs and not ours:
        _differ(tried, sent, [Refusal(OPENAPI_CORE, "request", JUDGE, each, sent) for each in theirs])
    elif ours and not theirs:
        _differ(tried, sent, [_of_violation("request", each, sent) for each in ours])
    other = connexion_judge.objection(sent)
    if other and ours:
        tried.counts["requests refused by Connexion"] += 1
    elif other:
        _differ(tried, sent, [Refusal(CONNEXION, "request", JUDGE, other, sent)])
    return not ours


def judge_reply(answered: Answered, tried: Tried) -> bool | None:
    """Whether the compiled contract promises a reply; None if it is no reply that an operation could give."""
    try:
        value, content = judges.read_reply(answered)
    except ValueError:
        return None
    ours, theirs = judges.breach_of(answered, value), judges.objections_to_reply(answered, content)
    tried.counts["replies"] += 1
    tried.counts["replies refused" if ours else "replies accepted"] += 1
    if theirs and not ours:
        _differ(tried, answered, [Refusal(OPENAPI_CORE, "reply", JUDGE, each, answered) for each in theirs])
    elif ours and not theirs:
        found = [_of_violation("reply", each, answered) for each in judges.violations_of_reply(answered, value)]
        _differ(tried, answered, found or [Refusal(OPENAPI_CORE, "reply", CONTRACT, ours, answered)])
    other = connexion_judge.objection_to_reply(answered, content)
    if other and ours:
        tried.counts["replies refused by Connexion"] += 1
    elif other:
        _differ(tried, answered, [Refusal(CONNEXION, "reply", JUDGE, other)])
    return not ours


def _of_violation(of: str, violation: Violation, sent: Sent | Answered) -> Refusal:
    return Refusal(OPENAPI_CORE, of, CONTRACT, f"{violation.where} {violation.detail}", sent, violation)


def _differ(tried: Tried, what: Sent | Answered, refusals: list[Refusal]) -> None:
    """Count a difference as known where all that is said is, or tell it."""
    names = [each.explained() for each in refusals]
    if all(names):
        tried.known.update({str(each) for each in names})
    else:
        who, letting = refusals[0].judge, "lets through"
        if refusals[0].refused_by == JUDGE:
            letting = "refuses"
        said = "; ".join(each.said for each in refusals)
        tried.disagreements.append(f"{who} {letting} {_shown(str(what))}, and the refusal says: {_shown(said)}")


def _shown(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]} … ({len(text)} characters)"
