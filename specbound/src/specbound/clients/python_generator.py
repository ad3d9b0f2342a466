"""The generator of the Python client, told of exact numbers, of bodies that are no JSON, and of resources."""

import json
from itertools import count
from pathlib import Path

import openapi_python_client
from openapi_python_client import Project
from openapi_python_client.cli import app
from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData, bodies, responses
from openapi_python_client.parser.properties import Class, EnumProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.strings import get_content_type, in_double_quote_literal, snake_case

from specbound.clients.python_resources import Resources

PLAN = "plan.json"
BYTES = "application/octet-stream"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
source_of = responses._source_by_content_type


def body_type(content_type: str, config: Config) -> str:
    """The media type of a body as the generator knows it: what is neither JSON nor a form is bytes."""
    found = get_content_type(content_type, config) or BYTES
    return found if found in FORMS or found == "application/json" or found.endswith("+json") else BYTES


def reply_source(content_type: str, config: Config) -> responses._ResponseSource:
    """Where what a reply holds is found: what is neither JSON nor text is bytes."""
    return source_of(content_type, config) or responses.BYTES_SOURCE


def enum_values(values: list[str] | list[int], class_info: Class, var_names: list[str]) -> dict[str, str | int]:
    """The values of an enum by names: each once, and what is written as another but for its case or signs numbered."""
    said = dict(zip(values, var_names, strict=True)) if len(var_names) == len(values) else {}
    names: dict[str | int, str] = {}
    for place, value in enumerate[str | int](values):
        if value not in names:
            name = snake_case(said.get(value, _enum_name(value, place))).upper()
            taken = set(names.values())
            others = (f"{name}_{number}" for number in count(2))
            names[value] = name if name not in taken else next(each for each in others if each not in taken)
    return {name: value if isinstance(value, int) else in_double_quote_literal(value) for value, name in names.items()}


def _enum_name(value: str | int, place: int) -> str:
    if isinstance(value, int):
        return f"VALUE_NEGATIVE_{-value}" if value < 0 else f"VALUE_{value}"
    return value.upper() if value[:1].isalpha() else f"VALUE_{place}"


class ResourcefulProject(Project):
    """A package with resources: what they are called is in a file among the templates."""

    def __init__(self, *, openapi: GeneratorData, config: Config, custom_template_path: Path | None = None) -> None:
        super().__init__(openapi=openapi, config=config, custom_template_path=custom_template_path)
        plan = json.loads(((custom_template_path or Path()) / PLAN).read_text(encoding="utf-8"))
        self.resources = Resources(plan, openapi, config)
        self.env.globals.update(plan=plan, resources=self.resources)

    def _build_api(self) -> None:
        super()._build_api()
        for name, text in self.resources.modules().items():
            (self.package_dir / name).write_text(text, encoding=self.config.file_encoding)


if __name__ == "__main__":
    # It has a setting for a class's name, and none for a number's type.
    FloatProperty._type_string = "Decimal"
    vars(bodies)[get_content_type.__name__] = body_type
    responses._source_by_content_type = reply_source
    EnumProperty.values_from_list = staticmethod(enum_values)  # type: ignore[method-assign]
    openapi_python_client.Project = ResourcefulProject  # type: ignore[misc]
    app()
