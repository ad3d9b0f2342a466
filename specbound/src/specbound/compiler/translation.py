"""Compilation of a contract into plain tables that the run time reads at start, with no YAML and no reference left."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import asdict

from specbound.compiler import specification
from specbound.compiler.addresses import check_addresses
from specbound.compiler.answers import Shapes, complete
from specbound.compiler.bodies import compile_body, compile_replies, reply_headers
from specbound.compiler.conditions import check_conditions, check_tags
from specbound.compiler.deprecation import check_deprecation, told
from specbound.compiler.document import Declaration, Document, Refused, declarations
from specbound.compiler.filters import check_filters
from specbound.compiler.infrastructure import infrastructure
from specbound.compiler.lists import check_lists, check_page, paging
from specbound.compiler.mistakes import Mistake, gathered, settled
from specbound.compiler.objectives import check_objective
from specbound.compiler.own_paths import own_paths, with_own_paths
from specbound.compiler.parameters import compile_parameters
from specbound.compiler.problem_types import TYPES, check_descriptions, check_problem_types
from specbound.compiler.routes import check_routes, check_throttle, gateway_paths, refuse_none
from specbound.compiler.schemas import Schemas
from specbound.compiler.security import compile_security
from specbound.compiler.soundness import sound
from specbound.compiler.standard import standard
from specbound.compiler.sunsets import check_sunsets
from specbound.compiler.tables import compile_tables
from specbound.compiler.unfinished import EXTENSION as UNFINISHED
from specbound.compiler.unfinished import check_unfinished, is_unfinished
from specbound.messages import PAGING


def compile_contract(
    document: Document,
    unfollowed: Iterable[Mistake] = (),
    *,
    as_written: bool = False,
    own_paths: bool = False,
    examples: bool = False,
) -> Document:
    """Translate the contract. Raises Refused, by name, for all that the run time could not keep.

    `unfollowed` are references in it that have been found to be mistaken. Without the engine's own answers if it is
    `as_written`; with its `own_paths`, which are `own` by the names of their operations. Schemas keep their `examples`
    for what makes data of them.

    Returns `routes` (method and whole path to the operation's name), `bases`, `gateway_paths`, `operations`,
    `reply_headers` (the names of all), `schemas` and `problem_shapes` (by number), `bounds` (minimum and maximum of
    the numbers among named schemas and parameters), `tables`, `standard` (what the engine does without a function) and
    `infrastructure`.
    """
    try:
        return _compile(document, [*unfollowed], as_written, own_paths, examples)
    except Refused as refused:
        raise Refused(*(settled(document, each) for each in refused.mistakes)) from refused.__cause__


def _compile(
    document: Document, unfollowed: list[Mistake], as_written: bool, has_own_paths: bool, has_examples: bool
) -> Document:
    found: list[Declaration] = []
    operations: Document = {}
    tables: Document = {}
    broken = [*unfollowed, *specification.mistakes(document)]
    readable = sound(document, broken)
    own: dict[str, str] = {}
    shapes: Shapes = Shapes({})
    bare: Mapping[tuple[str, ...], Set[str]] = {}
    with gathered() as at:
        with at():
            raise Refused(*broken)
        with at():
            if has_own_paths and not broken:
                own = own_paths(document)
                readable = with_own_paths(document, own)
        with at():
            if not broken and not as_written:
                completed = complete(readable)
                readable, shapes, bare = completed.document, Shapes(completed.told), completed.bare
        schemas = Schemas(readable, has_examples)
        with at():
            # Those that can be read are there, whatever is refused of the others.
            for each in declarations(readable):
                found.append(each)
        with at("#", "paths"):
            if not broken:
                refuse_none(document)
        with at():
            check_routes(readable, found)
        with at("#", "x-slo"):
            check_objective(document, "the document")
        with at("#", "info"):
            check_addresses(document)
        with at("#", TYPES):
            check_descriptions(document, found)
        with at():
            check_sunsets(readable)
        with at("#", UNFINISHED):
            check_unfinished(document, found)
        for each in found:
            with at(*each.steps):
                operations[each.operation_id] = _operation(readable, each, schemas)
                operations[each.operation_id]["problems"] = shapes.of(each.steps)
                for status in bare.get(each.steps, ()):
                    operations[each.operation_id]["replies"][status]["bare"] = True
        with at():
            tables |= compile_tables(readable, found, schemas)
    return {
        "routes": {each.route: each.operation_id for each in found},
        "bases": _bases(found),
        "gateway_paths": gateway_paths(each.whole_path for each in found),
        "operations": operations,
        "reply_headers": sorted({name for each in found for name in reply_headers(readable, each)}),
        "schemas": schemas.all,
        "definitions": schemas.definitions,
        "referring": schemas.referring,
        "problem_shapes": shapes.all,
        "bounds": _bounds(document),
        "tables": tables,
        "own": own,
        "unfinished": [each.operation_id for each in found if is_unfinished(document, each)],
        "standard": {
            name: each.compiled for name, each in standard(readable, found, tables).items() if each.compiled is not None
        },
        "infrastructure": infrastructure(readable, found),
    }


def _bases(found: list[Declaration]) -> list[str]:
    """The base paths, if any path has one: first those of GET, to which a Location leads."""
    bases = dict.fromkeys(each.base for each in sorted(found, key=lambda each: each.method != "GET"))
    return list(bases) if any(bases) else []


def _operation(document: Document, declaration: Declaration, schemas: Schemas) -> Document:
    compiled: Document = {"public_id": declaration.public_id}
    with gathered() as at:
        with at("security"):
            compiled["security"] = compile_security(document, declaration)
        with at("x-throttle"):
            check_throttle(declaration)
        with at("x-slo"):
            check_objective(declaration.definition, declaration.place)
        with at(TYPES):
            check_problem_types(document, declaration)
        with at():
            check_deprecation(declaration)
            headers = told(declaration.definition)
            compiled |= {} if headers is None else {"deprecated": headers}
        with at():
            compiled |= compile_parameters(document, declaration, schemas)
            check_lists(document, declaration)
            check_filters(declaration)
            check_conditions(document, declaration)
        with at("requestBody"):
            compiled["body"] = compile_body(document, declaration, schemas)
        with at("responses"):
            compiled["replies"] = compile_replies(document, declaration, schemas)
            check_page(document, declaration)
            names = paging(document, declaration) or PAGING
            compiled |= {"page": asdict(names)} if names != PAGING else {}
            check_tags(document, declaration)
    return compiled


def _bounds(document: Document) -> Document:
    components = document.get("components", {})
    parameters = components.get("parameters", {})
    named = {name: each.get("schema", {}) for name, each in parameters.items()} | components.get("schemas", {})
    return {
        name: [schema["minimum"], schema["maximum"]]
        for name, schema in named.items()
        if isinstance(schema, dict) and "minimum" in schema and "maximum" in schema
    }
