"""Preconditions, entity tags and idempotency keys: the headers that the engine itself reads and writes."""

from specbound.compiler.document import Declaration, Document, Refused, resolve
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.own_values import TAGS, admits
from specbound.compiler.statuses import declared_replies

# What the engine must be able to take, and in words.
TAKEN = ((*TAGS, "*"), 'entity tags as the engine writes them, "1", and *')
READ: dict[str, tuple[tuple[str, ...], str]] = {
    "If-Match": TAKEN,
    "If-None-Match": TAKEN,
    "Idempotency-Key": ((), "keys"),
}
SPELLINGS = {name.lower(): name for name in READ}
# The other conditions of RFC 9110, section 13.1. None is ever ignored: one that is not declared is refused.
NOT_EVALUATED = {"if-modified-since", "if-unmodified-since", "if-range"}


def check_conditions(document: Document, declaration: Declaration) -> None:
    """Raise Refused for a header that the engine reads, and the contract makes something else of."""
    with gathered() as at:
        for each, steps in zip(declaration.parameters, declaration.parameter_steps, strict=True):
            with at(*steps):
                if each["in"] == "header":
                    _check_header(document, each, f"{declaration.place} parameter {each['name']}")


def _check_header(document: Document, header: Document, place: str) -> None:
    name = header["name"]
    if name.lower() in NOT_EVALUATED:
        raise Refused(f"{place}: the engine does not evaluate it. Take If-Match or If-None-Match.")
    if name not in READ and name.lower() in SPELLINGS:
        with within("name"):
            raise Refused(f"{place}: the engine knows it as {SPELLINGS[name.lower()]}. Write it so.")
    if name in READ:
        values, meaning = READ[name]
        with within("schema"):
            if not admits(document, header.get("schema", {}), "string", values, place):
                raise Refused(f"{place}: it must be a string that admits {meaning}.")


def check_tags(document: Document, declaration: Declaration) -> None:
    """Raise Refused for a reply whose ETag is not the engine's."""
    with gathered() as at:
        for status, reply in declared_replies(document, declaration).items():
            for name, declared in reply.get("headers", {}).items():
                place = f"{declaration.place} reply {status} header {name}"
                header = resolve(document, declared, "headers")
                with at(status, "headers", name, "schema"):
                    if name.lower() == "etag" and not admits(document, header.get("schema", {}), "string", TAGS, place):
                        raise Refused(f'{place}: it must be a string that admits the version in quotes, "1".')
