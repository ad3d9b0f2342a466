"""Versions, `x-versions`: earlier major versions of a contract, whole documents, that are served beside it.

`x-versions: { v1: v1/openapi.yaml }` adds the operations of that document, below /v1, to the contract that is compiled.
What they are called begins with v1, so each has a function of its own: `v1_get_user`. The tables are said once, by the
contract.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from specbound.compiler.files import Files
from specbound.compiler.grammar import METHODS, SINCE, SUNSET
from specbound.compiler.mistakes import Mistake, Refused, gathered
from specbound.compiler.servers import base_path

EXTENSION = "x-versions"
NAME = re.compile("v[0-9]{1,4}")
ENDS = (SINCE, SUNSET)
CONTRACT = "contract"
MEMBERS = {CONTRACT, *ENDS}
# Of a document of its own, what goes without saying for the whole, and what is taken over.
OWN = {"info", "externalDocs", "servers", "security", "tags", "paths", "components"}
# What of it is kept beside its operations, in the contract that is compiled, and where.
KEPT = ("info", "externalDocs", "servers", "security", "tags")
SAID = "said"
# Where its operations are served, whatever the server of the contract is.
SERVED = [{"url": "/"}]
EXAMPLE = f"{EXTENSION}: {{ v1: v1/openapi.yaml }}"


@dataclass(frozen=True)
class Version:
    """A document by its file, and what is said of the end of all its operations."""

    name: str
    file: str
    document: dict[str, Any]
    ends: dict[str, str]

    @property
    def paths(self) -> dict[str, Any]:
        return {path: item for path, item in self.document.get("paths", {}).items() if path.startswith("/")}

    def whole(self, path: str) -> str:
        """A path as it is called: below /v1, unless it says so itself."""
        return path if path.startswith(f"/{self.name}/") else f"/{self.name}{path}"

    def told_apart(self, item: Any) -> Any:
        """A path item whose operations are told apart from the contract's own."""
        if not isinstance(item, dict):
            return item
        operations = {method: self._operation(item[method]) for method in METHODS if method in item}
        return {**item, **operations, "servers": SERVED}

    @property
    def said(self) -> dict[str, Any]:
        """What it says of itself as a whole, with its file and its end."""
        own = {each: self.document[each] for each in KEPT if each in self.document}
        return {CONTRACT: self.file, **self.ends, SAID: own}

    @property
    def tags(self) -> list[Any]:
        """What it says of its tags, as they are called here."""
        said = self.document.get("tags", [])
        found = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
        return [{**each, "name": f"{self.name}/{each.get('name')}"} for each in found]

    def _operation(self, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        said = given.get("tags")
        tags = [f"{self.name}/{each}" for each in said] if isinstance(said, list) else []
        made = {**given, "tags": tags or [self.name]}
        if "operationId" in given:
            made["operationId"] = f"{self.name}_{given['operationId']}"
        if "security" in self.document:
            made.setdefault("security", self.document["security"])
        if self.ends:
            made = {**self.ends, **made, "deprecated": True}
        replies = given.get("responses")
        if isinstance(replies, dict):
            made["responses"] = {status: self._reply(each) for status, each in replies.items()}
        return made

    def _reply(self, reply: Any) -> Any:
        """Links lead to operations of the same version."""
        if not isinstance(reply, dict) or not isinstance(reply.get("links"), dict):
            return reply
        return {**reply, "links": {name: self._link(each) for name, each in reply["links"].items()}}

    def _link(self, link: Any) -> Any:
        if not isinstance(link, dict) or "operationId" not in link:
            return link
        return {**link, "operationId": f"{self.name}_{link['operationId']}"}


def versions(files: Files, mistakes: list[Mistake]) -> Iterator[Version]:
    """Those that a contract names, and that can be read; what is wrong with others is added to the mistakes."""
    main = files.main.value
    said = main.get(EXTENSION, {})
    try:
        with gathered() as at:
            if not isinstance(said, dict):
                with at("#", EXTENSION):
                    raise Refused(f"{EXTENSION} has earlier versions by their names, as in {EXAMPLE}.")
            for name, each in said.items() if isinstance(said, dict) else ():
                with at("#", EXTENSION, name):
                    yield _read(files, main, name, each)
    except Refused as refused:
        mistakes += refused.mistakes


def _read(files: Files, main: dict[str, Any], name: str, said: Any) -> Version:
    whole = {CONTRACT: said} if isinstance(said, str) else said
    if not NAME.fullmatch(name):
        raise Refused(f"{EXTENSION} {name}: a version is called v and a number, which its paths begin with: {EXAMPLE}.")
    if not isinstance(whole, dict) or not isinstance(whole.get(CONTRACT), str) or not whole.keys() <= MEMBERS:
        raise Refused(f"{EXTENSION} {name}: say its file, or {CONTRACT}, {SINCE} and {SUNSET}: {EXAMPLE}.")
    file = files.name(files.main.name, whole[CONTRACT])
    if file == files.main.name:
        raise Refused(f"{EXTENSION} {name}: {file} is the contract itself: say the file of the version before it.")
    try:
        document = files.file(file).value
    except OSError as error:
        raise Refused(f"{EXTENSION} {name}: {file} can't be read: {error.strerror}.") from error
    _check(main, name, file, document)
    return Version(name, file, document, {each: whole[each] for each in ENDS if each in whole})


def _check(main: dict[str, Any], name: str, file: str, document: Any) -> None:
    """Raise Refused for a document that is no version of this contract."""
    place = f"{EXTENSION} {name}: {file}"
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise Refused(f"{place} is no OpenAPI document with paths.")
    if str(document.get("openapi"))[:3] != str(main.get("openapi"))[:3]:
        raise Refused(f"{place} is OpenAPI {document.get('openapi')}, and the contract {main.get('openapi')}.")
    for each in document.keys() - OWN - {"openapi"}:
        if document[each] != main.get(each):
            raise Refused(
                f"{place} has another {each} than the contract, which says it once for all versions: take it out there."
            )
    holders = [each for each in document["paths"].values() if isinstance(each, dict)]
    holders += [item[method] for item in holders for method in METHODS if isinstance(item.get(method), dict)]
    if any("servers" in each for each in holders):
        raise Refused(f"{place} has servers within its paths: a version is in one place, /{name}.")
    base = None
    with suppress(AttributeError, KeyError, TypeError, IndexError):
        base = base_path(document)
    if base not in ("", f"/{name}"):
        raise Refused(f"{place} has servers elsewhere than at /{name}, where a version of this name is.")
