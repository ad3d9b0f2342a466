"""Pagination: an operation with the parameters of a list (`limit`, `nextToken`) answers pages, which the engine makes.

`x-page` says what the parameters and the members of a page are called, where they have other names. Without a table
that has lists these are parameters as any others, and so is one of them alone.
"""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from specbound.compiled import nearest
from specbound.compiler import shapes
from specbound.compiler.cursors import Cursors, cursors, said_of
from specbound.compiler.document import Declaration, Document, Refused, resolve
from specbound.compiler.indexes import is_retired
from specbound.compiler.mistakes import gathered, within
from specbound.compiler.own_values import admits
from specbound.compiler.schemas import REPLY, Schemas
from specbound.compiler.statuses import declared_replies
from specbound.messages import PAGING, Paging
from specbound.validation import Validator

LIMIT, TOKEN = str(PAGING.limit), PAGING.token
# Where the contract has no parameter Limit.
LONGEST_PAGE = 100
# What the longest range key is as a cursor.
LONGEST_TOKEN = 2050


def check_lists(document: Document, declaration: Declaration) -> None:
    """Raise Refused unless the engine can read the parameters of a list."""
    _check_names(declaration)
    names = paging(document, declaration)
    if names is None:
        return
    parameters, found = _query_parameters(declaration), cursors(document, _shown(document, declaration, names))
    with gathered() as at:
        for name in (names.limit, names.token):
            if name is None:
                continue
            index = parameters[name]
            schema, place = declaration.parameters[index].get("schema", {}), f"{declaration.place} parameter {name}"
            with at(*declaration.parameter_steps[index], "schema"):
                if name == names.token:
                    _check_token(document, schema, found, place)
                else:
                    _check_limit(document, schema, place)


def check_page(document: Document, declaration: Declaration) -> None:
    """Raise Refused unless the reply of a list admits the engine's pages."""
    names, replies = paging(document, declaration), declared_replies(document, declaration)
    if names is None or not replies:
        return
    status = nearest(replies, "200") or "200"
    place = f"{declaration.place} reply {status}"
    schema = _page_schema(document, declaration)
    with within(status):
        if schema is None:
            raise Refused(f"{place}: a list answers pages: describe them, as application/json.")
        with within("content", "application/json", "schema"):
            validator = Schemas(document).validator(schema, place, REPLY)
            _refuse_other_pages(validator, names, cursors(document, _shown(document, declaration, names)), place)
            if names.limit is not None:
                limit = declaration.parameters[_query_parameters(declaration)[names.limit]]
                _refuse_short_pages(document, schema, names, limit, place)


def paging(document: Document, declaration: Declaration) -> Paging | None:
    """What the parameters of a list and the members of its pages are called; None for what is no list.

    The number of a page's items is left out where the schema has no room for it.
    """
    given = declaration.definition.get("x-page")
    # What else is said there is told as a mistake.
    fits = {name: each for name, each in given.items() if isinstance(each, str)} if isinstance(given, dict) else {}
    own = {name: each for name, each in fits.items() if name in asdict(PAGING)}
    names, parameters = replace(PAGING, **own), _query_parameters(declaration)
    if not _has_lists(document) or names.token not in parameters or not (own or names.limit in parameters):
        return None
    if names.limit not in parameters:
        names = replace(names, limit=None)
    if "count" not in own and not _admits_count(document, declaration, names):
        names = replace(names, count=None)
    return names


def usual_length(document: Document, declaration: Declaration) -> int:
    """How many items a page has, unless its caller says otherwise: of a list without a limit as many as it may."""
    names, most = paging(document, declaration), document.get("components", {}).get("parameters", {}).get("Limit", {})
    length = resolve(document, most.get("schema", {}), "schemas").get("maximum", LONGEST_PAGE)
    if names and names.limit:
        limit = declaration.parameters[_query_parameters(declaration)[names.limit]]
        length = min(length, resolve(document, limit["schema"], "schemas")["default"])
    return int(length)


def refused_cursors(document: Document, declaration: Declaration, indexes: Iterable[str | None]) -> str | None:
    """What is to be said of the cursors of a list that answers by these indexes; None if all are admitted."""
    names = paging(document, declaration) or PAGING
    found = cursors(document, _shown(document, declaration, names))
    needed = {name: each for name, each in found.items() if name in set(indexes)}
    token = declaration.parameters[_query_parameters(declaration)[names.token]].get("schema", {})
    page = Schemas(document).validator(_page_schema(document, declaration), declaration.place, REPLY)
    for each in (one for several in needed.values() for one in several):
        if not (admits(document, token, "string", [each], declaration.place) and page.is_valid(names.page([], each))):
            digits, advice = said_of(needed)
            return f"{names.token} and {names.next} have to admit its cursors, {digits}: say {advice}"
    return None


def parameters_of_list(declaration: Declaration) -> dict[str, int]:
    """By their usual names, which of the operation's parameters make it a list, if both are there."""
    found = _query_parameters(declaration)
    return {name: found[name] for name in (LIMIT, TOKEN) if name in found}


def _query_parameters(declaration: Declaration) -> dict[str, int]:
    return {each["name"]: index for index, each in enumerate(declaration.parameters) if each["in"] == "query"}


def _has_lists(document: Document) -> bool:
    tables = document.get("x-dynamodb")
    used = [each for each in (tables.values() if isinstance(tables, dict) else ()) if isinstance(each, dict)]
    return any(each.get("global_secondary_indexes") or "range_key" in each for each in used if not is_retired(each))


def _check_names(declaration: Declaration) -> None:
    if "x-page" not in declaration.definition:
        return
    usual, own = asdict(PAGING), declaration.definition["x-page"]
    known = ", ".join(usual)
    with within("x-page"):
        if not isinstance(own, dict) or own.keys() - usual.keys():
            raise Refused(f"{declaration.place}: x-page has the names of {known}, where they are others.")
        *members, limit, token = (usual | own).values()
        are_names = all(isinstance(each, str) and each for each in own.values())
        if not are_names or len(set(members)) < len(members) or limit == token:
            raise Refused(f"{declaration.place}: x-page gives each of {known} a name, and no two the same.")
        parameters = _query_parameters(declaration)
        for each, name in (("limit", limit), ("token", token)):
            if name not in parameters and (each in own or each == "token"):
                raise Refused(
                    f"{declaration.place}: it has no query parameter {name}: say in x-page which is its {each}."
                )


def _page_schema(document: Document, declaration: Declaration) -> Any:
    replies = declared_replies(document, declaration)
    reply = replies.get(nearest(replies, "200") or "200", {})
    return reply.get("content", {}).get("application/json", {}).get("schema")


def _admits_count(document: Document, declaration: Declaration, names: Paging) -> bool:
    """Whether a page has the number of its items: its schema names it, or no member at all."""
    found = shapes.members(document, _page_schema(document, declaration))
    return not found or names.count in found


def _shown(document: Document, declaration: Declaration, names: Paging) -> Any:
    """The schema of what a page lists."""
    page = _page_schema(document, declaration)
    return shapes.items(document, shapes.members(document, page).get(names.items, {})) if page is not None else {}


def _check_limit(document: Document, schema: Document, place: str) -> None:
    limit = resolve(document, schema, "schemas")
    is_complete = {"minimum", "maximum", "default"} <= limit.keys()
    if limit.get("type") != "integer" or not is_complete or not 1 <= limit["minimum"] <= limit["maximum"]:
        raise Refused(
            f"{place}: the engine's pages need an integer with a minimum of 1 or more, a maximum and a default."
        )


def _check_token(document: Document, schema: Document, found: Cursors, place: str) -> None:
    longest = resolve(document, schema, "schemas").get("maxLength", LONGEST_TOKEN + 1)
    if longest > LONGEST_TOKEN or not any(admits(document, schema, "string", each, place) for each in found.values()):
        digits, advice = said_of(found)
        raise Refused(
            f"{place}: it must be a string of at most {LONGEST_TOKEN} characters, and admit the engine's cursors, "
            f"{digits}: say {advice}."
        )


def _refuse_other_pages(validator: Validator, names: Paging, found: Cursors, place: str) -> None:
    """Of one of the lists at least, whichever its function answers, all pages have to be admitted."""
    if any(all(validator.is_valid(names.page([], each)) for each in cursors_) for cursors_ in found.values()):
        return
    said = f"{', '.join(filter(None, (names.items, names.count)))} and, but for the last, {names.next}"
    for path, sentence in (one for each in found.values() for one in validator.violations(names.page([], each[-1]))):
        name = "/".join(map(str, path))
        raise Refused(
            f"{place}: the engine's pages have {said}, {said_of(found)[0]}; here {f'{name} {sentence}'.strip()}."
        )


def _refuse_short_pages(document: Document, schema: Document, names: Paging, limit: Document, place: str) -> None:
    listed = shapes.members(document, schema).get(names.items, {})
    items = resolve(document, listed, "schemas")
    if items.get("type") != "array":
        raise Refused(f"{place}: a page has {names.items}, an array.")
    most = resolve(document, limit.get("schema", {}), "schemas").get("maximum", 0)
    if items.get("maxItems", most) < most:
        with within("properties", names.items):
            raise Refused(
                f"{place}: {names.items} takes {items['maxItems']} at most, and {names.limit} lets {most} be asked for."
            )
