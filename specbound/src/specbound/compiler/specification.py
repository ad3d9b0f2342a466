"""What OpenAPI 3.0 itself says of a document, by the schema that its authors publish."""

from functools import cache
from typing import Any

from jsonschema import Draft4Validator
from jsonschema.exceptions import ValidationError, best_match
from openapi_spec_validator.schemas import schema_v30

from specbound.compiler.document import Document, Refused

LONGEST = 200


def check(document: Document) -> None:
    """Raise Refused, with the place, if the document is not OpenAPI 3.0."""
    version = document.get("openapi")
    if not str(version).startswith("3.0."):
        raise Refused(f"openapi is {version!r}; API Gateway, Connexion and this compiler take 3.0: say 3.0.3.")
    error = best_match(_validator().iter_errors(document))
    if error is not None:
        error = _innermost(error)
        place = " ".join(map(str, error.absolute_path)) or "the document"
        raise Refused(f"{place}: {_say(error)}, says OpenAPI 3.0's own schema.")


def _innermost(error: ValidationError) -> ValidationError:
    """The error within an alternative; of those that an object or a reference to one may be, the object's."""
    within = [each for each in error.context or [] if each.message != "'$ref' is a required property"]
    best = best_match(within)
    return error if best is None else _innermost(best)


def _say(error: ValidationError) -> str:
    if error.validator == "additionalProperties":
        return f"{error.message.partition(' do')[0]} is not known here"
    return str(error.message)[:LONGEST]


@cache
def _validator() -> Any:
    return Draft4Validator(dict(schema_v30))
