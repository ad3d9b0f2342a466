"""Steps of the API on the way of one request, watched as they are taken: what each was given, and what came of it.

Python tells its profiler of each call and return (sys.setprofile): it is the run itself that is seen, and the API does
nothing for it. Only for a request that is to be explained, and in this thread.
"""

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

from specbound.api import Api
from specbound.contract import Operation
from specbound.http import access, reading
from specbound.problems import GatewayProblem, Problem
from specbound.resources import versions

FUNCTION = "function"
# What is watched, by what the step is called.
STEPS: Mapping[str, Callable[..., Any]] = {
    "find": Api.find,
    "admit": access.admit,
    "preconditions": versions.refuse_undeclared,
    "parameters": reading.read_parameters,
    "body": reading.read_body,
    "accept": reading.negotiated,
    "check_reply": Operation.check_reply,
    "tell": Operation.response,
    "problem": Problem.response,
    "gateway_problem": GatewayProblem.response,
}


@dataclass
class Step:
    """One step: its arguments by their names, and what it returned. `error` is what it raised, or let through."""

    name: str
    arguments: Mapping[str, Any]
    result: Any = None
    error: BaseException | None = None


@contextmanager
def watched(api: Api) -> Iterator[list[Step]]:
    """Yields the steps that the API takes meanwhile, in the order in which they begin."""
    codes = {_code(each): name for name, each in STEPS.items()}
    codes |= {_code(each): FUNCTION for each in api.operations.values()}
    taken: list[Step] = []
    frames: dict[FrameType, Step] = {}

    def watch(frame: FrameType, event: str, result: Any) -> None:
        name = codes.get(frame.f_code)
        if name is None:
            return
        if event == "call":
            given = frame.f_code.co_varnames[: frame.f_code.co_argcount + frame.f_code.co_kwonlyargcount]
            frames[frame] = Step(name, {each: frame.f_locals[each] for each in given})
            taken.append(frames[frame])
            # A problem is told where it is handled.
            error = sys.exc_info()[1]
            for passed, _ in traceback.walk_tb(error.__traceback__ if error else None):
                if passed in frames:
                    frames[passed].error = error
        elif event == "return" and frame in frames:
            frames[frame].result = result

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield taken
    finally:
        sys.setprofile(before)


def _code(function: Callable[..., Any]) -> CodeType:
    """Of a function, a method, or an object that is called as one."""
    of: Any = getattr(function, "__func__", function)
    code: CodeType = of.__code__ if hasattr(of, "__code__") else type(of).__call__.__code__
    return code
