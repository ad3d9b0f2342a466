"""The generator's template of a model, with what this client adds: exact numbers, and null where a member is absent."""

from pathlib import Path

import openapi_python_client

OWN = Path(openapi_python_client.__file__).parent / "templates" / "model.py.jinja"
IMPORTS = """from decimal import Decimal
from ..absence import given
from ..decimals import exact, exact_if_set, exact_or_none, written
"""
# A number may be given as a float: it becomes the Decimal that it is written as.
DECLARE = """{% set converters = {
    "Decimal": "exact",
    "Decimal | Unset": "exact_if_set",
    "Decimal | None": "exact_or_none",
    "None | Decimal": "exact_or_none",
    "Decimal | None | Unset": "exact_or_none",
    "None | Decimal | Unset": "exact_or_none",
} %}
{% macro declare(property) %}
{% set type = property.get_type_string() | as_unembedded_code %}
{% if type in converters %}
{% set given_default = property.default is not none %}
{% set default = "exact(" + (property.default.python_code | as_unembedded_code) + ")" if given_default else "" %}
{% set default = default or ("UNSET" if not property.required else "") %}
{% set argument = "default=" + default + ", " if default else "" %}
{{ property.python_name }}: {{ type }} = _attrs_field({{ argument }}converter={{ converters[type] }})
{%- else -%}
{{ declare_property(property) }}
{%- endif -%}
{% endmacro %}

"""
ABSENT = """
        {% set types = (property.get_type_string() | as_unembedded_code).split(" | ") %}
        {% if "None" not in types and "Any" not in types %}
            {% set property_source = "given(" + property_source + ")" %}
        {% endif %}"""


def model_template() -> str:
    """The template. Raises ValueError if the generator's own has changed where something is to be added."""
    text = OWN.read_text(encoding="utf-8")
    text = _replace(text, "from ..types import UNSET, Unset\n", IMPORTS + "from ..types import UNSET, Unset\n", 1)
    text = _replace(text, "@_attrs_define\n", DECLARE + "@_attrs_define\n", 1)
    text = _replace(text, "{{ declare_property(property) | indent(4) }}", "{{ declare(property) | indent(4) }}", 2)
    end_of_optional = """'", UNSET)' %}"""
    text = _replace(text, end_of_optional, end_of_optional + ABSENT, 1)
    # Its own name for what it makes may be that of a property.
    return _replace(text, "{% set module_name = model.class_info.module_name %}", '{% set module_name = "_made" %}', 1)


def _replace(text: str, old: str, new: str, times: int) -> str:
    if text.count(old) != times:
        raise ValueError(f"The generator's template of a model has {old!r} {text.count(old)} times, not {times} times.")
    return text.replace(old, new)
