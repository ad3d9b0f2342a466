"""The grammar of header fields (RFC 9110): what a field says, however it is spelled.

Every pattern here takes a time that grows with the length of a field, and no faster: where two parts of one could take
the same character, the first takes it for good (`*+`).
"""

import re

WHITESPACE = " \t"
# RFC 9110, section 8.8.3. The contract lets the quotes be left out around letters and digits.
TAG = re.compile(r'(W/)?(?:"([!#-~\x80-\xff]*)"|([0-9A-Za-z]++))')
# Sections 5.6.1.2 (elements may be empty, and none may be left) and 13.1.
TAGS = re.compile(rf"[\t ,]*+(?:{TAG.pattern}(?:[\t ]*,[\t ,]*+{TAG.pattern})*[\t ,]*+)?")
WORD = "[!#$%&'*+.^_`|~0-9A-Za-z-]++"
# Beyond ASCII, a gateway may have read the bytes as characters, in UTF-8.
QUOTED = r'"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[^\x00-\x08\x0a-\x1f\x7f])*+"'
# Sections 8.3.1 and 5.6.6. No part of the grammar, and taken all the same: space around "=", and a URI without quotes,
# as many write one behind `profile` (RFC 6906, section 3.1).
VALUE = r"[!#$%&'()*+./:=?@\[\]^_`|~0-9A-Za-z-]++"
PARAMETER = rf"({WORD})[\t ]*+=[\t ]*+({VALUE}|{QUOTED})"
MEDIA_TYPE = re.compile(rf"({WORD}/{WORD})((?:[\t ]*;(?:[\t ]*{PARAMETER})?)*+)")
# https://www.iana.org/assignments/character-sets, and the label that web browsers take as well. ASCII is a part of it.
UTF_8 = {"utf-8", "utf8", "csutf8", "us-ascii", "ascii"}
# RFC 9651, section 3.3.3: a String of a structured field.
STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])++)"')


def normalise(name: str, value: str) -> str:
    """The value of a field in the one spelling that the contract's schema is asked about.

    Space around it is no part of it (RFC 9110, section 5.5). What the grammar does not know is left as it is.
    """
    value = value.strip(WHITESPACE)
    match name:
        case "if-match" | "if-none-match":
            return _normalise_tags(value)
        case "idempotency-key":
            return _bare_key(value)
    return value


def entity_tags(value: str) -> list[tuple[str, str]]:
    """Each tag of a list, and before it `W/` if it is weak, a prefix that does not come in lower case."""
    return [(weak, quoted or bare) for weak, quoted, bare in TAG.findall(value)]


def is_json(content_type: str) -> bool:
    """Whether a body of this media type is JSON in UTF-8.

    JSON knows no parameters: one adds nothing, whatever it is (RFC 8259, section 11). Only a charset that contradicts
    it is taken at its word.
    """
    found = MEDIA_TYPE.fullmatch(content_type.strip(WHITESPACE))
    if found is None or found[1].lower() != "application/json":
        return False
    parameters = re.findall(PARAMETER, found[2])
    return all(_text(value).lower() in UTF_8 for name, value in parameters if name.lower() == "charset")


def codings(content_encoding: str) -> list[str]:
    """What was done to a body, in order; `identity` is nothing (RFC 9110, section 8.4)."""
    names = (each.strip(WHITESPACE).lower() for each in content_encoding.split(","))
    return [name for name in names if name not in ("", "identity")]


def _normalise_tags(value: str) -> str:
    if not value.isascii() and max(value) > "\xff":
        # The bytes of a tag mean no characters; a gateway may have read them as some, in UTF-8.
        value = value.encode(errors="replace").decode("latin-1")
    return ",".join(tag[0] for tag in TAG.finditer(value)) if TAGS.fullmatch(value) else value


def _bare_key(value: str) -> str:
    """The key itself. `"8e03978e"`, a structured field's String, and `8e03978e` are the same key.

    The quotes are what the draft of the header writes around a key, and none of it (draft-ietf-httpapi-
    idempotency-key-header, section 2.1); a client that learns to write them must not do a request twice.
    """
    found = STRING.fullmatch(value)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else value


def _text(value: str) -> str:
    """A parameter's value without the quotes and backslashes that it may be written with."""
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
