"""Formats: what each of the OpenAPI format registry asks of a value, as keywords of JSON Schema.

https://spec.openapis.org/registry/format/
"""

from specbound.compiler.document import Document

# RFC 3339 has a year 0000, calendars have not.
YEAR = "(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
# A leap second is the last one of June or December in UTC, and the first was in 1972 (RFC 3339, section 5.7). East of
# Greenwich it is in the next month. That it is the last of its hour, whatever the offset, the format itself sees to.
SINCE_1972, SINCE_1973 = (f"(197[{digit}-9]|19[89][0-9]|[2-9][0-9]{{3}})" for digit in "23")
LEAP_SECOND = (
    rf"({SINCE_1972}-(06-30|12-31)[Tt]..:..:60(\.[0-9]+)?([Zz]|-|\+00:00)"
    rf"|({SINCE_1972}-07|{SINCE_1973}-01)-01[Tt]..:..:60(\.[0-9]+)?\+([^0]|0[^0]|00:[^0]|00:0[^0]))"
)
# What the run time's own check of each of these says is what is checked.
CHECKED_FORMATS = {
    "date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri",
    "uri-reference", "uri-template", "iri", "iri-reference", "json-pointer", "relative-json-pointer", "regex", "uuid",
}  # fmt: skip
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)"
DAY, MONTH = "(0[1-9]|[12][0-9]|3[01])", "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# RFC 9110, section 5.6.2; RFC 8941, section 3.3.
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  # a word of a grammar
SF_NUMBER = r"-?[0-9]{1,12}\.[0-9]{1,3}"
# Of a format that the run time does not know, all that is checked. Of another, what is checked besides.
PATTERNS = {
    "date": f"^{YEAR}",
    "date-time": f"^({YEAR}-..-..[Tt]..:..:[0-5]|{LEAP_SECOND})",
    # The highest label of a domain is never a number: 192.0.2.1 is no host (RFC 1123, section 2.1).
    "email": r"[.@][0-9]*[^0-9.@][^.@]*$",
    "hostname": r"(^|\.)[0-9]*[^0-9.][^.]*$",
    # RFC 4648, sections 4 and 5.
    "byte": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
    "base64url": "^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2}(==)?|[A-Za-z0-9_-]{3}=?)?$",
    "date-time-local": f"^{YEAR}-(0[1-9]|1[0-2])-{DAY}[Tt]{TIME}(\\.[0-9]+)?$",
    "time-local": f"^{TIME}(\\.[0-9]+)?$",
    "decimal": r"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$",
    "decimal128": r"^([-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?Inf(inity)?|NaN)$",
    # RFC 9110, section 5.6.7: the form that is sent.
    "http-date": f"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), {DAY} {MONTH} [0-9]{{4}} {TIME} GMT$",
    # RFC 9110, section 12.5.1.
    "media-range": rf'^(\*/\*|{TOKEN.replace("*", "")}/(\*|{TOKEN}))([ \t]*;[ \t]*{TOKEN}=({TOKEN}|"[^"]*"))*$',
    # RFC 8941, sections 3.3.1 to 3.3.6.
    "sf-string": r'^"([ !#-\[\]-~]|\\["\\])*"$',
    "sf-token": r"^[A-Za-z*][!#$%&'*+.^_`|~:/0-9A-Za-z-]*$",
    "sf-binary": "^:[A-Za-z0-9+/=]*:$",
    "sf-boolean": r"^\?[01]$",
    "sf-decimal": f"^{SF_NUMBER}$",
    "sf-integer": "^-?[0-9]{1,15}$",
}  # fmt: skip
RANGES = {f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)}
RANGES |= {f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)}
# What binary floating point of 64 bits keeps exactly; RFC 8941, section 3.3.1.
RANGES |= {"double-int": (-(2**53) + 1, 2**53 - 1)}
# Nothing can be checked of these, or a number has it as it is.
WORDS = {"binary", "password", "html", "commonmark", "char", "float", "double"}
KNOWN = CHECKED_FORMATS | PATTERNS.keys() | RANGES.keys() | WORDS
# What kind of value each is about.
TYPES = dict.fromkeys(KNOWN, "string") | dict.fromkeys(RANGES, "number") | dict.fromkeys(("float", "double"), "number")


def with_format(schema: Document) -> Document:
    """A schema that says by other keywords what its format says, where that is not checked as it is.

    Of a format that is not known nothing is: it is for people. What is said of texts, or of numbers, is said of nothing
    else, whatever type stands beside it.
    """
    name = schema.get("format")
    rest = {keyword: value for keyword, value in schema.items() if keyword != "format"}
    if not isinstance(name, str) or name not in KNOWN:
        return rest
    if name in RANGES:
        low, high = RANGES[name]
        if not all(isinstance(rest.get(bound, 0), int | float) for bound in ("minimum", "maximum")):
            # No schema, which is said of it afterwards.
            return rest
        return rest | {
            "minimum": max(low, rest.get("minimum", low)),
            "maximum": min(high, rest.get("maximum", high)),
        }
    form = _form(name)
    is_said_otherwise = rest.keys() & {*form, "pattern"}
    return {"allOf": [rest, form]} if form and is_said_otherwise else rest | form


def _form(name: str) -> Document:
    if name == "char":
        return {"minLength": 1, "maxLength": 1}
    if name not in CHECKED_FORMATS | PATTERNS.keys():
        return {}
    return {"format": name} | ({"pattern": PATTERNS[name]} if name in PATTERNS else {})
