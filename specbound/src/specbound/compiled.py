"""The artefact, the compiled contract as JSON: the shape that the compiler writes and everything else reads."""

import re
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import orjson

from specbound.settings import Misconfigured

# One more with each change of the shape that a reader has to know of.
FORMAT = 3
# The version of the engine that writes it.
VERSION = "0.1.0"
# HTTP sends no body with these (RFC 9110, sections 15.3.5 and 15.4.5).
EMPTY_REPLIES = {"204", "304"}
ANY_STATUS = "default"
# What the engine says of an API, by the names of the operations, where the contract has no such paths.
OWN = {"get_health": "/health", "get_contract": "/openapi.json", "get_docs": "/docs"}
# What is said of an earlier version by itself: `v1_get_docs`.
_OF_A_VERSION = re.compile(rf"(?:(v[0-9]{{1,4}})_)?({'|'.join(OWN)})")
# The contract as tools read it, all versions in one.
WHOLE = "openapi.json"
# The table of claims of unique values, where the contract names none of its own.
CLAIMS = "claims"
# The attribute by which DynamoDB removes items that end by themselves.
EXPIRES = "~expires"
# The attribute of an item that is going, with all that belongs to it.
GOING = "~going"
# The function, and every command, starts in the folder of its service.
COMPILED = Path("handlers") / "compiled"


class CompiledShape(TypedDict):
    """What a value is read from text as: plain text (`cast` says what it becomes), a list, an object, or JSON.

    A value that may be several of these has several. `rest` is the shape of members that have no name.
    """

    cast: NotRequired[str]
    items: NotRequired["CompiledShape"]
    members: NotRequired[dict[str, "CompiledShape"]]
    rest: NotRequired["CompiledShape"]
    json: NotRequired[bool]
    # Of a part of multipart/form-data: a file of one of these media types; any, if there are none.
    file: NotRequired[list[str]]


# Where a parameter is (`in`), whether it is an array, and what its text becomes. What only some have: `key`, by which
# the function finds it, if that is not its name; how it is written, and what it is read as, if it is anything but plain
# text or a repeated query parameter; whether it may be empty whatever its schema says. A call, since `in` is a keyword.
CompiledParameter = TypedDict(
    "CompiledParameter",
    {
        "in": str,
        "name": str,
        "array": bool,
        "cast": str,
        "key": NotRequired[str],
        "style": NotRequired[str],
        "explode": NotRequired[bool],
        "shape": NotRequired[CompiledShape],
        "empty": NotRequired[bool],
        "default": NotRequired[Any],
    },
)


class CompiledMedia(TypedDict):
    """A media type, or a range of some, of a body; `schema` is the number of its schema, None where it has none.

    `kind` is json, form, multipart, text or binary; `defaults` says whether its schema has some. A range has an entry
    for each kind, or (`all`) one for all of them. `cast` is what a text becomes, `fields` how each
    member of a form is written.
    """

    type: str
    kind: str
    schema: int | None
    parameters: NotRequired[dict[str, str]]
    all: NotRequired[bool]
    defaults: NotRequired[bool]
    cast: NotRequired[str]
    fields: NotRequired[list[CompiledParameter]]


class CompiledBody(TypedDict):
    """A request body: what it may be, the narrowest media type first, and how many bytes it may have."""

    required: bool
    max_bytes: int
    content: list[CompiledMedia]


class CompiledReply(TypedDict):
    """Its media types, and the number of the schema of the headers together.

    `written` says of those headers that are neither plain nor lists how they are: json, object or explode; `bare` that
    it may come without a body, as the contract says, though the engine gives it one.
    """

    content: list[CompiledMedia]
    headers: int | None
    written: NotRequired[dict[str, str]]
    bare: NotRequired[bool]


class CompiledProblemShape(TypedDict):
    """How problems are told that are not told as RFC 9457 has it: see `problem_shapes.ProblemShape`."""

    media_type: str | None
    body: dict[str, Any] | None
    headers: dict[str, bool]


# What a way in takes: a scheme, of which kind it is, where (`in`) its credential is, as what, and the scopes asked for.
CompiledNeed = TypedDict("CompiledNeed", {"scheme": str, "kind": str, "in": str, "name": str, "scopes": list[str]})


class CompiledStandard(TypedDict):
    """What the engine does on an operation that has no function: create, get, list, replace, upsert, change or remove.

    `name` is what an item of the `table` is called, `path` where all of them are; `key` has the parameters that are an
    item's key, or of all items what their keys begin with. It answers `status`, with the item or the page if it `shows`
    them. Of a body the item has the `fields`, and what is `initial` where the body has nothing. `lists` are those that
    it may answer: the first that serves the filters is meant.
    """

    does: str
    table: str
    name: str
    path: str
    key: list[str]
    status: int
    shows: bool
    fields: NotRequired[list[str]]
    initial: NotRequired[dict[str, Any]]
    lists: NotRequired[list["CompiledList"]]


class CompiledList(TypedDict):
    """A list that an operation may answer: by an index, or the children of a key, which has none.

    `groups` are the parameters whose values it is of, in its order of them, and `limits` lead from those that limit
    what it is in the order of to how: `at_least`, …. Without any of these it is `whole`, or lacks some items. `sort`
    has the parameter that asks for an order, and its values by which this list's is meant.
    """

    index: str | None
    groups: list[str]
    limits: dict[str, str]
    whole: bool
    sort: NotRequired[dict[str, list[str]]]


class CompiledPage(TypedDict):
    """What the members of a page are called, and the parameters of its list; None for what there is not."""

    items: str
    count: str | None
    next: str
    limit: str | None
    token: str


class CompiledOperation(TypedDict):
    """`public_id` is its operationId; `security` holds the ways in, of which one is enough, none if it is public.

    `replies` are found by status, see `nearest`. `problems` leads from some of them (`"400"`, `"4XX"`, `"default"`) to
    the number of a problem shape, None for the engine's own; it is empty where all are. `page` has the names of a list
    that has others than the usual ones.
    """

    public_id: str
    security: list[list[CompiledNeed]]
    parameters: list[CompiledParameter]
    parameters_schema: int
    body: CompiledBody | None
    replies: dict[str, CompiledReply]
    problems: dict[str, int | None]
    page: NotRequired["CompiledPage"]
    deprecated: NotRequired[dict[str, str]]


class CompiledIndex(TypedDict):
    """The attributes of an index's key, and the field that its partitions are grouped by, or several, if any.

    One that is retired is written, for the version before to query, and not queried. Those that are not in the order of
    `createdAt` say what they are in the order of (`order_by`), and how its values are compared (`order`): as text,
    number or time. A list is descending unless it is `ascending`.
    """

    partition: str
    position: str
    groups_by: str | list[str] | None
    retired: bool
    order_by: NotRequired[str]
    order: NotRequired[str]
    ascending: NotRequired[bool]


class CompiledUnique(TypedDict):
    """The properties that no two items share, what makes no difference (`case`, `spaces`), and the table of claims."""

    properties: list[str]
    ignore: list[str]
    claims: str


# Which properties name the parent, what this has to be like (`while`), when that is looked at (`on`: create, change),
# and what its end means (`on_delete`: restrict, cascade, keep). A call, since `while` is a keyword.
CompiledParent = TypedDict(
    "CompiledParent", {"key": list[str], "while": dict[str, list[Any]], "on": list[str], "on_delete": str}
)


class CompiledTable(TypedDict):
    """What the run time needs of a table: its key, its indexes, and how the API shows an item.

    The key is a string (`S`) or a number (`N`), and made by the engine `always`, `unless given` or `never`. Where there
    is a range key, that is what is made, and `children` says whether those of one hash key may be asked for.

    Lists are read from `partitions`, and written to the first `write_partitions` of them. `item` is the number of an
    item's schema, `defaults` what it has of a property that is not stored, `unique` the constraints by their names.
    `soft_delete` is the attribute that says since when an item is removed, `expires` the property that says when it
    ends, and nobody gives what is `read_only`. `belongs_to` has parents by their tables; the items count those of the
    tables `counts`, and take those of `cascades` with them. Claims may be `looked_up` before others are made.
    """

    key: str
    key_type: str
    key_made: str
    range_key: NotRequired[str]
    range_type: NotRequired[str]
    children: NotRequired[bool]
    partitions: int
    write_partitions: int
    indexes: dict[str, CompiledIndex]
    item: int | None
    defaults: dict[str, Any]
    unique: NotRequired[dict[str, CompiledUnique]]
    soft_delete: NotRequired[str]
    expires: NotRequired[str]
    read_only: NotRequired[list[str]]
    belongs_to: NotRequired[dict[str, CompiledParent]]
    counts: NotRequired[list[str]]
    cascades: NotRequired[list[str]]
    looked_up: NotRequired[bool]


class Throttle(TypedDict):
    """Requests a second, and at once."""

    rate: float
    burst: int


class Objective(TypedDict):
    """In how many milliseconds 99 of 100 requests are to be answered, and which share of them may be a 5xx."""

    p99_ms: int | None
    fault_share: float | None


class Route(TypedDict):
    """What is deployed of an operation, whose name is its `id`.

    `authorizer` is `jwt`, or None where the function decides who is let in. A token is asked for any of the `scopes`;
    for none, if there are none.
    """

    id: str
    method: str
    authorizer: str | None
    scopes: list[str]
    throttle: Throttle | None
    slo: Objective


class DeployedIndex(TypedDict):
    """A global secondary index; `retired` if only the version before queries it."""

    hash_key: str
    range_key: str
    projection: str
    retired: bool


class DeployedTable(TypedDict):
    """A table as it is created, and the actions that the function's role is given on it.

    `retired` if only the version before uses it; the function is not told its name.
    """

    hash_key: str
    range_key: str | None
    partitions: int
    write_partitions: int
    retired: bool
    ttl_attribute: str | None
    attributes: dict[str, str]
    actions: list[str]
    indexes: dict[str, DeployedIndex]


class Infrastructure(TypedDict):
    """What is deployed: routes by API Gateway's route key, `GET /users/{userId}`, HEAD beside each GET among them.

    `left_open` are the operations that are public because nothing is said of their security. `request_headers`,
    `response_headers` and `methods` are for CORS. `resource_servers` leads from the first part of
    a scope to the second parts, as a Cognito user pool has it: `users` to `read` and `write`.
    """

    title: str
    version: str
    routes: dict[str, Route]
    left_open: list[str]
    scopes: list[str]
    resource_servers: dict[str, list[str]]
    request_headers: list[str]
    response_headers: list[str]
    methods: list[str]
    tables: dict[str, DeployedTable]


class CompiledContract(TypedDict):
    """All that is known of a contract once it is compiled.

    `source` is the SHA-256 of the contract's file, in hex, `parts` has those of the files that it refers to, by the way
    to each from its folder; `compiler` the version that compiled it. `routes` leads from
    method and whole path template to the operation's name, which is that of its function, and `places` from there to
    `file:line`. `bases` are the base paths of its servers, if any has one. The schemas, in JSON Schema 2020-12,
    are known by their number; what contains itself, or is large, is one of `definitions` (`#/$defs/<name>`), and
    `referring` has the numbers of the schemas that refer to them. `gateway_paths` leads from a template to the path
    of API Gateway's route, where that does not tell it from another: the function does, by the path that was called.
    `standard` has what the engine does on operations, by name, if they have no function; `own` the operations that are
    not the contract's but the engine's, by their paths; it is not there if the project does without. Those that are
    `unfinished` have no function yet, and answer 501.
    """

    format: int
    compiler: str
    source: str
    parts: dict[str, str]
    routes: dict[str, str]
    gateway_paths: dict[str, str]
    bases: list[str]
    operations: dict[str, CompiledOperation]
    reply_headers: list[str]
    schemas: list[dict[str, Any]]
    definitions: dict[str, dict[str, Any]]
    referring: list[int]
    problem_shapes: list[CompiledProblemShape]
    bounds: dict[str, tuple[Any, Any]]
    tables: dict[str, CompiledTable]
    places: dict[str, str]
    standard: NotRequired[dict[str, CompiledStandard]]
    own: NotRequired[dict[str, str]]
    unfinished: NotRequired[list[str]]
    infrastructure: Infrastructure


class Manifest(TypedDict):
    """What Terraform is told of a package: `package` is the SHA-256 of its zip, in base64.

    `source` and `parts` are those of the contract.
    """

    source: str
    parts: dict[str, str]
    package: str
    runtime: str
    architecture: str
    infrastructure: Infrastructure


def names(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """One name, several or none."""
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)


def counter(table: str) -> str:
    """The attribute by which an item counts those of a table that belong to it."""
    return f"~has:{table}"


def nearest(statuses: Container[str], status: str) -> str | None:
    """By which of these a reply is promised: its status, else the range (`4XX`), else `default`. None if by none."""
    return next((each for each in (status, f"{status[0]}XX", ANY_STATUS) if each in statuses), None)


def read(folder: Path = COMPILED) -> CompiledContract:
    """The compiled contract in a folder. Raises Misconfigured if there is none, or one that is not of this format."""
    file = folder / "contract.json"
    if not file.exists():
        raise Misconfigured(f"{file} is not there: run `specbound compile`.")
    compiled: CompiledContract = orjson.loads(file.read_bytes())
    if compiled.get("format") != FORMAT:
        other = compiled.get("compiler", "another version")
        raise Misconfigured(
            f"{file} was compiled by {other}, in a format that {VERSION} does not read: run the compiler again, "
            "`specbound compile`."
        )
    return compiled


def about_itself(name: str) -> tuple[str, str] | None:
    """Of an operation by which an API tells of itself (see `OWN`): the version that it tells of, and which it is.

    The contract's own version is "". None for any other operation.
    """
    found = _OF_A_VERSION.fullmatch(name)
    return (found[1] or "", found[2]) if found else None


def published_as(version: str = "") -> str:
    """The file of what is published of a version alone; of the contract's own where earlier ones have their own."""
    return f"openapi-{version or 'latest'}.json"


def docs_as(version: str = "") -> str:
    """The file of the docs page of a version."""
    return f"docs-{version}.html" if version else "docs.html"


def read_document(folder: Path = COMPILED) -> dict[str, Any]:
    """The contract itself, as the OpenAPI document that the API serves; with its earlier versions, if it has some."""
    document: dict[str, Any] = orjson.loads((folder / WHOLE).read_bytes())
    return document
