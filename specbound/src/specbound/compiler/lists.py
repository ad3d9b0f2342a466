"""Pagination: an operation with `limit` and `nextToken` answers pages, which the engine makes and continues.

It does where a table has an index. Elsewhere these are parameters as any others, and so is one of them alone.
"""

from specbound.compiled import nearest
from specbound.compiler.document import Declaration, Document, Refused, resolve
from specbound.compiler.indexes import is_retired
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.own_values import CURSORS, admits
from specbound.compiler.schemas import REPLY, Schemas
from specbound.compiler.statuses import declared_replies
from specbound.validation import Validator

LIMIT, TOKEN = "limit", "nextToken"
# What the longest range key is as a cursor.
LONGEST_TOKEN = 2050


def check_lists(document: Document, declaration: Declaration) -> None:
    """Raise Refused unless the engine can read the parameters of a list."""
    parameters = parameters_of_list(declaration)
    if _is_list(document, declaration):
        with gathered() as at:
            for name, check in ((LIMIT, _check_limit), (TOKEN, _check_token)):
                index = parameters[name]
                schema = declaration.parameters[index].get("schema", {})
                with at(*declaration.parameter_steps[index], "schema"):
                    check(document, schema, f"{declaration.place} parameter {name}")


def check_page(document: Document, declaration: Declaration) -> None:
    """Raise Refused unless the reply of a list admits the engine's pages."""
    parameters = parameters_of_list(declaration)
    replies = declared_replies(document, declaration)
    if not _is_list(document, declaration) or not replies:
        return
    status = nearest(replies, "200") or "200"
    place = f"{declaration.place} reply {status}"
    reply = replies.get(status, {})
    schema = reply.get("content", {}).get("application/json", {}).get("schema")
    with within(status):
        if schema is None:
            raise Refused(f"{place}: a list answers pages: describe them, as application/json.")
        with within("content", "application/json", "schema"):
            validator = Schemas(document).validator(schema, place, REPLY)
            _refuse_other_pages(validator, place)
            _refuse_short_pages(document, schema, declaration.parameters[parameters[LIMIT]], place)


def parameters_of_list(declaration: Declaration) -> dict[str, int]:
    """By their names, which of the operation's parameters make it a list, if both are there."""
    found = {each["name"]: index for index, each in enumerate(declaration.parameters) if each["in"] == "query"}
    return {name: found[name] for name in (LIMIT, TOKEN) if name in found}


def _is_list(document: Document, declaration: Declaration) -> bool:
    tables = document.get("x-dynamodb")
    listed = tables.values() if isinstance(tables, dict) else ()
    has_index = any(
        isinstance(each, dict) and each.get("global_secondary_indexes") for each in listed if not is_retired(each)
    )
    return has_index and len(parameters_of_list(declaration)) == len((LIMIT, TOKEN))


def _check_limit(document: Document, schema: Document, place: str) -> None:
    limit = resolve(document, schema, "schemas")
    is_complete = {"minimum", "maximum", "default"} <= limit.keys()
    if limit.get("type") != "integer" or not is_complete or not 1 <= limit["minimum"] <= limit["maximum"]:
        raise Refused(
            f"{place}: the engine's pages need an integer with a minimum of 1 or more, a maximum and a default."
        )


def _check_token(document: Document, schema: Document, place: str) -> None:
    longest = resolve(document, schema, "schemas").get("maxLength", LONGEST_TOKEN + 1)
    if longest > LONGEST_TOKEN or not admits(document, schema, "string", CURSORS, place):
        raise Refused(
            f"{place}: it must be a string of at most {LONGEST_TOKEN} characters, and admit the engine's cursors, "
            f"46 hex digits: say pattern: ^[0-9a-f]{{46}}$ and maxLength: 46."
        )


def _refuse_other_pages(validator: Validator, place: str) -> None:
    for cursor in CURSORS:
        page = {"items": [], "count": 0, "nextToken": cursor}
        for path, sentence in validator.violations(page):
            name = "/".join(map(str, path))
            raise Refused(
                f"{place}: the engine's pages have items, count and, but for the last, nextToken, "
                f"46 hex digits; here {f'{name} {sentence}'.strip()}."
            )


def _refuse_short_pages(document: Document, schema: Document, limit: Document, place: str) -> None:
    items = resolve(document, resolve(document, schema, "schemas").get("properties", {}).get("items", {}), "schemas")
    if items.get("type") != "array":
        raise Refused(f"{place}: a page has items, an array.")
    most = resolve(document, limit.get("schema", {}), "schemas").get("maximum", 0)
    if items.get("maxItems", most) < most:
        with within("properties", "items"):
            raise Refused(f"{place}: items takes {items['maxItems']} at most, and {LIMIT} lets {most} be asked for.")
