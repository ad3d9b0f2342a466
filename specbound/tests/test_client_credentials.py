"""Whose credentials the engine's own client signs with."""

import sys
from datetime import UTC, datetime, timedelta

import pytest

from specbound.settings import Misconfigured
from specbound.store.attempts import Unanswered
from specbound.store.credentials import NAMES, Credentials, source
from tests.scripted import Step, reply, scripted


@pytest.fixture(autouse=True)
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials anywhere."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def lent(number: int, lasts: timedelta) -> Step:
    end = (datetime.now(UTC) + lasts).strftime("%Y-%m-%dT%H:%M:%SZ")
    return reply({"AccessKeyId": f"AK{number}", "SecretAccessKey": "s", "Token": "t", "Expiration": end})


def test_those_of_the_environment_go_before_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AK")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with scripted(lent(1, timedelta(hours=6))) as container:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url)
        found = source()()

    assert found == Credentials("AK", "secret", "")
    assert container.requests == []


def test_those_of_a_container_are_kept_and_renewed_before_they_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lent(1, timedelta(minutes=5)), lent(2, timedelta(hours=6))) as container:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url)
        find = source()
        found = [find().key_id for _ in range(4)]

    assert found[-3:] == ["AK2"] * 3
    assert len(container.requests) == 2


@pytest.mark.parametrize("value", ["secret\r\nx-more: 1", "geheim\u00fc"])
def test_a_value_that_can_be_none_is_told_without_what_it_says(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AK")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", value)

    with pytest.raises(Misconfigured) as told:
        source()

    assert str(told.value).startswith("AWS_SECRET_ACCESS_KEY has a character")
    assert value not in str(told.value)


def test_where_the_environment_has_none_and_no_sdk_is_there_it_is_said_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "botocore.session", None)

    with pytest.raises(Misconfigured, match=r"^AWS_ACCESS_KEY_ID is not set: set it, or install boto3"):
        source()


def test_of_a_profile_that_is_not_there_none_are_found_and_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(Unanswered, match=r"^no credentials: .*nobody") as told:
        source()()

    assert not told.value.was_sent
