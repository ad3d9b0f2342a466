"""Schemas: how the contract's become JSON Schema 2020-12 that needs nothing of the contract beside it."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from jsonschema_rs import ValidationError

from specbound.compiler.definitions import Definitions
from specbound.compiler.dialect import parts
from specbound.compiler.document import Document
from specbound.compiler.hidden import EITHER, REPLY, REQUEST
from specbound.compiler.mistakes import Mistake, Place, Refused, gathered
from specbound.compiler.translator import EXAMPLES, Translator
from specbound.exact_json import exactly
from specbound.validation import Validator

__all__ = ["EITHER", "REPLY", "REQUEST", "Schemas"]

# What is in these is about what a value is not, or may be: no default of theirs is ever filled in.
ELSEWHERE = {"not", "if", "contains", "propertyNames"}


class Schemas:
    """Translated schemas, each once, known by a number.

    What they refer to is written out, but for what contains itself or is large: that is one of `definitions`, to which
    `#/$defs/<name>` refers. `referring` has the numbers of the schemas that do.
    """

    def __init__(self, document: Document, examples: bool = False) -> None:
        self._shared = Definitions()
        self._translator = Translator(document, self._shared, EXAMPLES if examples else frozenset())
        self._numbers: dict[str, int] = {}
        self._sound: set[str] = set()
        self.all: list[Document] = []
        self.replies: dict[tuple[str, str | None], Document] = {}
        self.definitions: dict[str, Document] = {}
        self.referring: list[int] = []
        self._filling: dict[str, bool] = {}
        self._right: set[str] = set()

    def number(self, schema: Any, place: str, side: str = EITHER) -> int:
        """The number of a schema on its side. Raises Refused, naming the place, for what can't be kept.

        So is a default of a request that its own schema refuses.
        """
        translated = self._complete(schema, place, side)
        number = self.number_of(translated, place)
        if side == REQUEST:
            self._refuse_wrong_defaults(translated, place)
        return number

    def number_of(self, translated: Document, place: str) -> int:
        key = json.dumps(translated, sort_keys=True)
        if key not in self._numbers:
            self.build(translated, place)
            number = self._numbers[key] = len(self.all)
            self.all.append(translated)
            if used := self._shared.used(translated):
                self.referring.append(number)
                self.definitions |= used
        return self._numbers[key]

    def translate(self, schema: Any, place: str, side: str = EITHER) -> Document:
        """One schema, without the default that it may have as a whole. Raises Refused."""
        return {name: each for name, each in self._complete(schema, place, side).items() if name != "default"}

    def validator(self, schema: Any, place: str, side: str = EITHER) -> Validator:
        """What checks values against a schema of the contract. Raises Refused."""
        return self.build(self.translate(schema, place, side), place)

    def build(self, translated: Document, place: str) -> Validator:
        """The validator of a translated schema. Raises Refused for what is no schema."""
        used = self._shared.used(translated)
        try:
            if used:
                # What schemas have in common is looked at once.
                for name in used.keys() - self._sound:
                    jsonschema_rs.meta.validate(used[name])
                    self._sound.add(name)
                jsonschema_rs.meta.validate(translated)
            made = Validator(translated, self._shared.shared if used else {})
            if not used:
                # It is made of the schema when it is first asked.
                made.is_valid(None)
            return made
        except ValidationError as error:
            *path, last = ["", *map(str, error.instance_path)]
            why = f"{place}{'/'.join(path)}: {last} {error.message}."
            raise Refused(Mistake(why, (*path[1:], last))) from error

    def has_defaults(self, number: int) -> bool:
        """Whether a schema says what a member that is missing is."""
        used = self._shared.used(self.all[number])
        self._filling |= {name: _has_default(used[name]) for name in used.keys() - self._filling.keys()}
        return _has_default(self.all[number]) or any(map(self._filling.__getitem__, used))

    def _complete(self, schema: Any, place: str, side: str) -> Document:
        translated = self._translator.translate(schema, place, side)
        self._shared.settle()
        self._shared.refuse_mistaken(translated)
        return self._shared.whole(self._shared.link(translated))

    def _refuse_wrong_defaults(self, translated: Document, place: str) -> None:
        with gathered() as at:
            for steps, each in _within(translated):
                with at(*steps):
                    self._refuse_wrong_default(each, "/".join((place, *steps)))
            # Those that are right are looked at once.
            for name in sorted(self._shared.used(translated).keys() - self._right):
                with at(*self._shared.place(name)), gathered() as at_steps:
                    for steps, each in _within(self._shared.shared[name]):
                        with at_steps(*steps):
                            self._refuse_wrong_default(each, "/".join((name, *steps)))
                    self._right.add(name)

    def _refuse_wrong_default(self, schema: Document, place: str) -> None:
        if "default" not in schema:
            return
        rest = {name: each for name, each in schema.items() if name != "default"}
        if not Validator(rest, self._shared.used(rest) and self._shared.shared).is_valid(exactly(schema["default"])):
            said = json.dumps(schema["default"], ensure_ascii=False)
            raise Refused(f"{place}: its default {said} is not valid against its own schema.")


def _has_default(schema: Document) -> bool:
    return any("default" in each for _, each in _within(schema))


def _within(schema: Document) -> Iterator[tuple[Place, Document]]:
    """A schema, and those within it that may be about a value."""
    yield (), schema
    for holder, key, steps in parts(schema):
        if isinstance(holder[key], dict) and steps[0] not in ELSEWHERE:
            yield from (((*steps, *below), each) for below, each in _within(holder[key]))
