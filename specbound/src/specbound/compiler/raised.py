"""Problems that operations raise: those that the contract does not declare, as far as the source tells.

Of a function, and of those of its module that it calls by name, each `raise` of a Problem's class is looked at, but for
what it catches itself. What else is raised (by a resource's rules, by another module) is left to the tests.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from specbound.api import Api
from specbound.compiled import nearest
from specbound.compiler.document import Document, declarations
from specbound.compiler.problem_types import TYPES, problem_types
from specbound.problems import Problem, kind_of


def unnamed(api: Api, document: Document) -> list[str]:
    """A line for each problem of the service's own that an operation raises, and its `x-problems` does not have."""
    found = []
    for each in declarations(document):
        function = api.operations.get(each.operation_id)
        if function is None or TYPES not in each.definition:
            continue
        for problem in dict.fromkeys(_raised(inspect.unwrap(function), set())):
            kind = kind_of(problem)
            if problem.__module__ != Problem.__module__ and kind not in problem_types(each):
                place = api.contract.places[each.operation_id]
                found.append(
                    f"{place}: {each.operation_id} raises {problem.__name__}: say {kind}: {int(problem.status)}"
                    f" in its {TYPES}."
                )
    return found


def undeclared(api: Api) -> list[str]:
    """A line for each status that an operation raises and its replies do not have."""
    found = []
    for name, function in api.operations.items():
        operation = api.contract.operations[name]
        replies = {*map(str, operation.replies), *operation.other_replies}
        for problem in dict.fromkeys(_raised(inspect.unwrap(function), set())):
            status = str(int(problem.status))
            if nearest(replies, status) is None:
                place = api.contract.places[name]
                found.append(
                    f"{place}: {name} raises {problem.__name__}, which is answered with {status}: declare that status."
                )
    return found


def _raised(function: Any, seen: set[Any]) -> Iterator[type[Problem]]:
    """The classes of problems that a function raises, or one of its module that it calls."""
    function = getattr(function, "__func__", function)
    if not isinstance(function, FunctionType) or function in seen:
        return
    seen.add(function)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return
    names = function.__globals__
    for node in _reached(tree):
        if isinstance(node, ast.Raise):
            raised = _meant(node.exc.func if isinstance(node.exc, ast.Call) else node.exc, names)
            if isinstance(raised, type) and issubclass(raised, Problem) and hasattr(raised, "status"):
                yield raised
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called = names.get(node.func.id)
            if getattr(called, "__module__", None) == function.__module__:
                yield from _raised(called, seen)


def _reached(node: ast.AST) -> Iterator[ast.AST]:
    """A function's parts, without those whose exceptions it may catch."""
    yield node
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, ast.Try) and node.handlers:
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                yield from _reached(each)


def _meant(node: ast.AST | None, names: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(_meant(node.value, names), node.attr, None)
    return None
