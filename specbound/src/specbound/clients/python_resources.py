"""The resources of the Python client: a class for each, blocking and asynchronous, whose methods are its operations."""

import json
from collections import defaultdict
from textwrap import indent, wrap
from typing import Any

from openapi_python_client.config import Config
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.bodies import Body, BodyType
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.strings import PythonIdentifier

from specbound.clients import usage
from specbound.clients.python_types import BUILTINS, Types, members, text

Plan = dict[str, Any]
Path = tuple[str, ...]
IMPORTS = """import builtins
import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from . import inputs, models
from .about import CONTRACT
from .client import {base}
from .paging import At, {pages}
from .requests import if_any
from .types import UNSET, File, Unset
"""
INPUTS = '''"""What may be given as a dict where a model is taken, with the names that JSON has."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NotRequired, Required, TypedDict
from uuid import UUID

from . import models
from .types import File, Unset

'''


class Resources:
    """What is written for the endpoints of a contract. `plan` has what each is called, by its operationId."""

    def __init__(self, plan: Plan, openapi: GeneratorData, config: Config) -> None:
        self._plan, self._prefix = plan, config.field_prefix
        names = {str(each.class_info.name) for each in (*openapi.models, *openapi.enums)}
        self._types = Types(names)
        self._operations: Plan = {
            PythonIdentifier(name, self._prefix): each | {"id": name} for name, each in plan["operations"].items()
        }
        self._endpoints: dict[Path, list[tuple[str, Endpoint]]] = defaultdict(list)
        for tag, collection in openapi.endpoint_collections_by_tag.items():
            for endpoint in collection.endpoints:
                self._endpoints[tuple(self.of(endpoint)["resource"])].append((tag, endpoint))

    def modules(self) -> dict[str, str]:
        """The text of each module by its file's name."""
        blocking, asynchronous = self._module(""), self._module("Async")
        about = json.dumps(self._plan["contract"], indent=4, ensure_ascii=False)
        named = {name: ".".join([*each["resource"], each["name"]]) for name, each in self._plan["operations"].items()}
        methods = json.dumps(named, indent=4, ensure_ascii=False)
        return {
            "resources.py": blocking,
            "async_resources.py": asynchronous,
            "inputs.py": INPUTS + self._types.inputs() + "\n",
            "problems.py": self._problems(),
            "about.py": f'"""What the contract says of itself."""\n\nCONTRACT = {about}\n\n'
            f"# What each operation is called as, by its operationId.\nMETHODS = {methods}\n",
        }

    def body(self, endpoint: Endpoint) -> Body | None:
        """The body that is sent: JSON, or else what the contract names first."""
        bodies: list[Body] = endpoint.bodies
        return next((each for each in bodies if each.body_type == BodyType.JSON), bodies[0] if bodies else None)

    def usage(self, package: str) -> str:
        """The use of the client as a program, for its README."""
        shown = self._plan["usage"]
        names: dict[str, dict[str, str]] = {"create": {}, "update": {}, "read": {}}
        for _, endpoint in self._endpoints.get((shown["resource"],), []) if shown else []:
            name, body = self.of(endpoint)["name"], self.body(endpoint)
            if name in names and body and (found := self._spread(body, set())):
                names[name] = {text(each.name): str(each.python_name) for each in found}
            if name == "create":
                models = [each.prop for each in endpoint.responses if isinstance(each.prop, ModelProperty)]
                names["read"] = {text(each.name): str(each.python_name) for model in models for each in members(model)}
        complete = shown and all(shown[each].keys() <= names[each].keys() for each in ("create", "update"))
        return usage.python(shown if complete else None, package, names)

    def more(self, package: str) -> str:
        """What else the client does, as a program for its README."""
        return usage.python_more(self._plan["usage"], package)

    def versioned(self, endpoint: Endpoint) -> str | None:
        """The attribute of its answer that is a list of things with an ETag."""
        name = self.of(endpoint)["versioned"]
        models = [each.prop for each in endpoint.responses if isinstance(each.prop, ModelProperty)]
        found = [each for model in models for each in members(model) if text(each.name) == name]
        return f"{found[0].python_name}{'' if found[0].required else ' or []'}" if found else None

    def of(self, endpoint: Endpoint) -> Plan:
        """What is planned for it. The generator knows an operation by a name of its own."""
        found: Plan = self._operations[str(endpoint.name)]
        return found

    def _problems(self) -> str:
        """A class for each type of problem."""
        found = self._plan["problems"]
        lines = [
            '"""The types of problems that the contract has: `except EmailTaken: …`."""',
            "",
            "from .errors import TYPES",
        ]
        lines += [f"from .errors import {base}" for base in sorted({each["base"] for each in found})]
        for each in found:
            about = f"{each['status']}: {each['detail']}" if each["detail"] else str(each["status"])
            lines += ["", "", f"class {each['name']}({each['base']}):", _docstring(about, 4)]
        types = "".join(f"    {json.dumps(each['type'])}: {each['name']},\n" for each in found)
        return "\n".join([*lines, "", "", f"TYPES.update({{\n{types}}})", ""])

    def _module(self, kind: str) -> str:
        paths = sorted({path[:end] for path in self._endpoints for end in range(1, len(path) + 1)})
        base, client = ("AsynchronousClient", "AsyncClient") if kind else ("BlockingClient", "Client")
        imports = IMPORTS.format(base=base, pages=f"{kind}Pages")
        for found in self._endpoints.values():
            imports += "".join(f"from .api.{tag} import {_module(each)} as _{_module(each)}\n" for tag, each in found)
        said = "asynchronous" if kind else "blocking"
        classes = [self._resource(path, paths, kind, base) for path in paths]
        attributes = "".join(_child(path, kind, "self") for path in paths if len(path) == 1)
        about = f'"""The API\'s operations as methods of its resources, {said}."""'
        own = f"class {client}({base}):\n    __doc__ = {base}.__doc__\n    _contract = CONTRACT\n\n{attributes}"
        return "\n\n\n".join([f"{about}\n\nfrom __future__ import annotations\n\n{imports}", *classes, own])

    def _resource(self, path: Path, paths: list[Path], kind: str, base: str) -> str:
        children = [each for each in paths if each[:-1] == path]
        about = self._plan["tags"].get(".".join(path)) or f"Operations of {' '.join(path).replace('_', ' ')}."
        methods = [self._method(endpoint, kind) for _, endpoint in self._endpoints.get(path, [])]
        hidden = {self.of(each)["name"] for _, each in self._endpoints.get(path, [])} | {each[-1] for each in children}
        lines = [
            f"class {_class(path, kind)}:",
            _docstring(about, 4),
            "",
            f"    def __init__(self, client: {base}) -> None:",
            "        self._client = client",
            "",
            *(_child(each, kind, "self._client") for each in children),
            *(_unhidden(head, hidden) + rest for head, rest in methods),
        ]
        return "\n".join(lines) + "\n"

    def _method(self, endpoint: Endpoint, kind: str) -> tuple[str, str]:
        """Its signature, and what follows that."""
        plan, module = self.of(endpoint), _module(endpoint)
        arguments, passed = self._arguments(endpoint)
        returned = self._types.returned(self._answer(endpoint))
        sends = f"_{module}.value({'await ' if kind else ''}self._client._send(_{module}.request({', '.join(passed)})))"
        asynchronous = "async " if kind else ""
        if plan["page"]:
            page = self._page(endpoint, plan["page"])
            token = page["token"]
            sends = sends.replace(f"{token}={token}", f"{token}={token} if isinstance(at, Unset) else at")
            result = f"{kind}Pages[{self._types.returned(page['item'])}, {returned}]"
            head = f"    def {plan['name']}({', '.join(arguments)}) -> {result}:\n"
            rest = (
                f"        {asynchronous}def ask(at: At) -> {returned}:\n            return {sends}\n\n"
                f"        return {kind}Pages(ask, lambda page: {page['items']}, lambda page: page.{page['next']})\n"
            )
        else:
            head = f"    {asynchronous}def {plan['name']}({', '.join(arguments)}) -> {returned}:\n"
            rest = f"        {'' if returned == 'None' else 'return '}{sends}\n"
        return head, f"{_docstring(self._about(endpoint, kind), 8)}\n{rest}\n"

    def _arguments(self, endpoint: Endpoint) -> tuple[list[str], list[str]]:
        """How they are declared, and passed on."""
        positional = [f"{each.python_name}: {self._types.taken(each)}" for each in endpoint.path_parameters]
        others = [*endpoint.query_parameters, *endpoint.header_parameters, *endpoint.cookie_parameters]
        declared = [(str(each.python_name), self._types.taken(each), each.required) for each in others]
        passed = [f"{each.python_name}={each.python_name}" for each in (*endpoint.path_parameters, *others)]
        body = self.body(endpoint)
        if body is not None:
            names = {str(each.python_name) for each in (*endpoint.path_parameters, *others)}
            found = self._spread(body, names)
            if found is None:
                declared.insert(0, ("body", self._body_type(body), body.prop.required))
                passed.append("body=body")
            else:
                own = [(str(each.python_name), self._types.taken(each), each.required) for each in found]
                declared = own + declared
                whole = ", ".join(
                    f"{json.dumps(text(each.name), ensure_ascii=False)}: {each.python_name}" for each in found
                )
                passed.append(f"body={{{whole}}}" if body.prop.required else f"body=if_any({{{whole}}})")
        # What is required comes first, as a reader looks for it.
        declared.sort(key=lambda each: not each[2])
        keywords = [
            f"{name}: {kind}" if required else f"{name}: {_optional(kind)} = UNSET" for name, kind, required in declared
        ]
        return ["self", *positional, *(["*", *keywords] if keywords else [])], passed

    def _spread(self, body: Body, names: set[str]) -> list[Any] | None:
        """The members of a body that are arguments of their own; None for one that is given as a whole."""
        if body.body_type != BodyType.JSON or not isinstance(body.prop, ModelProperty):
            return None
        found = members(body.prop)
        own = {str(each.python_name) for each in found}
        is_open = body.prop.data.additionalProperties not in (None, False)
        if not found or own & (names | {"self", "body"}) or is_open:
            return None
        return found if body.prop.required or not any(each.required for each in found) else None

    def _body_type(self, body: Body) -> str:
        if body.body_type == BodyType.CONTENT:
            return "str | bytes | File" if text(body.content_type).startswith("text/") else "bytes | File"
        if body.body_type != BodyType.JSON:
            return self._types.returned(str(body.prop.get_type_string(no_optional=True).as_unembedded_code()))
        return self._types.taken(body.prop)

    def _answer(self, endpoint: Endpoint) -> str:
        """The type of its success."""
        found = [
            "None" if each.source["return_type"] == "None" else str(each.prop.get_type_string().as_unembedded_code())
            for each in endpoint.responses
            if each.status_code.pattern != "304"
        ]
        return " | ".join(sorted(set(found))) or "None"

    def _page(self, endpoint: Endpoint, page: dict[str, str]) -> dict[str, str]:
        """The names of a page's parts in Python, and the type of what it holds."""
        [model] = [each.prop for each in endpoint.responses if isinstance(each.prop, ModelProperty)]
        parts = {text(each.name): each for each in members(model)}
        items, following = parts[page["items"]], parts[page["next"]]
        [token] = [each for each in endpoint.query_parameters if text(each.name) == page["token"]]
        shown = f"page.{items.python_name}" + ("" if items.required else " or []")
        item = str(items.inner_property.get_type_string().as_unembedded_code())
        return {"items": shown, "next": str(following.python_name), "token": str(token.python_name), "item": item}

    def _about(self, endpoint: Endpoint, kind: str) -> str:
        plan = self.of(endpoint)
        parts = [text(endpoint.summary), text(endpoint.description or "")]
        body = self.body(endpoint)
        spread = self._spread(body, set()) if body else None
        arguments = [
            *endpoint.path_parameters, *(spread or []), *endpoint.query_parameters, *endpoint.header_parameters,
            *endpoint.cookie_parameters,
        ]  # fmt: skip
        described = [f"{each.python_name}: {text(each.description)}" for each in arguments if each.description]
        if described:
            parts.append("Args:\n" + "\n".join(indent("\n    ".join(wrap(each, 100)), "    ") for each in described))
        if any(each.status_code.pattern == "304" for each in endpoint.responses):
            parts.append("Returns:\n    None, whatever its type says, if what a condition names is still right (304).")
        raised = [f"    {name}: {detail}" for name, detail in plan["problems"].items()]
        parts.append("\n".join(["Raises:", *raised, "    ApiError: For all but a success."]))
        return "\n\n".join(filter(None, parts))


def _unhidden(head: str, hidden: set[str]) -> str:
    """A signature that names a built-in type as such where the class has a method of that name."""
    start, bracket, types = head.partition("(")
    return start + bracket + BUILTINS.sub(lambda found: ("builtins." if found[1] in hidden else "") + found[1], types)


def _module(endpoint: Endpoint) -> str:
    return str(PythonIdentifier(endpoint.name, "field_"))


def _optional(kind: str) -> str:
    return kind if kind == "Any" else f"{kind} | Unset"


def _class(path: Path, kind: str) -> str:
    return kind + "".join(word.capitalize() for part in path for word in part.split("_"))


def _child(path: Path, kind: str, client: str) -> str:
    name = _class(path, kind)
    return f"    @cached_property\n    def {path[-1]}(self) -> {name}:\n        return {name}({client})\n\n"


def _docstring(about: str, spaces: int) -> str:
    """The text as a docstring, whatever it holds."""
    safe = about.strip().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    lines = [part for line in safe.splitlines() for part in (wrap(line, 110, subsequent_indent=_lead(line)) or [""])]
    end = "\n" if len(lines) > 1 else ""
    return indent('"""' + "\n".join(lines) + (" " if lines[-1].endswith('"') else "") + end + '"""', " " * spaces)


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
