"""Which version the clients' packages have, whatever a contract has for its own."""

import pytest

from specbound.clients.packages import npm_version, python_version


@pytest.mark.parametrize(
    ("version", "python", "npm"),
    [
        ("1.2.0", "1.2.0", "1.2.0"),
        ("v1.2.0", "v1.2.0", "v1.2.0"),
        ("2", "2", "2"),
        ("1.0", "1.0", "1.0"),
        ("2.0.0-rc.1", "2.0.0-rc.1", "2.0.0-rc.1"),
        ("1.2.3+build.5", "1.2.3+build.5", "1.2.3+build.5"),
        ("2026-01-31", "2026.1.31", "2026.1.31"),
        # As API Gateway exports them.
        ("2022-08-08T14:56:31Z", "2022.8.8.14.56.31", "2022.8.8"),
        ("2023-06-25 17:32:29UTC", "2023.6.25.17.32.29", "2023.6.25"),
        ("1.0-beta", "1.0-beta", "1.0.0"),
        ("version 3", "3", "3.0.0"),
        ("draft", "0", "0.0.0"),
    ],
)
def test_a_version_that_packages_can_not_have_is_told_by_its_numbers(version: str, python: str, npm: str) -> None:
    assert (python_version(version), npm_version(version)) == (python, npm)
