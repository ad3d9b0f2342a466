"""JSON-Schema-Test-Suite: every verdict of the contract's schemas is the suite's, but for the exceptions named here."""

from pathlib import Path

import pytest

from tests import suite

# What the compiler refuses by name.
REFUSED = (
    "nothing in this document has the $id",  # a contract is one document
    "which of several $dynamicAnchors",
    "is another dialect than this document's",
    "several schemas have the $id",
)
# Where the verdict is another, by draft and file: which tests, or all of them (None), and why.
EXCEPTIONS = {
    ("draft2020-12", "format.json"): (
        "is only an annotation by default",
        "A format that can be checked is checked, as everybody who writes one in a contract means it.",
    ),
    ("draft2020-12", "optional/dependencies-compatibility.json"): (None, "2020-12 has no such keyword."),
    ("draft4", "optional/zeroTerminatedFloats.json"): (
        "a float is not an integer even without fractional part",
        "5.0 is an integer, as JSON Schema has it since draft 6.",
    ),
}
# Both counts are of version 4.26 of the package, and only grow.
LEAST = {"draft4": 600, "draft2020-12": 1800}


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return suite.download(tmp_path_factory.mktemp("suite"))


@pytest.mark.slow
@pytest.mark.parametrize("draft", suite.DRAFTS)
def test_every_verdict_is_the_suites(drafts: Path, draft: str) -> None:
    found, count, met = [], 0, set()
    for case in suite.cases(drafts, draft):
        if draft == "draft4" and not suite.is_plain(case.schema):
            continue
        wrong = suite.wrong(draft, case)
        refused = [each for each in wrong if each.startswith(suite.REFUSED)]
        count += 0 if refused else len(case.tests)
        key = draft, case.file
        named, _ = EXCEPTIONS.get(key, ("", ""))
        for each in wrong:
            is_exception = key in EXCEPTIONS and (named is None or named in each)
            met |= {key} if is_exception else set()
            if not is_exception and not any(reason in each for reason in REFUSED if refused):
                found.append((case.file, case.description, each))

    assert found == []
    assert met == {key for key in EXCEPTIONS if key[0] == draft}
    assert count >= LEAST[draft]
