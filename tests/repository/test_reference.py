"""The reference names all that there is to know: the public face, the extensions, the artefact and the environment."""

import ast
import re
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

import specbound
from specbound import compiled, problem_shapes, settings
from specbound.compiler import indexes, objectives, routes, tables, telling

ENGINE = Path(specbound.__file__).parent
REFERENCE = (ENGINE.parents[1] / "docs" / "reference.md").read_text(encoding="utf-8")
EXAMPLES = re.findall("```python\n(.*?)```", REFERENCE, re.DOTALL)


def words(file: Path, form: str) -> set[str]:
    """The strings of a form that stand in a module as they are."""
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return {each.value for each in tree if isinstance(each, ast.Constant) and re.fullmatch(form, str(each.value))}


def extensions() -> set[str]:
    """What the compiler knows of OpenAPI's extensions; `docs` writes headers, one of which begins alike."""
    modules = [each for each in (ENGINE / "compiler").glob("*.py") if each.name != "docs.py"]
    return {name for each in modules for name in words(each, "x-(?!amazon)[a-z-]+")}


def members() -> set[str]:
    shapes: list[Any] = [compiled.CompiledContract, compiled.Infrastructure, compiled.Manifest]
    return (
        tables.TABLE
        | indexes.INDEX
        | routes.THROTTLE.keys()
        | set(objectives.OBJECTIVE)
        | telling.MEMBERS
        | problem_shapes.OF_PROBLEM
        | problem_shapes.OF_VIOLATION
        | {name for each in shapes for name in each.__annotations__}
    )


def variables() -> set[str]:
    """The environment's variables that the settings read."""
    return words(Path(settings.__file__), "[A-Z]+(_[A-Z]+)+") | {"TABLE_<NAME>"}


def test_the_whole_face_is_there_and_nothing_else():
    assert all(getattr(specbound, name) for name in specbound.__all__)
    assert set(dir(specbound)) == set(specbound.__all__)
    with pytest.raises(ImportError, match="cannot import name 'Recource'"):
        exec("from specbound import Recource")


@pytest.mark.parametrize("name", specbound.__all__)
def test_a_public_name_is_described_in_the_reference_and_where_it_is_defined(name: str) -> None:
    public = getattr(specbound, name)
    described = (public.__doc__ or "").strip()

    assert re.search(rf"^### .*\b{name}\b", REFERENCE, re.MULTILINE)
    # A union has no docstring of its own.
    assert described.endswith(".") or not isinstance(public, type | FunctionType)
    assert not described.startswith(f"{name}("), "a dataclass without a docstring has its signature for one"


def test_the_extensions_are_those_that_the_compiler_knows() -> None:
    headings = set(re.findall("^### (x-.*)$", REFERENCE, re.MULTILINE))

    assert headings == extensions() > {"x-dynamodb", "x-max-bytes", "x-problem", "x-slo", "x-throttle"}


@pytest.mark.parametrize("name", sorted(members() | tables.ACTIONS | variables()))
def test_every_member_action_and_variable_is_in_the_reference(name: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", REFERENCE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_python_and_takes_from_the_package_what_it_has(example: str) -> None:
    imports = [each for each in ast.walk(ast.parse(example)) if isinstance(each, ast.ImportFrom)]
    taken = {name.name for each in imports if each.module == "specbound" for name in each.names}

    assert taken
    assert taken <= set(specbound.__all__)
