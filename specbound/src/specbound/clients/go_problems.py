"""The types of problems of the Go client: errors, each of which unwraps to that of its status."""

from typing import Any

from specbound.clients.go_text import comment, quoted

Plan = dict[str, Any]


def problems(plan: Plan) -> str:
    """A type for each type of problem."""
    lines = []
    for each in plan["problems"]:
        name, base = each["name"], each["base"]
        lines += [comment(f"{name} is {each['status']}: {each['detail']}"), f"type {name} struct{{ {base} }}", ""]
        lines += [
            f"// Unwrap gives the {base} that it is.",
            f"func (e *{name}) Unwrap() error {{",
            f"\treturn &e.{base}",
        ]
        lines += ["}", ""]
    lines += ["// By their types.", "var problemTypes = map[string]problemType{"]
    for each in plan["problems"]:
        lines.append(f"\t{quoted(each['type'])}: {{{each['status']}, func(found ProblemError) Error {{")
        lines += [f"\t\treturn &{each['name']}{{{_nested(each['base'])}}}", "\t}},"]
    return "\n".join([*lines, "}", ""])


def _nested(base: str) -> str:
    if base == "ProblemError":
        return "found"
    return f"{base}{{{_nested('ServerError' if base == 'ServiceUnavailable' else 'ProblemError')}}}"
