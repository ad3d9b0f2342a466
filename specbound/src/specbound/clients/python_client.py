"""The Python client: what the generator makes of the contract and the hand-written part, as one wheel."""

import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from specbound.clients.commands import PROGRAMS, run
from specbound.clients.model_template import model_template
from specbound.clients.plan import plan
from specbound.compiler.document import METHODS, Document
from specbound.compiler.published import published, with_whole_paths
from specbound.compiler.statuses import successes

PYTHON = Path(__file__).parent / "python"
# Where the generator looks for what the operations are called.
PLAN = "plan.json"
STRUCTURED = re.compile(r"^text/|[/+]json$|^multipart/form-data$|^application/x-www-form-urlencoded$", re.IGNORECASE)
BYTES = {"type": "string", "format": "binary"}


def build(document: Document, target: Path) -> Path:
    """The client's source in target/python, and beside it the wheel whose path is returned. Raises Refused."""
    planned = plan(document)
    source, document = target / "python", with_whole_paths(published(document))
    with TemporaryDirectory() as folder:
        contract = Path(folder) / "openapi.json"
        contract.write_text(json.dumps(opened(with_bytes(without_errors(with_own_titles(document))))), encoding="utf-8")
        templates = shutil.copytree(PYTHON / "templates", Path(folder) / "templates")
        (templates / "model.py.jinja").write_text(model_template(), encoding="utf-8")
        (templates / PLAN).write_text(json.dumps(planned), encoding="utf-8")
        run(
            sys.executable, "-m", "specbound.clients.python_generator", "generate",
            "--meta", "uv", "--overwrite", "--fail-on-warning", "--path", contract, "--output-path", source,
            "--config", PYTHON / "config.yaml", "--custom-template-path", templates,
        )  # fmt: skip
    package = next(source.glob("*/client.py")).parent
    for module in (PYTHON / "layer").glob("*.py"):
        shutil.copy(module, package)
    _add_commands(document, package)
    run(PROGRAMS / "uv", "build", "--quiet", "--offline", "--wheel", "--out-dir", target, source)
    return next(target.glob("*.whl"))


def _add_commands(document: Document, package: Path) -> None:
    """Import and export, with the contract that tells what there is to them; how it is stored is left out."""
    ignored = shutil.ignore_patterns("__pycache__")
    importer = shutil.copytree(PYTHON / "importer", package / "importer", ignore=ignored)
    shutil.copytree(PYTHON / "exporter", package / "exporter", ignore=ignored)
    contract = {name: each for name, each in document.items() if name != "x-dynamodb"}
    (importer / "contract.json").write_text(json.dumps(contract, separators=(",", ":")), encoding="utf-8")


def without_errors(document: Document) -> Document:
    """The contract without its errors, which the Python client raises instead of returning. A 304 is none."""
    paths = {
        path: {key: _without_errors(key, each) for key, each in item.items()}
        for path, item in document["paths"].items()
    }
    return {**document, "paths": paths}


def _without_errors(key: str, operation: Document) -> Document:
    if key not in METHODS:
        return operation
    responses: Document = operation["responses"]
    wanted = {*successes(responses), "304"}
    return {**operation, "responses": {status: each for status, each in responses.items() if status in wanted}}


def with_bytes(document: Document) -> Document:
    """The contract with bytes, and nothing else, in what has a media type that is neither JSON, text nor a form.

    The generator takes what comes first, so these come last.
    """

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: {media: _told(media, inner[media]) for media in sorted(inner, key=_is_other)}
                if name == "content" and isinstance(inner, dict) and all("/" in media for media in inner)
                else told(inner)
                for name, inner in value.items()
            }
        return [told(each) for each in value] if isinstance(value, list) else value

    whole: Document = told(document)
    return whole


def _is_other(media: str) -> bool:
    return not STRUCTURED.search(media.partition(";")[0].strip())


def _told(media: str, holder: Document) -> Document:
    return holder | {"schema": BYTES} if _is_other(media) else holder


def with_own_titles(document: Document) -> Document:
    """The contract without titles that several objects share: the generator makes a class's name of each."""
    found: Counter[str] = Counter(_title(each) for each in _objects(document) if _title(each))
    shared = {title for title, times in found.items() if times > 1}

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {name: told(each) for name, each in value.items()}
            return {name: each for name, each in kept.items() if name != "title"} if _title(value) in shared else kept
        return [told(each) for each in value] if isinstance(value, list) else value

    whole: Document = told(document)
    return whole


def _objects(value: Any) -> Iterator[Document]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(each)


def _title(schema: Document) -> str:
    """The title of an object's schema as a class would have it; "" for anything else."""
    title = schema.get("title")
    is_class = isinstance(title, str) and isinstance(schema.get("properties"), dict)
    return "".join(re.findall("[a-z0-9]+", title.lower())) if is_class and isinstance(title, str) else ""


def opened(value: Any) -> Any:
    """The same without `additionalProperties: false`: what a newer API sends beside is kept, as `thing["nickname"]`."""
    if isinstance(value, dict):
        return {name: opened(each) for name, each in value.items() if (name, each) != ("additionalProperties", False)}
    return [opened(each) for each in value] if isinstance(value, list) else value
