"""Adoption, `specbound new NAME --from openapi.yaml`: a service that keeps a document which others wrote."""

from collections.abc import Iterator
from pathlib import Path

from specbound.adoption import judged, requests, service, tried
from specbound.adoption.tables import Mapped, mapped
from specbound.adoption.text import read, with_extensions
from specbound.compiler.artefact import artefact
from specbound.compiler.bundle import bundled
from specbound.compiler.document import CONTRACT, Document, Refused
from specbound.compiler.report import described
from specbound.failures import Failed


class Adopted:
    """A document that compiles, as a service is made of it. Raises Failed, with all its mistakes, for any other."""

    def __init__(self, source: Path) -> None:
        self.source = source
        try:
            self._bundle = bundled(source)
            self._text = read(source)
            self._plain = artefact(self._bundle)
        except Refused as refused:
            raise Failed(f"{described(refused, source)}\nNothing was written: mend these, and try again.") from refused
        except UnicodeDecodeError as error:
            raise Failed(f"{source} is not text in UTF-8: {error}") from error
        if CONTRACT.name in self._bundle.parts:
            raise Failed(f"{CONTRACT.name} is a part of {source.name}, and would be in its place: rename it.")
        self._document = self._bundle.document
        self._mapped = self._map()
        self._unfinished = [
            self._plain["operations"][name]["public_id"]
            for name in self._plain["operations"]
            if not self._mapped.operations[name].compiled
        ]
        added: Document = {"x-dynamodb": self._mapped.tables} if self._mapped.tables else {}
        if self._unfinished and "x-unfinished" not in self._document:
            added["x-unfinished"] = self._unfinished
        self.contract, self._is_as_it_was = with_extensions(self._text, added)
        self._added = added
        self._apart: dict[str, tuple[str, ...]] = {}
        self._requests = requests.requests(self._document, source, self._plain)

    def _map(self) -> Mapped:
        main = self._bundle.files[self._bundle.origins[()][0]].source.value
        named = main.get("components", {}).get("schemas", {}) if isinstance(main, dict) else {}
        return mapped(self._document, named)

    def write(self, folder: Path, name: str, title: str) -> None:
        """The contract with its parts, and the service around it."""
        for part in self._bundle.parts:
            target = folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((self.source.parent / part).read_bytes())
        (folder / CONTRACT.name).write_text(self.contract, encoding="utf-8")
        for place, text in service.files(name, title, self._plain, requests.as_json(self._requests)).items():
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        makefile = folder / "Makefile"
        checks = service.unchecked(self._plain)
        makefile.write_text(service.makefile(makefile.read_text(encoding="utf-8"), checks), encoding="utf-8")
        fuzzing = folder / "schemathesis.toml"
        text = tried.fuzzing(fuzzing.read_text(encoding="utf-8"), self._plain, checks)
        fuzzing.write_text(text, encoding="utf-8")
        self._apart = judged.apart(folder, self._plain["operations"])
        tests = tried.contract_tests(self._apart)
        (folder / "tests" / "test_contract.py").write_text(tests, encoding="utf-8")

    def said(self) -> Iterator[str]:
        """What was changed, and what it needs, a line for each."""
        count = len(self._plain["operations"])
        served = count - len(self._unfinished)
        yield f"{count} operations: {served} served by the engine, {len(self._unfinished)} answer 501 until written."
        yield ""
        yield "Changed:"
        if self._added:
            yield f"  at the end of openapi.yaml stand {' and '.join(self._added)}; all else is as it was"
        else:
            yield "  nothing"
        if not self._is_as_it_was:
            yield "  openapi.yaml was written anew, for nothing could be added at its end: its comments are lost"
        for name, table in self._mapped.tables.items():
            keys = ", ".join(table[each] for each in ("hash_key", "range_key") if each in table)
            yield f"  a table {name} keeps {table['item']}, by {keys}"
        yield ""
        yield "Needed:"
        yield from (f"  {each}" for each in self._needs())

    def _needs(self) -> Iterator[str]:
        places = self._plain["places"]
        for name in self._plain["operations"]:
            said = self._mapped.operations[name]
            if not said.compiled:
                yield f"{places[name]}: a function {name}, for {said.why}"
        for scheme, (variable, _) in service.unchecked(self._plain).items():
            yield f"who is let in by {scheme} handlers/authentication.py says: at first who has what is in {variable}"
        if left_open := self._plain["infrastructure"]["left_open"]:
            yield f"who may call {', '.join(left_open)}, before they are deployed: the contract says nothing of it"
        for each in self._mapped.left:
            yield f"no table was made of {each}"
        sent = {each["operation"] for each in self._requests}
        if untested := [name for name in self._plain["operations"] if name not in sent]:
            yield f"tests of {', '.join(untested)}: no request could be made of the schemas"
        for name, judges in self._apart.items():
            yield f"{places[name]}: {' and '.join(judges)} can't read it, or not so: specbound referee says how"
