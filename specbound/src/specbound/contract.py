"""Contract, as the run time has it: which operations exist, what each accepts and what it may answer.

It is read from what the compiler wrote. All validators are built when it is loaded, so a contract that cannot be kept
fails at deployment and not on somebody's first request.
"""

import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Generic, cast

from typing_extensions import TypeVar

from specbound.compiled import (
    EMPTY_REPLIES,
    CompiledContract,
    CompiledOperation,
    CompiledReply,
    CompiledTable,
    nearest,
    read,
)
from specbound.exact_json import number
from specbound.http.paths import plain
from specbound.messages import Response
from specbound.settings import Misconfigured, Settings
from specbound.store.table import AnyTable, Index, Table, Upgrade
from specbound.validation import Validator

TablesT = TypeVar("TablesT", default=Any)
# RFC 9110, section 13.1.
PRECONDITIONS = {"if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"}


NO_UPGRADES: Mapping[str, Upgrade] = {}


class Breach(Exception):
    """A reply is not what the contract promises: a bug of ours, never the caller's."""


@dataclass(frozen=True, slots=True)
class Parameter:
    where: str
    name: str
    is_array: bool
    cast: str
    default: Any = None


@dataclass(frozen=True, slots=True)
class Body:
    required: bool
    max_bytes: int
    validator: Validator


@dataclass(frozen=True, slots=True)
class DeclaredReply:
    content: Mapping[str, Validator]
    headers: Validator | None


@dataclass(frozen=True)
class Operation:
    """One operation: `operation_id` is the name of the function that answers, `public_id` what its callers know.

    `replies` are those to one status, `other_replies` those to a range of them, `4XX`, or to any, `default`.
    """

    operation_id: str
    public_id: str
    scope: str | None
    parameters: tuple[Parameter, ...]
    parameters_validator: Validator
    body: Body | None
    replies: Mapping[int, DeclaredReply]
    other_replies: Mapping[str, DeclaredReply]

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
        return {each.name: each.default for each in self.parameters if each.default is not None}

    def check_reply(self, response: Response) -> None:
        """Raise Breach if the contract does not promise this reply."""
        reply = self.replies.get(response.status) or self._other_reply(str(int(response.status)))
        if reply is None:
            raise Breach(f"{self.operation_id} answers an undeclared status: {int(response.status)}")
        if reply.headers is not None and not reply.headers.is_valid(response.headers):
            raise Breach(f"{self.operation_id} answers {int(response.status)} with other headers than declared")
        if not reply.content:
            if response.body is not None:
                raise Breach(f"{self.operation_id} answers {int(response.status)} with an undeclared body")
            return
        validator = reply.content.get(response.media_type)
        if validator is None:
            raise Breach(f"{self.operation_id} answers an undeclared media type: {response.media_type}")
        if not validator.is_valid(response.body):
            found = list(islice(validator.violations(response.body), 5))
            raise Breach(f"{self.operation_id} answers a body that breaks the contract: {found}")

    def _other_reply(self, status: str) -> DeclaredReply | None:
        name = nearest(self.other_replies, status)
        if name is None:
            return None
        reply = self.other_replies[name]
        return replace(reply, content={}) if status in EMPTY_REPLIES else reply


class Contract(Generic[TablesT]):
    """The compiled contract, made by `Contract.load(folder)`. TablesT has an attribute for each table, when typed.

    `routes` leads from `GET /users` to an operation's name, `tables` has each table as an attribute of its name,
    `bounds` the minimum and maximum of each number that has a name, `reply_headers` the names of all headers of all
    replies, `places` the file and line that name each operation, `settings` what this deployment decides.
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
        self._schemas = [Validator(schema) for schema in compiled["schemas"]]
        self.operations = {name: self._operation(name, each) for name, each in compiled["operations"].items()}
        self.bounds: Mapping[str, tuple[int, int]] = compiled["bounds"]
        longest_page = self.bounds.get("Limit", (1, 100))[1]
        self.settings = Settings.read(compiled["tables"], longest_page, environment)
        if unknown := sorted(upgrades.keys() - compiled["tables"].keys()):
            raise Misconfigured(f"upgrades name {', '.join(unknown)}, which is no table of the contract's x-dynamodb.")
        tables = {name: self._table(name, each, upgrades.get(name)) for name, each in compiled["tables"].items()}
        self.tables = cast(TablesT, SimpleNamespace(**tables))
        self.reply_headers: Sequence[str] = compiled["reply_headers"]
        places = compiled.get("places", {})
        self.places: Mapping[str, str] = {name: places.get(name, "the contract") for name in self.operations}
        self.routes: Mapping[str, str] = compiled["routes"]
        self._bases: Sequence[str] = compiled["bases"]
        self._routes = {
            route: self.operations[name]
            for route, name in self.routes.items()
            if name != "get_docs" or self.settings.shows_docs
        }
        # HEAD is answered wherever GET is (RFC 9110, section 9.3.2).
        for route in [each for each in self._routes if each.startswith("GET ")]:
            self._routes.setdefault(route.replace("GET", "HEAD", 1), self._routes[route])
        self._paths: dict[str, dict[str, Operation]] = {}
        for route, operation in self._routes.items():
            method, path = route.split(" ", 1)
            self._paths.setdefault(path, {})[method] = operation
        # A literal step is tried before a parameter: /users/batch is not the user called "batch".
        self._templates = sorted(self._paths, key=lambda path: [step.startswith("{") for step in path.split("/")])

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
        """Whether a call reached a template, though the contract has a path of its own for it.

        A literal path wins over a template whatever the method (OpenAPI 3.0, Paths Object), but not for API Gateway.
        """
        return call_path != template and plain(call_path) in self._paths

    def match(self, path: str) -> tuple[dict[str, Operation], dict[str, str]] | None:
        """The operations by method, and the path parameters as they were sent, at a path as a caller writes it."""
        sent, steps = path.split("/"), plain(path).split("/")
        for template in self._templates:
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

    def _table(self, name: str, compiled: CompiledTable, upgrade: Upgrade | None) -> AnyTable:
        schema = compiled["item"]
        return Table(
            name=name,
            stored_as=self.settings.tables[name],
            key=compiled["key"],
            partitions=compiled["partitions"],
            write_partitions=compiled["write_partitions"],
            indexes={index: Index(**each) for index, each in compiled["indexes"].items()},
            longest_page=self.settings.page_limit,
            item=None if schema is None else self._schemas[schema],
            defaults={property_name: _exact(each) for property_name, each in compiled["defaults"].items()},
            upgrade=upgrade,
        )

    def _operation(self, name: str, compiled: CompiledOperation) -> Operation:
        body = compiled["body"]
        replies = {status: self._reply(each) for status, each in compiled["replies"].items()}
        return Operation(
            operation_id=name,
            public_id=compiled["public_id"],
            scope=compiled["scope"],
            parameters=tuple(
                Parameter(each["in"], each["name"], each["array"], each["cast"], _exact(each.get("default")))
                for each in compiled["parameters"]
            ),
            parameters_validator=self._schemas[compiled["parameters_schema"]],
            body=body and Body(body["required"], body["max_bytes"], self._schemas[body["schema"]]),
            replies={int(status): each for status, each in replies.items() if status.isdecimal()},
            other_replies={status: each for status, each in replies.items() if not status.isdecimal()},
        )

    def _reply(self, compiled: CompiledReply) -> DeclaredReply:
        content = {media_type: self._schemas[number] for media_type, number in compiled["content"].items()}
        headers = compiled["headers"]
        return DeclaredReply(content, None if headers is None else self._schemas[headers])


def _exact(default: Any) -> Any:
    """A default as a number that was sent would be: never a binary float."""
    if isinstance(default, list):
        return [_exact(each) for each in default]
    return number(str(default)) if isinstance(default, float) else default
