"""How names, comments and strings are written in Go, as gofmt leaves them."""

import re
import textwrap
from collections.abc import Iterable

from specbound.compiler.names import words

# As Go's own style has them (go.dev/wiki/CodeReviewComments, "Initialisms").
INITIALS = {
    "acl", "api", "ascii", "cpu", "css", "dns", "eof", "guid", "html", "http", "https", "id", "ip", "json", "qps",
    "ram", "rpc", "sla", "smtp", "sql", "ssh", "tcp", "tls", "ttl", "udp", "ui", "uid", "uri", "url", "utf8", "uuid",
    "vm", "xml",
}  # fmt: skip
KEYWORDS = {
    "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go",
    "goto", "if", "import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type",
    "var",
}  # fmt: skip
# What an argument of this name would hide from its method.
USED = {
    "any", "ask", "body", "bool", "byte", "context", "ctx", "error", "float64", "int", "int64", "json", "operation",
    "options", "query", "r", "segment", "string", "tell", "token",
}  # fmt: skip
WIDTH = 110


def exported(name: str) -> str:
    """A name as Go has it for all: UserID of userId."""
    found = "".join(each.upper() if each in INITIALS else each.capitalize() for each in words(name))
    if not found:
        return f"X{name.encode().hex()}"
    return found if found[0].isalpha() else f"X{found}"


def unexported(name: str) -> str:
    """A name as Go has it for arguments."""
    found = words(name) or [f"x{name.encode().hex()}"]
    text = found[0] + "".join(each.upper() if each in INITIALS else each.capitalize() for each in found[1:])
    text = text if text[0].isalpha() else f"x{text}"
    return f"{text}_" if text in KEYWORDS | USED else text


def comment(text: str, indent: str = "") -> str:
    """Text as a comment that gofmt leaves as it is: paragraphs that end in a stop, without lists and headings."""
    paragraphs: list[list[str]] = []
    for each in re.split(r"\n\s*\n", text.strip()):
        plain = re.sub(r"^(([-*+#>|]+|\d+[.)])\s*)+", "", " ".join(each.split()))
        if plain:
            plain += "." if plain[-1].isalnum() else ""
            lines = textwrap.wrap(plain, WIDTH, break_long_words=False, break_on_hyphens=False)
            paragraphs.append(_unmarked(lines))
    joined = [line for each in paragraphs for line in (*each, "")][:-1]
    return "\n".join(f"{indent}// {line}".rstrip() for line in joined)


def keyed(pairs: Iterable[tuple[str, str]], indent: str) -> list[str]:
    """The members of a struct's literal, in columns."""
    found = [(f"{name}:", value) for name, value in pairs]
    width = max(len(name) for name, _ in found)
    return [f"{indent}{name:<{width}} {value}," for name, value in found]


def _unmarked(lines: list[str]) -> list[str]:
    """The lines, none of which begins as those of a list, a heading or a link do."""
    found: list[str] = []
    for line in lines:
        if found and re.match(r"[-*+#•\[]|\d+[.)]", line):
            found[-1] += f" {line}"
        else:
            found.append(line)
    return found


def quoted(text: str) -> str:
    """A string of Go."""
    plain = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    made = (plain.get(each) or (each if each.isprintable() else f"\\U{ord(each):08x}") for each in text)
    return f'"{"".join(made)}"'
