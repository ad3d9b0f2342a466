"""YAML, the contract's source: read as the JSON that it stands for, alike for every tool that reads it."""

import json
import re
from collections.abc import Hashable
from typing import Any

import yaml
from yaml.constructor import ConstructorError

# The parser in C takes a tenth of the time, and would end the process where a document nests without end.
DEEPEST = 200


class _Loader(yaml.CSafeLoader):
    """YAML whose plain words are numbers, booleans or null only where JSON's are; all others are strings.

    PyYAML reads YAML 1.1, in which `no` is false, `010` is eight, `2026-01-31` is a date, and of two members of one
    name the last one wins. The TypeScript tools read YAML 1.2.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # PyYAML's way to say it

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        members: dict[Hashable, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ConstructorError(problem="a name must be a string", problem_mark=key.start_mark)
            if key.value in members:
                raise ConstructorError(problem=f"{key.value} is named twice", problem_mark=key.start_mark)
            members[key.value] = self.construct_object(value, deep=True)
        return members


for _kind, _form, _first in (
    ("bool", "true|false", "tf"),
    ("null", "null|~|", ["n", "~", ""]),
    ("int", "-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^({_form})$"), list(_first))


def parse(text: str) -> Any:
    """The value of a YAML document. Raises ValueError for what is not YAML, is not JSON, or names a member twice."""
    try:
        _refuse_depth(text)
        value = yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
        return json.loads(json.dumps(value, allow_nan=False))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"line {line}: {error.problem}") from error
    except (yaml.YAMLError, TypeError) as error:
        raise ValueError(str(error)) from error


def _refuse_depth(text: str) -> None:
    depth, line = 0, 1
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            line = event.start_mark.line + 1 if event.start_mark else line
            if depth > DEEPEST:
                raise ValueError(f"line {line}: nests deeper than {DEEPEST} levels")
    except yaml.MarkedYAMLError:
        # The slower parser names the place where what is missing should have been, not where the text ends.
        yaml.compose(text)
        raise


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """On which line each part of a YAML document begins, by the steps that lead to it."""
    return _lines(yaml.compose(text, Loader=yaml.CSafeLoader), ())


def _lines(node: yaml.Node | None, place: tuple[str, ...]) -> dict[tuple[str, ...], int]:
    lines = {place: 1} if not place else {}
    steps: list[tuple[yaml.Node, str, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        steps = [(key, key.value, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        steps = [(value, str(index), value) for index, value in enumerate(node.value)]
    for start, step, value in steps:
        lines[(*place, step)] = start.start_mark.line + 1
        lines |= _lines(value, (*place, step))
    return lines
