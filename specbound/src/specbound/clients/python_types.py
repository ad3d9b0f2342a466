"""What the methods of the Python client take and return, as the type checker reads it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.enum_property import EnumProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

# A method of this name hides the type from its class.
BUILTINS = re.compile(r"(?<![\w.])(list|dict|set|str|int|bool|float|bytes|tuple|type)(?![\w.])(?!')")


class Types:
    """Types of the contract's schemas: `models` has what is returned, `inputs` the dicts that are taken instead."""

    def __init__(self, names: set[str]) -> None:
        self._names = re.compile(rf"(?<![\w.\"'])({'|'.join(sorted(map(re.escape, names)))})(?!\w)") if names else None
        self._inputs: dict[str, ModelProperty] = {}

    def returned(self, code: str) -> str:
        """The generator's own code for a type, its models found in `models`."""
        return self._names.sub(r"models.\1", code) if self._names else code

    def taken(self, each: Any, inside: str = "inputs.") -> str:  # noqa: PLR0911  a type for each kind of schema
        """The type of an argument: a dict where a model may stand, text where a date or a UUID may."""
        match each:
            case AnyProperty():
                return "Any"
            case ModelProperty():
                name = each.class_info.name
                if not members(each):
                    return f"models.{name} | Mapping[str, Any]"
                self._inputs[name] = each
                return f"models.{name} | {inside}{name}Input"
            case ListProperty():
                return f"Sequence[{self.taken(each.inner_property, inside)}]"
            case EnumProperty():
                values = ", ".join(json.dumps(value, ensure_ascii=False) for value in each.values.values())
                return f"models.{each.class_info.name} | Literal[{values}]"
            case UnionProperty():
                found = dict.fromkeys(part for one in each.inner_properties for part in _parts(self.taken(one, inside)))
                return "Any" if "Any" in found else " | ".join(found)
            case UuidProperty():
                return "UUID | str"
            case DateTimeProperty():
                return "datetime.datetime | str"
            case DateProperty():
                return "datetime.date | str"
            case FloatProperty():
                return "Decimal | float"
        return str(each.get_type_string(no_optional=True).as_unembedded_code())

    def inputs(self) -> str:
        """A TypedDict for each model that is taken somewhere, with the names that JSON has."""
        written: dict[str, str] = {}
        while left := self._inputs.keys() - written.keys():
            for name in sorted(left):
                written[name] = self._input(name, self._inputs[name])
        return "\n".join(written[name] for name in sorted(written))

    def _input(self, name: str, model: ModelProperty) -> str:
        lines = []
        for each in members(model):
            word = "Required" if each.required else "NotRequired"
            member, kind = text(each.name), f"{word}[{self.taken(each, '')}]"
            lines.append(f"    {json.dumps(member, ensure_ascii=False)}: {json.dumps(kind, ensure_ascii=False)},")
        return "\n".join([f'{name}Input = TypedDict("{name}Input", {{', *lines, "})"])


def members(model: ModelProperty) -> list[Any]:
    """The members of an object, the required ones first."""
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def text(untrusted: Any) -> str:
    """A text of the contract as it is."""
    return str(untrusted.get_untrusted_value()) if hasattr(untrusted, "get_untrusted_value") else str(untrusted)


def _parts(union: str) -> Iterator[str]:
    """The types of a union that has no union within brackets cut apart."""
    depth, part = 0, ""
    for each in union.split(" | "):
        part = f"{part} | {each}" if part else each
        depth += each.count("[") - each.count("]")
        if depth == 0:
            yield part
            part = ""
