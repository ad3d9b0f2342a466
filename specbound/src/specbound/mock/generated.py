"""Generated data, by schemathesis: for schemas that are beyond what is made by reading them."""

from collections.abc import Iterator
from typing import Any

from specbound.validation import DEFINITION, Definitions, needed

COMPONENT = "#/components/schemas/"
EXAMPLES = 25


def generated(schema: Any, definitions: Definitions) -> Iterator[Any]:
    """Values that schemathesis makes of a schema, the same each time; none where it can't."""
    # It takes a second to import, and hardly any schema needs it.
    import schemathesis  # noqa: PLC0415
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415
    from schemathesis.config import SchemathesisConfig  # noqa: PLC0415
    from schemathesis.core import NotSet  # noqa: PLC0415

    found: list[Any] = []

    @settings(
        database=None, deadline=None, max_examples=EXAMPLES, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def collect(case: Any) -> None:
        if not isinstance(case.body, NotSet):
            found.append(case.body)

    try:
        read = schemathesis.openapi.from_dict(_document(schema, definitions), config=SchemathesisConfig())
        given(read["/"]["POST"].as_strategy())(collect)()
    except Exception:  # whatever it can't do, something else answers
        return
    yield from sorted(found, key=lambda each: len(repr(each)))


def _document(schema: Any, definitions: Definitions) -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": _moved(schema)}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Data", "version": "1"},
        "paths": {"/": {"post": {"requestBody": body, "responses": {"200": {"description": "Fine."}}}}},
        "components": {"schemas": {name: _moved(each) for name, each in needed(schema, definitions).items()}},
    }


def _moved(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: each.replace(DEFINITION, COMPONENT) if name == "$ref" and isinstance(each, str) else _moved(each)
            for name, each in value.items()
        }
    return [_moved(each) for each in value] if isinstance(value, list) else value
