"""Of which contracts no clients are built, and how that is told."""

from pathlib import Path

import pytest

from specbound.clients import build
from specbound.failures import Failed

OPERATION = "paths:\n  /things:\n    get:\n      responses: {'200': {description: Done.}}\n"


@pytest.mark.parametrize(
    ("text", "line", "mistake"),
    [
        ("openapi: 3.0.3\ninfo:\n  title: Things\n", 2, "info: 'version' is a required property"),
        ("openapi: 3.0.3\ninfo: {version: '1'}\n", 2, "info: 'title' is a required property"),
        ("openapi: 3.0.3\n", 1, "the document: 'info' is a required property"),
        (
            "openapi: 3.0.1\ninfo: {title: Things, version: '1'}\nservers:\n  variables: {}\n",
            3,
            "servers: {'variables': {}} is not of type 'array'",
        ),
    ],
)
@pytest.mark.parametrize("language", build.LANGUAGES)
def test_a_document_that_is_not_openapi_is_refused_by_its_line(
    text: str, line: int, mistake: str, language: str, tmp_path: Path
) -> None:
    contract = tmp_path / "things.yaml"
    contract.write_text(text + OPERATION, encoding="utf-8")

    with pytest.raises(Failed) as told:
        build.run(contract, tmp_path / "sdk", only=language)

    assert str(told.value) == f"things.yaml:{line}: {mistake}, says OpenAPI 3.0's own schema."
    assert not (tmp_path / "sdk").exists()
