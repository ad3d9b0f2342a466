"""Telling problems: in which media type of a reply, and by which template, so that they are as the reply declares.

As `x-problem` says, or as RFC 9457 and API Gateway do, or as the names of the schema's members do; if none of these is
certain, in a media type beside the reply's own.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from specbound.compiler.document import Document, Refused, resolve
from specbound.compiler.error_shapes import DEEPEST, bind, check_template, guesses, told
from specbound.compiler.mistakes import Mistake, within
from specbound.compiler.schemas import REPLY, Schemas
from specbound.problem_shapes import Node
from specbound.validation import Validator

JSON, PROBLEM_JSON, TEXT = "application/json", "application/problem+json", "text/plain"
# Beside media types of the contract's own: the first that it does not have.
ADDED = (PROBLEM_JSON, JSON, "application/vnd.specbound.problem+json")
MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
# What is answered in API Gateway's words, which says the same before the function is asked.
IN_ITS_WORDS = {"401": {"message": "Unauthorized"}, "403": {"message": "Forbidden"}}
# Replies of which some problems are in API Gateway's words, and others are not.
OF_BOTH = ("4XX", "default")
EXTENSION = "x-problem"
MEMBERS = {"media_type", "body", "schema"}
# Of a schema that is read for the names of its members.
MOST_PARTS = 5000

Told = dict[str, Any]
"""How problems are told in a reply, as `problem_shapes.ProblemShape` has it."""


class Unmapped(Refused):
    """A problem as `x-problem` tells it is not what a reply declares."""


@dataclass(frozen=True)
class Mapping:
    """What `x-problem` says: the media type, the body's template, and the schema of replies that are added."""

    media_type: str
    body: Any
    schema: str | None


class Telling:
    """How the problems of one contract are told in its replies."""

    def __init__(self, document: Document) -> None:
        self.mapping: Mapping | None = None
        self._document = document
        self._schemas = Schemas(document)
        self._found: dict[str, Any] = {}

    def read(self) -> None:
        """Take the contract's `x-problem`. Raises Refused."""
        given = self._document.get(EXTENSION)
        if given is None:
            return
        if not isinstance(given, dict) or "body" not in given or given.keys() - MEMBERS:
            raise Refused(f"{EXTENSION}: give it a body, and media_type and schema where they are needed, no more.")
        media_type, schema = given.get("media_type", JSON), given.get("schema")
        if not isinstance(media_type, str) or not MEDIA_TYPE.fullmatch(media_type):
            with within("media_type"):
                raise Refused(f"{EXTENSION}: write one media type, in lower case and without parameters.")
        with within("body"):
            check_template(given["body"], f"{EXTENSION} body")
        if schema is not None:
            with within("schema"):
                if not isinstance(schema, str):
                    raise Refused(f"{EXTENSION}: name the schema of its body: '#/components/schemas/…'.")
                resolve(self._document, {"$ref": schema}, "schemas")
        self.mapping = Mapping(media_type, given["body"], schema)

    def shape(self, content: Document, status: str, place: str) -> tuple[Told | None, str | None]:
        """How problems are told in a reply's content, None for the engine's own way; and the media type to be added.

        Raises Unmapped, and Refused for a schema that is none.
        """
        refused = None
        if self.mapping and self.mapping.media_type in content:
            try:
                return self.mapped(self.mapping, content, status, place), None
            except Unmapped as unmapped:
                refused = unmapped
        if self._is_told_plainly(content, status):
            return None, None
        if refused:
            raise refused
        for name in sorted(content, key=lambda each: each not in (PROBLEM_JSON, JSON)):
            if found := self._guessed(name, content[name].get("schema"), status):
                return found, None
        added = next((each for each in ADDED if each not in content), None)
        is_plain = added is None or (added == PROBLEM_JSON and status not in (*IN_ITS_WORDS, *OF_BOTH))
        return None if is_plain else {"media_type": added, "body": None}, added

    def mapped(self, mapping: Mapping, content: Document, status: str, place: str) -> Told:
        """What `x-problem` makes of problems. Raises Unmapped if its media type's schema refuses it."""
        media_type, schema = mapping.media_type, content[mapping.media_type].get("schema")
        key = json.dumps([EXTENSION, schema, status], sort_keys=True)
        if key not in self._found:
            node = bind(mapping.body, written_out(self._document, schema))
            validator = self.validator(schema)
            violations = (each for body in told(node, status) for each in validator.violations(body))
            self._found[key] = node, next(violations, None)
        node, violation = self._found[key]
        if violation is not None:
            said = f"{'/'.join(map(str, violation[0]))} {violation[1]}".strip()
            message = f"{place} {media_type}: {EXTENSION} makes of a problem what is not declared here: {said}."
            raise Unmapped(Mistake(message, ("content", media_type, "schema")))
        return {"media_type": media_type, "body": node}

    def validator(self, schema: Document | None) -> Validator:
        return self._schemas.validator(schema or {}, "an error", REPLY)

    def _is_told_plainly(self, content: Document, status: str) -> bool:
        """Whether problems are as the reply declares them, as RFC 9457 and API Gateway have them."""
        words = [IN_ITS_WORDS[status]] if status in IN_ITS_WORDS else [*IN_ITS_WORDS.values()]
        if status in IN_ITS_WORDS:
            return self._admits(content, JSON, status, words)
        is_both = status not in OF_BOTH or self._admits(content, JSON, "in its words", words)
        return is_both and self._admits(content, PROBLEM_JSON, status, told(None, status))

    def _admits(self, content: Document, media_type: str, status: str, bodies: Iterable[Any]) -> bool:
        if media_type not in content:
            return False
        schema = content[media_type].get("schema")
        key = json.dumps([schema, status], sort_keys=True)
        if key not in self._found:
            self._found[key] = all(map(self.validator(schema).is_valid, bodies))
        return bool(self._found[key])

    def _guessed(self, media_type: str, schema: Document | None, status: str) -> Told | None:
        """How problems are told in a media type whose schema's members say what they are for; None if none is sure."""
        is_json = MEDIA_TYPE.fullmatch(media_type) and (media_type == JSON or media_type.endswith("+json"))
        if not is_json and media_type != TEXT:
            return None
        key = json.dumps([media_type, schema, status], sort_keys=True)
        if key not in self._found:
            validator = self.validator(schema)
            plain = written_out(self._document, schema)
            nodes: list[Node | None] = [bind(each, plain) for each in guesses(plain)]
            if media_type == TEXT:
                nodes = [each for each in nodes if each and "field" in each]
            else:
                nodes = [None, *nodes] if media_type == PROBLEM_JSON else [*nodes, None]
            fitting = [each for each in nodes if all(map(validator.is_valid, told(each, status)))]
            self._found[key] = {"media_type": media_type, "body": fitting[0]} if fitting else None
        found: Told | None = self._found[key]
        return found


def written_out(document: Document, schema: Document | None) -> Document:
    """A schema with what it refers to in the place of references, as far as errors reach: beyond it says nothing."""
    left = MOST_PARTS

    def write(value: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if isinstance(value, list):
            return [write(each, depth) for each in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("$ref"), str):
            return write(resolve(document, value, "schemas"), depth - 1) if depth and left > 0 else {}
        return {name: write(each, depth) for name, each in value.items()}

    written: Document = write(schema or {}, DEEPEST)
    return written
