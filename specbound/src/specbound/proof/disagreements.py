"""Disagreements that are known, in disagreements.toml: where the compiled contract and a judge differ, who is wrong."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import orjson

from specbound.problems import Violation
from specbound.proof.generation import Answered, Sent, declared
from specbound.proof.judges import is_number_to_python, read_only

FILE = Path(__file__).parent / "disagreements.toml"
OPENAPI_CORE, CONNEXION = "openapi-core", "Connexion"
CONTRACT, JUDGE = "contract", "judge"


@dataclass(frozen=True)
class Disagreement:
    """A row: see the head of the file. `example` is what a request of the tests' service is made of."""

    name: str
    judge: str
    of: str
    refused_by: str
    says: str
    clause: str
    wrong: str
    reason: str
    when: str | None = None
    example: Mapping[str, Any] = field(default_factory=dict)

    def explains(self, refusal: "Refusal") -> bool:
        """Whether what is said is of this kind, of what was sent."""
        if not re.search(self.says, refusal.said):
            return False
        return self.when is None or CONDITIONS[self.when](refusal)


@cache
def rows() -> Sequence[Disagreement]:
    return [Disagreement(**each) for each in tomllib.loads(FILE.read_text(encoding="utf-8"))["disagreement"]]


@dataclass(frozen=True)
class Refusal:
    """What is said by who refuses something that another lets through: the `judge`, or the contract by a violation."""

    judge: str
    of: str
    refused_by: str
    said: str
    sent: Sent | Answered | None = None
    violation: Violation | None = None

    def explained(self) -> str | None:
        """The name of the row that explains it, None if there is none."""
        return next((each.name for each in rows() if self._is_judged_by(each) and each.explains(self)), None)

    def _is_judged_by(self, row: Disagreement) -> bool:
        is_between = self.judge in row.judge.split(", ") and self.of in row.of.split(", ")
        return is_between and row.refused_by == self.refused_by


def _python_reads_it(refusal: Refusal) -> bool:
    texts = _texts(refusal)
    return bool(texts) and all(map(is_number_to_python, texts))


def _is_bare(refusal: Refusal) -> bool:
    """A reply of which the contract itself says that it has no content; what the engine may tell there it adds."""
    sent = refusal.sent
    return isinstance(sent, Answered) and sent.body is None and not declared(sent).get("content")


def _is_read_only(refusal: Refusal) -> bool:
    """Required is a property that requests do not have."""
    found = re.search(r"'(.+)' is a required property", refusal.said)
    return found is not None and found[1] in read_only()


def _differs_in_case(refusal: Refusal) -> bool:
    """All that are told apart by their texts are fewer if case does not matter."""
    texts = _texts(refusal)
    return len({text.lower() for text in texts}) < len(texts) == len(set(texts))


def _has_a_line_break(refusal: Refusal) -> bool:
    text = _text(refusal)
    return text is not None and "\n" in text


def _has_other_digits(refusal: Refusal) -> bool:
    text = _text(refusal) or ""
    return any(each.isdigit() and not each.isascii() for each in text)


def _is_unnamed(refusal: Refusal) -> bool:
    return isinstance(refusal.sent, Sent) and bool(refusal.sent.body) and "content-type" not in refusal.sent.headers


def _is_json_whatever_its_spelling(refusal: Refusal) -> bool:
    sent = refusal.sent.headers.get("content-type", "") if refusal.sent else ""
    return sent.partition(";")[0].strip().lower() == "application/json"


def _is_a_multiple(refusal: Refusal) -> bool:
    found = re.search(r"(-?[0-9.]+) is not a multiple of ([0-9.]+[0-9])", refusal.said)
    return found is not None and Decimal(found[1]) % Decimal(found[2]) == 0


CONDITIONS: Mapping[str, Callable[[Refusal], bool]] = {
    "python_reads_it": _python_reads_it,
    "differs_in_case": _differs_in_case,
    "has_a_line_break": _has_a_line_break,
    "has_other_digits": _has_other_digits,
    "is_unnamed": _is_unnamed,
    "is_bare": _is_bare,
    "is_read_only": _is_read_only,
    "is_json_whatever_its_spelling": _is_json_whatever_its_spelling,
    "is_a_multiple": _is_a_multiple,
}


def _texts(refusal: Refusal) -> list[str]:
    """What a request says of the query parameter that is refused."""
    name = refusal.violation.pointer[1:].partition("/")[0] if refusal.violation else ""
    pairs = [pair.partition("=") for pair in (refusal.sent.query if isinstance(refusal.sent, Sent) else ())]
    return [unquote_plus(text) for each, _, text in pairs if each == name]


def _text(refusal: Refusal) -> str | None:
    """The text that was sent at the place of the violation; None if there is none, or none that is found."""
    sent, violation = refusal.sent, refusal.violation
    if sent is None or violation is None:
        return None
    name, _, index = violation.pointer[1:].partition("/")
    match violation.where:
        case "query":
            return {str(each): text for each, text in enumerate(_texts(refusal))}.get(index or "0")
        case "path" if isinstance(sent, Sent):
            return sent.path_parameters.get(name)
        case "header":
            return sent.headers.get(name.lower())
    try:
        return _text_in(orjson.loads(sent.body or b"null"), violation.pointer)
    except orjson.JSONDecodeError:  # a form, say
        return None


def _text_in(value: Any, pointer: str) -> str | None:
    """The text to which a pointer into JSON leads (RFC 6901)."""
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step.replace("~1", "/").replace("~0", "~")]
    return value if isinstance(value, str) else None
