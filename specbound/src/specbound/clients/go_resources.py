"""The resources of the Go client: a struct for each, whose methods are its operations."""

import re
from collections import defaultdict
from typing import Any

from specbound.clients.go_text import comment, exported, keyed, quoted, unexported
from specbound.clients.go_types import Field, Types, laid_out
from specbound.clients.naming import Method, methods
from specbound.compiler.deprecation import sentence
from specbound.compiler.document import Document, resolve
from specbound.compiler.statuses import declared_replies, successes
from specbound.http.replies import is_json

Plan = dict[str, Any]
Path = tuple[str, ...]
STYLES = {"spaceDelimited": ",space", "pipeDelimited": ",pipe", "deepObject": ",deep"}
# What the layer makes of itself: a body's length and media type, and whose request it is.
OWN_HEADERS = {"accept", "authorization", "content-type", "content-length"}


class Resources:
    """The module's text, and the options that its methods take: one for each header and cookie of the contract."""

    def __init__(self, document: Document, plan: Plan, types: Types) -> None:
        self._document, self._plan, self.types = document, plan, types
        self._options: dict[tuple[str, str], str] = {}
        self._queries: list[str] = []
        # By the full names of methods: the types of the body and of the query, empty for none.
        self.arguments: dict[str, tuple[str, str]] = {}

    def text(self) -> str:
        found: dict[Path, list[Method]] = defaultdict(list)
        for each in methods(self._document):
            found[each.resource].append(each)
        paths = sorted({path[:end] for path in found for end in range(1, len(path) + 1)})
        texts = [self._resource(path, found.get(path, []), paths) for path in paths]
        imported = 'import "context"\n\n' if found else ""
        return imported + "\n".join([_client(paths), *texts, *self._queries, *self._option_functions()])

    def _resource(self, path: Path, own: list[Method], paths: list[Path]) -> str:
        name, children = kind(path), [each for each in paths if each[:-1] == path]
        about = self._plan["tags"].get(".".join(path)) or f"operations of {' '.join(path).replace('_', ' ')}."
        fields = [*((exported(each[-1]), f"*{kind(each)}") for each in children), ("caller", "*caller")]
        made = [*((exported(each[-1]), f"new{kind(each)}(caller)") for each in children), ("caller", "caller")]
        lines = [comment(f"{name}: {about}"), f"type {name} struct {{", *_columns(fields), "}", ""]
        lines += [f"func new{name}(caller *caller) *{name} {{", f"\treturn &{name}{{"]
        lines += keyed(made, "\t\t")
        return "\n".join([*lines, "\t}", "}", "", *(self._method(name, each) for each in own)])

    def _method(self, resource: str, method: Method) -> str:
        declaration, planned = method.declaration, self._plan["operations"][method.declaration.public_id]
        name, stem = exported(method.name), f"{resource.removesuffix('Resource')}{exported(method.name)}"
        arguments, parts = self._path(planned["route"], declaration.parameters, stem)
        body, query = self._body(method, stem), self._query(method, stem)
        kinds = ["".join(each[0]).partition(" ")[2] for each in (body, query)]
        self.arguments[method.full_name] = kinds[0], kinds[1]
        for given in (self._needed(declaration.parameters), body, query):
            arguments += given[0]
            parts += given[1]
        parts = [f"method: {quoted(declaration.method)}", *parts, *self._optional(declaration.parameters)]
        parts += ["keyed: true"] if planned["keyed"] else []
        parts += [f"items: {quoted(planned['versioned'])}"] if planned["versioned"] else []
        result = self._result(method, stem)
        head = comment(_about(name, declaration.definition, planned))
        if planned["page"] and result[1:] in self.types.structs:
            return self._pager(resource, method, head, (arguments, parts, result), planned["page"])
        signature = ", ".join(["ctx context.Context", *arguments, "options ...Option"])
        ask, answer = {"": ("tell", "error"), "*Content": ("askContent", "(*Content, error)")}.get(
            result, (f"ask[{result}]", f"({result}, error)")
        )
        lines = [head, f"func (r *{resource}) {name}({signature}) {answer} {{"]
        lines += [
            f"\treturn {ask}(ctx, r.caller, operation{{",
            *keyed(map(_pair, parts), "\t\t"),
            "\t}, options)",
            "}",
            "",
        ]
        return "\n".join(lines)

    def _pager(
        self, resource: str, method: Method, head: str, made: tuple[list[str], list[str], str], page: dict[str, str]
    ) -> str:
        arguments, parts, result = made
        fields = {each.member: each for each in self.types.structs[result[1:]]}
        items, following = fields[page["items"]], fields[page["next"]]
        pager = f"Pager[{items.kind.removeprefix('[]')}, {result[1:]}]"
        parts = [*parts, "at: at", f"atName: {quoted(page['token'])}"]
        signature = ", ".join([*arguments, "options ...Option"])
        return "\n".join(
            [
                head,
                f"func (r *{resource}) {exported(method.name)}({signature}) *{pager} {{",
                f"\treturn &{pager}{{",
                f"\t\task: func(ctx context.Context, at string) ({result}, error) {{",
                f"\t\t\treturn ask[{result}](ctx, r.caller, operation{{",
                *keyed(map(_pair, parts), "\t\t\t\t"),
                "\t\t\t}, options)",
                "\t\t},",
                f"\t\titems:     func(page {result}) {items.kind} {{ return page.{items.name} }},",
                f"\t\tfollowing: func(page {result}) string {{ return token(page.{following.name}) }},",
                "\t}",
                "}",
                "",
            ]
        )

    def _path(self, route: str, parameters: list[Document], stem: str) -> tuple[list[str], list[str]]:
        schemas = {each["name"]: each.get("schema", {}) for each in parameters if each["in"] == "path"}
        arguments, parts = [], []
        for place, each in enumerate(re.split(r"\{([^}]*)\}", route)):
            if place % 2 == 0:
                parts += [quoted(each)] if each else []
                continue
            found = self.types.of(schemas.get(each, {}), f"{stem}{exported(each)}")
            found = "string" if found == "any" or found.startswith(("[]", "map[")) else found
            arguments.append(f"{unexported(each)} {found}")
            parts.append(f"segment({unexported(each)})")
        return arguments, [f"path: {' + '.join(parts)}"]

    def _needed(self, parameters: list[Document]) -> tuple[list[str], list[str]]:
        found = [each for each in parameters if each["in"] == "header" and each.get("required")]
        pairs = ", ".join(f"{quoted(each['name'])}: {unexported(each['name'])}" for each in found)
        return [f"{unexported(each['name'])} string" for each in found], (
            [f"needed: map[string]string{{{pairs}}}"] if found else []
        )

    def _body(self, method: Method, stem: str) -> tuple[list[str], list[str]]:
        definition = method.declaration.definition
        if "requestBody" not in definition:
            return [], []
        body = resolve(self._document, definition["requestBody"], "requestBodies")
        content = body.get("content", {})
        media = next((each for each in content if is_json(each)), next(iter(content), ""))
        found = self.types.of(content[media].get("schema"), f"{stem}Body") if is_json(media) else "Content"
        found = found if body.get("required") else self.types.optional(found)
        said = [] if "*" in media else [f"media: {quoted(media)}"]
        return [f"body {found}"], ["body: body", *said]

    def _query(self, method: Method, stem: str) -> tuple[list[str], list[str]]:
        parameters = [each for each in method.declaration.parameters if each["in"] == "query"]
        if not parameters:
            return [], []
        name, used = self.types.free(f"{stem}Query"), set[str]()
        fields = [self._queried(each, name, used) for each in parameters]
        lines = [f"// {name} is what may be asked of {method.full_name}.", f"type {name} struct {{"]
        self._queries.append("\n".join([*lines, *laid_out(fields), "}", ""]))
        return [f"query {name}"], ["query: query"]

    def _queried(self, parameter: Document, name: str, used: set[str]) -> Field:
        schema = parameter.get("schema") or next(iter(parameter.get("content", {"": {}}).values())).get("schema", {})
        style = STYLES.get(parameter.get("style", "form"), "" if parameter.get("explode", True) else ",comma")
        style = ",json" if "content" in parameter else style
        found = self.types.of(schema, f"{name}{exported(parameter['name'])}")
        found = found if parameter.get("required") else self.types.optional(found)
        tag = f'`query:"{parameter["name"]}{style}"`'
        about = {"description": parameter.get("description", "")}
        return self.types.field(parameter["name"], found, tag, about, used)

    def _optional(self, parameters: list[Document]) -> list[str]:
        """What the options of a call may be, each of which is a function of the package."""
        found = [
            each
            for each in parameters
            if (each["in"] == "cookie" or (each["in"] == "header" and not each.get("required")))
            and each["name"].lower() not in OWN_HEADERS
        ]
        for each in found:
            key = each["in"], each["name"]
            if key not in self._options:
                own = exported(each["name"]).replace("Etag", "ETag")
                self._options[key] = self.types.free(f"With{own}" if own in self.types.taken else own)
        names = ", ".join(quoted(each["name"]) for each in found)
        return [f"options: []string{{{names}}}"] if found else []

    def _option_functions(self) -> list[str]:
        return [
            f"// {function} sends the {place} {name}, where an operation takes it.\n"
            f"func {function}(value string) Option {{\n\treturn {place}({quoted(name)}, value)\n}}\n"
            for (place, name), function in sorted(self._options.items())
        ]

    def _result(self, method: Method, stem: str) -> str:
        """The type of what a success holds; empty for nothing."""
        replies = declared_replies(self._document, method.declaration)
        content = [
            (media, each) for status in successes(replies) for media, each in replies[status].get("content", {}).items()
        ]
        if not content:
            return ""
        if not all(is_json(media) for media, _ in content):
            return "*Content"
        schemas = [each.get("schema") for _, each in content]
        found = self.types.of(schemas[0], f"{stem}Result") if all(each == schemas[0] for each in schemas) else "any"
        return f"*{found}" if found in self.types.structs else found


def kind(path: Path) -> str:
    """The name of a resource's type."""
    return "".join(map(exported, path)) + "Resource"


def _client(paths: list[Path]) -> str:
    own = [(exported(path[0]), kind(path)) for path in paths if len(path) == 1]
    made = [*((name, f"new{each}(caller)") for name, each in own), ("caller", "caller")]
    return "\n".join(
        [
            "// Client has the API's resources: NewClient makes one.",
            "type Client struct {",
            *_columns([*((name, f"*{each}") for name, each in own), ("caller", "*caller")]),
            "}",
            "",
            "// NewClient makes a client, for any number of goroutines. What is not given is in the environment.",
            "func NewClient(settings Settings) (*Client, error) {",
            "\tcaller, err := connect(settings)",
            "\tif err != nil {",
            "\t\treturn nil, err",
            "\t}",
            "\treturn &Client{",
            *keyed(made, "\t\t"),
            "\t}, nil",
            "}",
            "",
        ]
    )


def _columns(pairs: list[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in pairs)
    return [f"\t{name:<{width}} {value}" for name, value in pairs]


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition(": ")
    return name, value


def _about(name: str, definition: Document, planned: Plan) -> str:
    said = [str(definition.get(each, "")).strip() for each in ("summary", "description")]
    refused = [f"An error may be {each}: {detail}" for each, detail in planned["problems"].items()]
    ending = f"Deprecated: {end}" if (end := sentence(definition)) else ""
    found = [each for each in (*said, *refused, ending) if each] or ["an operation of the API."]
    return "\n\n".join([f"{name}: {found[0]}", *found[1:]])
