"""The OpenAPI 3.0 specification: what it says of a document, by the schema that its authors publish."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import jsonschema_rs
from jsonschema import Draft4Validator
from jsonschema.exceptions import ValidationError, best_match
from openapi_spec_validator.schemas import schema_v30

from specbound.compiler.document import Document
from specbound.compiler.mistakes import ROOT_STEP, Mistake

LONGEST = 200


def mistakes(document: Document) -> list[Mistake]:
    """Every place where the document is not OpenAPI 3.0."""
    version = document.get("openapi")
    if not str(version).startswith("3.0."):
        message = f"openapi is {version!r}; API Gateway, Connexion and this compiler take 3.0: say 3.0.3."
        return [Mistake(message, (ROOT_STEP, "openapi"))]
    if _is_openapi()(document):
        return []
    found = [each for error in _validator().iter_errors(document) for each in _innermost(error)]
    # What is none of an enum's words may be of another type, too: the words say more.
    said = {tuple(each.absolute_path) for each in found if each.validator == "enum"}
    return [_mistake(each) for each in found if each.validator != "type" or tuple(each.absolute_path) not in said]


def _mistake(error: ValidationError) -> Mistake:
    steps = tuple(map(str, error.absolute_path))
    message = f"{' '.join(steps) or 'the document'}: {_say(error)}, says OpenAPI 3.0's own schema."
    unknown = re.findall("'([^']+)'", error.message)[:1] if error.validator == "additionalProperties" else []
    return Mistake(message, (ROOT_STEP, *steps, *unknown))


def _innermost(error: ValidationError) -> Iterator[ValidationError]:
    """The errors within an alternative; of those that an object or a reference to one may be, the object's."""
    alternatives: dict[Any, list[ValidationError]] = {}
    for each in error.context or []:
        alternatives.setdefault(each.schema_path[0], []).append(each)
    objects = [each for each in alternatives.values() if not any(map(_misses_reference, each))]
    if not objects:
        yield error
    elif len(objects) == 1:
        yield from (each for within in objects[0] for each in _innermost(within))
    else:
        yield from _innermost(best_match(each for within in objects for each in within))


def _misses_reference(error: ValidationError) -> bool:
    return bool(error.message == "'$ref' is a required property")


def _say(error: ValidationError) -> str:
    if error.validator == "additionalProperties":
        return f"{error.message.partition(' do')[0]} is not known here"
    return str(error.message)[:LONGEST]


@cache
def _is_openapi() -> Callable[[Any], bool]:
    """Tells in a hundredth of the time whether something is wrong, but not as well what."""
    return jsonschema_rs.Draft4Validator(
        json.loads(json.dumps(schema_v30, default=dict)), validate_formats=False
    ).is_valid


@cache
def _validator() -> Any:
    return Draft4Validator(dict(schema_v30))
