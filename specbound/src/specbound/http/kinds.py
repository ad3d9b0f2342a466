"""Kinds of content: what a body is read as, by its media type."""

# Beside text/*, what is read by people, or by their programs line by line.
TEXTS = {
    "application/ecmascript", "application/graphql", "application/javascript", "application/json-seq",
    "application/jsonl", "application/jsonlines", "application/jwt", "application/ndjson", "application/sql",
    "application/toml", "application/x-ndjson", "application/x-yaml", "application/xml", "application/yaml",
}  # fmt: skip
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def kind_of(name: str) -> str:
    """How content of a media type is read: json, form, multipart, text or binary."""
    if name.endswith(("/json", "+json")):
        return "json"
    if name in (FORM, MULTIPART):
        return "form" if name == FORM else "multipart"
    if name.startswith("text/") or name in TEXTS or name.endswith(("+xml", "+yaml")):
        return "text"
    return "binary"
