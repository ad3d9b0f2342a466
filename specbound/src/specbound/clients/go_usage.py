"""What the README of the Go client shows: a program with the contract's own examples."""

import json
from pathlib import Path
from typing import Any

from specbound.clients.go_resources import Resources
from specbound.clients.go_text import exported, quoted
from specbound.clients.go_types import Types

TEMPLATE = Path(__file__).parent / "go" / "README.template.md"
FETCHED = "Without `-replace`, Go fetches it from `{module}`: publish this folder there, under the tag `{tag}`."
UNNAMED = "The contract does not say where Go may fetch it from: `x-go-module` of its `info` does."
# What its program has beside the package.
IMPORTED = {"context", "errors", "fmt", "log", "main"}
IMPORTS = """package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	{name}"{module}"
)

func main() {{
	ctx := context.Background()
	client, err := {package}.NewClient({package}.Settings{{}})
	if err != nil {{
		log.Fatal(err)
	}}
"""


def readme(planned: dict[str, Any], resources: Resources, module: str, package: str, tag: str) -> str:
    own, packages = planned["contract"], planned["packages"]
    return TEMPLATE.read_text(encoding="utf-8").format(
        package=package,
        module=module,
        title=own["title"],
        version=own["version"],
        prefix=own["prefix"],
        tag=tag,
        place=UNNAMED if module.startswith("example.com/") else FETCHED.format(module=module, tag=tag),
        licence=packages["license"] or packages["license_text"] or "no licence that the contract names",
        usage=program(planned["usage"], resources, module, package),
    )


def program(usage: dict[str, Any] | None, resources: Resources, module: str, package: str) -> str:
    """The use of the client as a program, or no more than how it is made."""
    name = "" if module.rpartition("/")[2] == package else f"{package} "
    head = IMPORTS.format(module=module, package=package, name=name)
    if usage is None:
        return head.replace('\t"context"\n\t"errors"\n\t"fmt"\n', "").replace("\tctx := context.Background()\n", "") + (
            "\t_ = client\n}\n"
        )
    things, key = f"client.{exported(usage['resource'])}", exported(usage["key"])

    def call(method: str, *arguments: str) -> str:
        body, query = resources.arguments[f"{usage['resource']}.{method}"]
        sent = [_value(resources.types, body, usage[method], package)] if body else []
        asked = [f"{package}.{query}{{}}"] if query else []
        context = [] if method == "list" else ["ctx"]
        own, last = arguments[:1], arguments[1:]
        return f"{things}.{exported(method)}({', '.join([*context, *own, *sent, *asked, *last])})"

    guarded = call("update", f"read.{key}", f"{package}.IfMatch({package}.ETag(read))")
    return f"""{head}
	made, err := {call("create")}
	if err != nil {{
		log.Fatal(err)
	}}
	each := {call("list")}
	for each.Next(ctx) {{
		fmt.Println(each.Item().{key})
	}}
	if each.Err() != nil {{
		log.Fatal(each.Err())
	}}

	read, err := {call("get", f"made.{key}")}
	if err != nil {{
		log.Fatal(err)
	}}
	_, err = {guarded}
	if err != nil {{
		log.Fatal(err)
	}}
	if err = {call("delete", f"read.{key}")}; err != nil {{
		log.Fatal(err)
	}}

	_, err = {call("get", f"read.{key}")}
	var gone *{package}.NotFound
	if !errors.As(err, &gone) {{
		log.Fatal(err)
	}}
	fmt.Println(gone.Detail, gone.RequestID)
}}
"""


def _value(types: Types, kind: str, value: Any, package: str) -> str:
    if kind.startswith("*"):
        inner = _value(types, kind[1:], value, package)
        return f"&{inner}" if kind[1:] in types.structs else f"{package}.Ptr({_typed(kind[1:], inner, package)})"
    if kind.startswith("[]"):
        items = ", ".join(_value(types, kind[2:], each, package) for each in value)
        return f"{_qualified(kind, package)}{{{items}}}"
    if kind in types.structs:
        fields = {each.member: each for each in types.structs[kind]}
        parts = [
            f"{fields[name].name}: {_value(types, fields[name].kind, each, package)}" for name, each in value.items()
        ]
        return f"{package}.{kind}{{{', '.join(parts)}}}"
    return _plain(kind, value)


def _plain(kind: str, value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    text = json.dumps(value)
    return quoted(text) if kind == "Decimal" else text


def _typed(kind: str, text: str, package: str) -> str:
    """A constant that is to be of this type, where Go would take another one for it."""
    return text if kind in ("string", "int", "bool") else f"{_qualified(kind, package)}({text})"


def _qualified(kind: str, package: str) -> str:
    bare = kind.lstrip("[]*")
    return f"{kind[: len(kind) - len(bare)]}{package}.{bare}" if bare[:1].isupper() else kind
