"""Contract, as the run time has it: which operations exist, what each accepts and what it may answer.

It is read from what the compiler wrote, which has built all validators: a contract that cannot be kept fails there, and
not on somebody's first request. Here each is built when it is first asked.
"""

import os
from collections.abc import Collection, Mapping, Sequence, Set
from functools import cached_property
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from specbound.classes import Generic, TypeVar, record, replaced
from specbound.compiled import (
    EMPTY_REPLIES,
    CompiledBody,
    CompiledContract,
    CompiledIndex,
    CompiledMedia,
    CompiledNeed,
    CompiledOperation,
    CompiledParameter,
    CompiledParent,
    CompiledProblemShape,
    CompiledReply,
    CompiledShape,
    CompiledStandard,
    CompiledTable,
    CompiledUnique,
    about_itself,
    names,
    nearest,
    read,
)
from specbound.exact_json import exactly
from specbound.http.fields import media_type as split
from specbound.http.paths import fitted, plain, specificity
from specbound.messages import PAGING, Paging, Response
from specbound.problems import Problem
from specbound.settings import Misconfigured, Settings
from specbound.store.table import AnyTable, Index, Table, Upgrade
from specbound.validation import Validator

if TYPE_CHECKING:
    from specbound.problem_shapes import ProblemShape

JSON = "application/json"
TablesT = TypeVar("TablesT", default=Any)
# RFC 9110, section 13.1.
PRECONDITIONS = {"if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"}


NO_UPGRADES: Mapping[str, Upgrade] = {}
NO_CONSTRAINTS: Mapping[str, CompiledUnique] = {}
NO_PARENTS: Mapping[str, CompiledParent] = {}


class Breach(Exception):
    """A reply is not what the contract promises: a bug of ours, never the caller's."""


@record
class Shape:
    """What text is read as: see CompiledShape. `file` has the media types that a file may be of; None if it is none."""

    cast: str | None = None
    items: "Shape | None" = None
    members: "Mapping[str, Shape] | None" = None
    rest: "Shape | None" = None
    json: bool = False
    file: Sequence[str] | None = None


PLAIN = Shape("string")


@record
class Parameter:
    """A parameter, or a member of a form. The function finds it by its `key`; `shape` is what it is read as."""

    where: str
    name: str
    is_array: bool
    cast: str
    default: Any = None
    key: str = ""
    style: str = "form"
    explode: bool = True
    shape: Shape = PLAIN
    is_empty_let_in: bool = False


@record
class Media:
    """A media type of a body, or a range of some, and of which `kind` it is: see CompiledMedia.

    `name` is the type with its parameters.
    """

    type: str
    kind: str
    validator: Validator | None
    parameters: Mapping[str, str]
    is_for_all: bool
    has_defaults: bool
    cast: str
    fields: Sequence[Parameter]
    name: str

    def takes(self, name: str) -> bool:
        return self.type in (name, "*/*") or (self.type.endswith("/*") and name.startswith(self.type[:-1]))


@record
class Need:
    """What a way in takes: the credential of a security scheme, and scopes.

    `kind` is `token`, `key`, `http` (another authentication scheme, which is its `name`) or `certificate`; `where` is
    header, query, cookie or connection.
    """

    scheme: str
    kind: str
    where: str
    name: str
    scopes: Set[str]


@record
class Body:
    """`json` is what plain application/json is declared as, `unnamed` what a body without a media type is."""

    required: bool
    max_bytes: int
    content: Sequence[Media]
    json: Media | None
    unnamed: str
    is_varied: bool = True
    """Whether it can be anything but plain JSON."""

    def find(self, name: str, parameters: Mapping[str, str]) -> Media | None:
        """What it is declared as when it is sent with this media type, in lower case; None if it is not taken."""
        return _find(self.content, name, parameters)


@record
class DeclaredReply:
    """`sole` is its media type, where it has but one; `written` how some headers are: see CompiledReply."""

    content: Sequence[Media]
    by_name: Mapping[str, Media]
    sole: Media | None
    headers: Validator | None
    written: Mapping[str, str]
    is_bare: bool = False

    def find(self, media_type: str) -> Media | None:
        """What is declared for a media type of a reply, with or without parameters; None if it is not declared."""
        return self.by_name.get(media_type) or _find(self.content, *(split(media_type) or (media_type, {})))


def _find(content: Sequence[Media], name: str, parameters: Mapping[str, str]) -> Media | None:
    if len(content) == 1 and "*" not in content[0].type and not content[0].parameters:
        return content[0] if content[0].type == name else None
    from specbound.http import media  # noqa: PLC0415  # loaded with a contract that has more than plain JSON

    return media.find(content, name, parameters)


@record
class Operation:
    """One operation: `operation_id` is the name of the function that answers, `public_id` what its callers know.

    `replies` are those to one status, `other_replies` those to a range of them, `4XX`, or to any, `default`.
    """

    operation_id: str
    public_id: str
    security: tuple[tuple[Need, ...], ...]
    parameters: tuple[Parameter, ...]
    parameters_validator: Validator
    body: Body | None
    replies: Mapping[int, DeclaredReply]
    other_replies: Mapping[str, DeclaredReply]
    problems: Mapping[str, "ProblemShape | None"]
    is_styled: bool = False
    """Whether some parameter is more than plain text or a repeated query parameter."""
    is_head: bool = False
    paging: Paging = PAGING

    @cached_property
    def offers(self) -> Sequence[str]:
        """The media types that a success may have, where a caller has a choice; else none."""
        found = [each.name for status, reply in self.replies.items() if status < 300 for each in reply.content]
        offers = list(dict.fromkeys(found))
        return offers if len(offers) > 1 or (offers and HTTPStatus.NOT_ACCEPTABLE in self.replies) else ()

    @cached_property
    def styles_headers(self) -> bool:
        """Whether some header of a reply is neither plain nor a list."""
        return any(each.written for each in self.replies.values())

    @cached_property
    def is_left_to_gateway(self) -> bool:
        """Whether API Gateway has seen a token before the function is asked."""
        return [[each.kind for each in way] for way in self.security] == [["token"]]

    @cached_property
    def token_scopes(self) -> Set[str]:
        """The scopes of the token that alone lets callers in; none where there are other ways, or it needs none."""
        return self.security[0][0].scopes if self.is_left_to_gateway else frozenset()

    @cached_property
    def query_credentials(self) -> Set[str]:
        """The names of query parameters that are a caller's key, and none of the operation's own."""
        keys = {each.name for way in self.security for each in way if each.kind == "key" and each.where == "query"}
        return keys - self.query.keys()

    @cached_property
    def query(self) -> Mapping[str, Parameter]:
        return {each.name: each for each in self.parameters if each.where == "query"}

    @cached_property
    def path(self) -> Mapping[str, Parameter]:
        return {each.name: each for each in self.parameters if each.where == "path"}

    @cached_property
    def header(self) -> Mapping[str, Parameter]:
        """By their names in an event, which are in lower case."""
        return {each.name.lower(): each for each in self.parameters if each.where == "header"}

    @cached_property
    def undeclared_preconditions(self) -> Set[str]:
        return PRECONDITIONS - self.header.keys()

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        return {each.key: each.default for each in self.parameters if each.default is not None}

    def response(self, problem: Problem, request_id: str | None) -> Response:
        """A problem as the contract tells it, here."""
        if not self.problems:
            return problem.response(request_id)
        status = str(int(problem.status))
        key = nearest(self.problems, status)
        shape = None if key is None else self.problems[key]
        return problem.response(request_id) if shape is None else shape.response(problem, request_id)

    def check_reply(self, response: Response, wanted: Sequence[str] = ()) -> str | None:
        """The media type that a reply is written in, by which the caller wants most; None without a body.

        Raises Breach if the contract does not promise this reply.
        """
        reply = self.replies.get(response.status) or self._other_reply(str(int(response.status)))
        if reply is None:
            raise Breach(f"{self.operation_id} answers an undeclared status: {int(response.status)}")
        if reply.headers is not None and not reply.headers.is_valid(response.headers):
            raise Breach(f"{self.operation_id} answers {int(response.status)} with other headers than declared")
        if not reply.content or (response.body is None and (self.is_head or reply.is_bare)):
            if response.body is not None:
                raise Breach(f"{self.operation_id} answers {int(response.status)} with an undeclared body")
            return None
        media_type, media = response.media_type, reply.sole
        if media_type or media is None:
            media_type = media_type or self._chosen(reply, response.body, wanted)
            media = reply.find(media_type) if media_type else None
        if media is None:
            raise Breach(f"{self.operation_id} answers an undeclared media type: {media_type}")
        if media.kind != "json" or isinstance(response.body, bytes):
            self._check_other(media, response.body)
        elif media.validator is not None and not media.validator.is_valid(response.body):
            found = list(islice(media.validator.violations(response.body), 5))
            raise Breach(f"{self.operation_id} answers a body that breaks the contract: {found}")
        return media_type or media.name

    def _chosen(self, reply: DeclaredReply, body: Any, wanted: Sequence[str]) -> str | None:
        from specbound.http import media  # noqa: PLC0415  # loaded with a contract that has more than plain JSON

        return media.choose(reply.content, body, wanted)

    def _check_other(self, declared: Media, body: Any) -> None:
        from specbound.http import media  # noqa: PLC0415  # loaded with a contract that has more than plain JSON

        try:
            media.check(declared, body)
        except Breach as breach:
            raise Breach(f"{self.operation_id} {breach}") from None

    def _other_reply(self, status: str) -> DeclaredReply | None:
        name = nearest(self.other_replies, status)
        if name is None:
            return None
        reply = self.other_replies[name]
        return replaced(reply, content=(), by_name={}, sole=None) if status in EMPTY_REPLIES else reply


class Contract(Generic[TablesT]):
    """The compiled contract, made by `Contract.load(folder)`. TablesT has an attribute for each table, when typed.

    `routes` leads from `GET /users` to an operation's name, `tables` has each table as an attribute of its name,
    `bounds` the minimum and maximum of each number that has a name, `gateway_paths` leads from a path that API Gateway
    can't tell from others to its route's, `reply_headers` the names of all headers of all replies, `places` the file
    and line that name each operation, `standard` what the engine does on some without a function, `own` those that
    are the engine's and not the contract's, `unfinished` those that nobody has written yet, `deprecated` those
    that are, with the headers that say so, `measured` those with metrics of their own: all that have an objective
    (`x-slo`), for the alarms, or just all. `settings` is what this deployment decides.
    """

    def __init__(
        self,
        compiled: CompiledContract,
        folder: Path = Path(),
        environment: Mapping[str, str] = os.environ,
        upgrades: Mapping[str, Upgrade] = NO_UPGRADES,
    ) -> None:
        """Raises Misconfigured if the environment lacks what the contract needs."""
        self.folder = folder
        definitions, referring = compiled["definitions"], set(compiled["referring"])
        self._schemas = [
            Validator(schema, definitions) if number in referring else Validator(schema)
            for number, schema in enumerate(compiled["schemas"])
        ]
        self._shapes = _shapes(compiled["problem_shapes"])
        self._heads = {name for route, name in compiled["routes"].items() if route.startswith("HEAD ")}
        self.operations = {name: self._operation(name, each) for name, each in compiled["operations"].items()}
        self.bounds: Mapping[str, tuple[int, int]] = compiled["bounds"]
        longest_page = self.bounds.get("Limit", (1, 100))[1]
        self.settings = Settings.read(compiled["tables"], longest_page, environment)
        if unknown := sorted(upgrades.keys() - compiled["tables"].keys()):
            raise Misconfigured(f"upgrades name {', '.join(unknown)}, which is no table of the contract's x-dynamodb.")
        tables: dict[str, AnyTable] = {}
        for name, each in compiled["tables"].items():
            tables[name] = self._table(name, each, upgrades.get(name), tables)
        self.tables = cast(TablesT, SimpleNamespace(**tables))
        self.reply_headers: Sequence[str] = compiled["reply_headers"]
        places = compiled.get("places", {})
        self.places: Mapping[str, str] = {name: places.get(name, "the contract") for name in self.operations}
        self.standard: Mapping[str, CompiledStandard] = compiled.get("standard", {})
        self.own: Collection[str] = compiled.get("own", {})
        self.unfinished: Collection[str] = compiled.get("unfinished", ())
        deployed = compiled["infrastructure"]["routes"].values()
        with_objective = (each["id"] for each in deployed if any(value is not None for value in each["slo"].values()))
        self.measured: Set[str] = frozenset(self.operations if self.settings.measures_all else with_objective)
        self.deprecated: Mapping[str, Mapping[str, str]] = {
            name: each["deprecated"] for name, each in compiled["operations"].items() if "deprecated" in each
        }
        self.routes: Mapping[str, str] = compiled["routes"]
        self._bases: Sequence[str] = compiled["bases"]
        self._routes = {
            route: self.operations[name]
            for route, name in self.routes.items()
            if self.settings.shows_docs or (about_itself(name) or ("", ""))[1] != "get_docs"
        }
        # HEAD is answered wherever GET is (RFC 9110, section 9.3.2).
        for route in [each for each in self._routes if each.startswith("GET ")]:
            self._routes.setdefault(route.replace("GET", "HEAD", 1), self._routes[route])
        self._paths: dict[str, dict[str, Operation]] = {}
        for route, operation in self._routes.items():
            method, path = route.split(" ", 1)
            self._paths.setdefault(path, {})[method] = operation
        # A literal step is tried before a parameter: /users/batch is not the user called "batch".
        self._templates = sorted(self._paths, key=specificity)
        self.gateway_paths: Mapping[str, str] = compiled["gateway_paths"]
        self._undecided = set(self.gateway_paths.values())
        self._partial = {each for each in self._paths if any(kind == 1 for kind, _ in specificity(each))}

    @classmethod
    def load(
        cls,
        folder: Path,
        environment: Mapping[str, str] = os.environ,
        *,
        upgrades: Mapping[str, Upgrade] = NO_UPGRADES,
    ) -> "Contract[TablesT]":
        """What the compiler wrote into a folder. Raises Misconfigured if it can't be used.

        `upgrades` has a function for a table, by its name: given a stored item that this contract does not admit as it
        is (a dict of all that is stored of it, what this contract does not know included), it returns one that it does.
        """
        return cls(read(folder), folder, environment, upgrades)

    def route(self, method: str, template: str) -> Operation | None:
        """The operation at a path as the contract writes it, `/users/{userId}`."""
        return self._routes.get(f"{method} {template}")

    def is_hidden(self, call_path: str, template: str) -> bool:
        """Whether a call reached a template, though the contract may have another path for it.

        A literal path wins over a template whatever the method (OpenAPI 3.0, Paths Object), but not for API Gateway,
        which does not tell either which of several templates of the contract is meant that share one of its routes.
        """
        return call_path != template and (template in self._undecided or plain(call_path) in self._paths)

    def match(self, path: str) -> tuple[dict[str, Operation], dict[str, str]] | None:
        """The operations by method, and the path parameters as they were sent, at a path as a caller writes it."""
        sent, steps = path.split("/"), plain(path).split("/")
        for template in self._templates:
            if template in self._partial:
                parameters = fitted(template, path)
                if parameters is not None:
                    return self._paths[template], parameters
                continue
            names = template.split("/")
            if len(names) == len(steps) and all(
                step if name.startswith("{") else name == step for name, step in zip(names, steps, strict=True)
            ):
                pairs = zip(names, sent, strict=True)
                return self._paths[template], {name[1:-1]: step for name, step in pairs if name.startswith("{")}
        return None

    def whole_path(self, path: str) -> str:
        """A path of the contract below the base path of its server; any other as it is."""
        plain_path = path.partition("#")[0].partition("?")[0]
        return next((base + path for base in self._bases if self.match(base + plain_path)), path)

    def _table(
        self, name: str, compiled: CompiledTable, upgrade: Upgrade | None, others: Mapping[str, AnyTable]
    ) -> AnyTable:
        schema = compiled["item"]
        return Table(
            name=name,
            stored_as=self.settings.tables[name],
            key=compiled["key"],
            partitions=compiled["partitions"],
            write_partitions=compiled["write_partitions"],
            indexes={index: _index(each) for index, each in compiled["indexes"].items()},
            longest_page=self.settings.page_limit,
            item=None if schema is None else self._schemas[schema],
            defaults={property_name: exactly(each) for property_name, each in compiled["defaults"].items()},
            upgrade=upgrade,
            key_type=compiled["key_type"],
            key_made=compiled["key_made"],
            range_key=compiled.get("range_key"),
            range_type=compiled.get("range_type", "S"),
            has_children=compiled.get("children", False),
            unique=compiled.get("unique", NO_CONSTRAINTS),
            soft_delete=compiled.get("soft_delete"),
            expires=compiled.get("expires"),
            read_only=frozenset(compiled.get("read_only", ())),
            belongs_to=compiled.get("belongs_to", NO_PARENTS),
            counts=tuple(compiled.get("counts", ())),
            cascades=tuple(compiled.get("cascades", ())),
            looked_up=compiled.get("looked_up", False),
            others=others,
        )

    def _operation(self, name: str, compiled: CompiledOperation) -> Operation:
        body = compiled["body"]
        replies = {status: self._reply(each) for status, each in compiled["replies"].items()}
        return Operation(
            operation_id=name,
            public_id=compiled["public_id"],
            security=tuple(tuple(map(_need, way)) for way in compiled["security"]),
            parameters=tuple(_parameter(each) for each in compiled["parameters"]),
            parameters_validator=self._schemas[compiled["parameters_schema"]],
            body=body and self._body(body),
            replies={int(status): each for status, each in replies.items() if status.isdecimal()},
            other_replies={status: each for status, each in replies.items() if not status.isdecimal()},
            problems={
                status: None if number is None else self._shapes[number]
                for status, number in compiled["problems"].items()
            },
            is_styled=any("shape" in each for each in compiled["parameters"]),
            is_head=name in self._heads,
            paging=Paging(**compiled["page"]) if "page" in compiled else PAGING,
        )

    def _body(self, compiled: CompiledBody) -> Body:
        content = self._content(compiled["content"])
        body = Body(compiled["required"], compiled["max_bytes"], content, None, "")
        json = body.find(JSON, {})
        named = next((each.type for each in content if "*" not in each.type), "application/octet-stream")
        return replaced(
            body,
            json=json if json and json.kind == "json" else None,
            unnamed=JSON if json else named,
            is_varied=[each.type for each in content] != [JSON],
        )

    def _reply(self, compiled: CompiledReply) -> DeclaredReply:
        content = self._content(compiled["content"])
        by_name = {each.type: each for each in content if "*" not in each.type and not each.parameters}
        headers = compiled["headers"]
        return DeclaredReply(
            content,
            by_name,
            content[0] if len(content) == 1 and "*" not in content[0].type else None,
            None if headers is None else self._schemas[headers],
            compiled.get("written", {}),
            compiled.get("bare", False),
        )

    def _content(self, compiled: Sequence[CompiledMedia]) -> Sequence[Media]:
        return [
            Media(
                each["type"],
                each["kind"],
                None if each["schema"] is None else self._schemas[each["schema"]],
                each.get("parameters", {}),
                each.get("all", False),
                each.get("defaults", False),
                each.get("cast", "string"),
                [_parameter(field) for field in each.get("fields", ())],
                "; ".join([each["type"], *map("=".join, each.get("parameters", {}).items())]),
            )
            for each in compiled
        ]


def _parameter(compiled: CompiledParameter) -> Parameter:
    name, cast_ = compiled["name"], compiled["cast"]
    return Parameter(
        where=compiled["in"],
        name=name,
        is_array=compiled["array"],
        cast=cast_,
        default=exactly(compiled.get("default")),
        key=compiled.get("key", name),
        style=compiled.get("style", "form"),
        explode=compiled.get("explode", True),
        shape=_shape(compiled["shape"]) if "shape" in compiled else _plain_shape(compiled),
        is_empty_let_in=compiled.get("empty", False),
    )


def _plain_shape(compiled: CompiledParameter) -> Shape:
    plain_shape = Shape(compiled["cast"])
    return Shape(items=plain_shape) if compiled["array"] else plain_shape


def _shape(compiled: CompiledShape) -> Shape:
    members = compiled.get("members")
    return Shape(
        compiled.get("cast"),
        _shape(compiled["items"]) if "items" in compiled else None,
        None if members is None else {name: _shape(each) for name, each in members.items()},
        _shape(compiled["rest"]) if "rest" in compiled else None,
        compiled.get("json", False),
        compiled.get("file"),
    )


def _shapes(compiled: Sequence[CompiledProblemShape]) -> "list[ProblemShape]":
    if not compiled:
        return []
    from specbound.problem_shapes import ProblemShape  # noqa: PLC0415  # a contract with the engine's own does without

    return [ProblemShape(**each) for each in compiled]


def _index(compiled: CompiledIndex) -> Index:
    given: dict[str, Any] = {**compiled, "groups_by": names(compiled["groups_by"])}
    return Index(**given)


def _need(compiled: CompiledNeed) -> Need:
    scopes = frozenset(compiled["scopes"])
    return Need(compiled["scheme"], compiled["kind"], compiled["in"], compiled["name"], scopes)
