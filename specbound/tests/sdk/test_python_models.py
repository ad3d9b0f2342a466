"""The Python client's models, from a contract that has a number, a null and an enum in every place."""

import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specbound.clients import python_client
from tests.sdk.conftest import environment

pytestmark = pytest.mark.slow

NUMBER, LEVEL = {"type": "number"}, {"type": "integer", "enum": [1, 2]}
PROPERTIES = {
    "required": NUMBER,
    "optional": NUMBER,
    "preset": {"type": "number", "default": 1.5},
    "nullable": {**NUMBER, "nullable": True},
    "nullableRequired": {**NUMBER, "nullable": True},
    "list": {"type": "array", "items": NUMBER},
    "listRequired": {"type": "array", "items": NUMBER},
    "either": {"oneOf": [NUMBER, {"type": "string"}]},
    "level": LEVEL,
    "order": {"type": "string", "enum": ["asc", "ASC", "a-b", "a b", "-a", "asc"]},
    "levels": {"type": "array", "items": {"$ref": "#/components/schemas/Level"}},
    "when": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "id": {"type": "string", "format": "uuid"},
    "flag": {"type": "boolean"},
    "anything": {},
    "part": {"$ref": "#/components/schemas/Part"},
    "fault": {"$ref": "#/components/schemas/Error"},
    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
}
REQUIRED = ["required", "nullableRequired", "listRequired"]
CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "Numbers", "version": "1.0.0"},
    "paths": {
        "/things": {
            "post": {
                "operationId": "create_thing",
                "tags": ["things"],
                "parameters": [{"name": "above", "in": "query", "schema": NUMBER}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                },
                "responses": {
                    "201": {
                        "description": "Made.",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Thing": {"type": "object", "additionalProperties": False, "required": REQUIRED, "properties": PROPERTIES},
            "Level": LEVEL,
            # Its member is called as it is itself.
            "Error": {"type": "object", "properties": {"error": {"type": "object", "properties": {"code": LEVEL}}}},
            "Left": {"type": "object", "title": "Side", "properties": {"left": NUMBER}},
            "Right": {"type": "object", "title": "Side", "properties": {"right": NUMBER}},
            "Part": {"type": "object", "required": ["weight"], "properties": {"weight": NUMBER}},
        }
    },
}
LONG = "0.12345678901234567890"
SCRIPT = """
import json, sys
from numbers_client.decimals import Written, json_text
from numbers_client.models import Thing
thing = Thing.from_dict(json.loads(sys.argv[1], parse_float=Written))
print(json_text(thing.to_dict()))
print(repr(thing))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return python_client.build(CONTRACT, tmp_path_factory.mktemp("numbers"))


@pytest.fixture(scope="module")
def interpreter(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("numbers_environment"), wheel)


def read_and_written(interpreter: Path, text: str) -> str:
    """What a model writes that was read from this text."""
    done = subprocess.run([interpreter, "-c", SCRIPT, text], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[0]


def test_such_models_pass_the_strict_checker(wheel: Path) -> None:
    package = next(wheel.parent.glob("python/*/client.py")).parent

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", package],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_every_digit_is_kept_wherever_a_number_stands(interpreter: Path) -> None:
    members = dict.fromkeys(("required", "optional", "preset", "nullable", "nullableRequired", "either"), LONG)
    text = ",".join(f'"{name}":{number}' for name, number in members.items())
    text += f',"list":[{LONG},1],"listRequired":[{LONG}],"part":{{"weight":{LONG}}},"parts":[{{"weight":{LONG}}}]'

    written = read_and_written(interpreter, f"{{{text}}}")

    found, expected = (json.loads(each, parse_float=str) for each in (written, f"{{{text}}}"))
    assert found == expected


@pytest.mark.parametrize("name", PROPERTIES.keys() - set(REQUIRED) - {"anything"})
def test_a_null_is_read_as_absent_unless_it_was_promised(interpreter: Path, name: str) -> None:
    least = {"required": 1, "nullableRequired": None, "listRequired": []}

    written = json.loads(read_and_written(interpreter, json.dumps({**least, "preset": 2, name: None})))

    kept = {"nullable": None} if name == "nullable" else {}
    assert written == {**least, **({} if name == "preset" else {"preset": 2}), **kept}


def test_each_value_of_an_enum_has_a_name_of_its_own(interpreter: Path) -> None:
    script = "from numbers_client.models import ThingOrder\nprint([[each.name, each.value] for each in ThingOrder])"

    done = subprocess.run([interpreter, "-c", script], capture_output=True, text=True, check=False)

    expected = [["ASC", "asc"], ["ASC_2", "ASC"], ["A_B", "a-b"], ["A_B_2", "a b"], ["VALUE_4", "-a"]]
    assert done.stdout == f"{expected}\n", done.stderr


def test_what_shares_a_title_is_called_by_its_name(interpreter: Path) -> None:
    script = "from numbers_client.models import Left, Right\nprint(Left(left=1).left, Right(right=2).right)"

    done = subprocess.run([interpreter, "-c", script], capture_output=True, text=True, check=False)

    assert done.stdout == "1 2\n", done.stderr


def test_a_new_value_of_an_integer_enum_is_kept(interpreter: Path) -> None:
    text = '{"required":1,"nullableRequired":null,"listRequired":[],"preset":1,"level":7,"levels":[1,9]}'

    assert json.loads(read_and_written(interpreter, text)) == json.loads(text)


@pytest.fixture(scope="module")
def decimals(wheel: Path) -> Iterator[ModuleType]:
    """The client's own module of numbers."""
    folder = str(wheel.parent / "python")
    sys.path.insert(0, folder)
    yield import_module("numbers_client.decimals")
    sys.path.remove(folder)


@given(
    number=st.decimals(allow_nan=False, allow_infinity=False)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
)
def test_any_number_is_written_as_the_one_that_it_is(decimals: ModuleType, number: Decimal | float) -> None:
    text = decimals.json_text({"number": [decimals.written(number), number]})

    exactly = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal) == {"number": [exactly, exactly]}
    assert decimals.exact(json.loads(text, parse_float=decimals.Written)["number"][0]) == exactly
    assert decimals.exact(number) == number
    assert (decimals.exact(number) != number) is False


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
    )
)
def test_what_holds_no_number_is_written_as_json_always_is(decimals: ModuleType, value: object) -> None:
    assert json.loads(decimals.json_text(value)) == value
