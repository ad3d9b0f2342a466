"""Headers that the engine itself reads and writes: entity tags, conditions on them, and idempotency keys."""

from compiler.document import Declaration, Document, Refused, resolve
from compiler.engine import TAGS, admits
from compiler.mistakes import gathered

# By name in lower case: what the engine must be able to take, and why.
READ = {
    "if-match": ((*TAGS, "*"), 'entity tags as the engine writes them, "1", and *'),
    "if-none-match": ((*TAGS, "*"), 'entity tags as the engine writes them, "1", and *'),
    "idempotency-key": ((), "keys"),
}


def check_conditions(document: Document, declaration: Declaration) -> None:
    """Raise Refused for a header that the engine reads, and the contract makes something else of."""
    with gathered() as at:
        for each, steps in zip(declaration.parameters, declaration.parameter_steps, strict=True):
            name = each["name"].lower()
            if each["in"] != "header" or name not in READ:
                continue
            values, meaning = READ[name]
            place = f"{declaration.place} parameter {each['name']}"
            with at(*steps, "schema"):
                if not admits(document, each["schema"], "string", values, place):
                    raise Refused(f"{place}: it must be a string that admits {meaning}.")


def check_tags(document: Document, declaration: Declaration) -> None:
    """Raise Refused for a reply whose ETag is not the engine's."""
    with gathered() as at:
        for status, reference in declaration.definition["responses"].items():
            reply = resolve(document, reference, "responses")
            for name, declared in reply.get("headers", {}).items():
                place = f"{declaration.place} reply {status} header {name}"
                header = resolve(document, declared, "headers")
                with at(status, "headers", name, "schema"):
                    if name.lower() == "etag" and not admits(document, header["schema"], "string", TAGS, place):
                        raise Refused(f'{place}: it must be a string that admits the version in quotes, "1".')
