"""Credentials for DynamoDB: of the environment, where Lambda puts them, or wherever else AWS's SDK finds them."""

import os
from collections.abc import Callable
from typing import NamedTuple

from specbound.settings import Misconfigured
from specbound.store.attempts import Unanswered

NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class Credentials(NamedTuple):
    """`token` is "" for those that last."""

    key_id: str
    secret: str
    token: str


# The credentials to sign with now. Raises Unanswered if there are none.
Source = Callable[[], Credentials]


def source() -> Source:
    """Where credentials come from. Raises Misconfigured for a variable that can be none."""
    found = Credentials(*(os.environ.get(name, "") for name in NAMES))
    for name, value in zip(NAMES, found, strict=True):
        if not (value.isascii() and value.isprintable()):
            raise Misconfigured(f"{name} has a character that no such value has: write it as AWS gave it.")
    return (lambda: found) if found.key_id and found.secret else _of_sdk()


def _of_sdk() -> Source:
    """Those of a container, a profile or the instance, which the SDK renews before they end."""
    try:
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415  # what finds them in the environment does without
        from botocore.session import get_session  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise Misconfigured(f"{NAMES[0]} is not set: set it, or install boto3, which looks elsewhere.") from error
    session = get_session()

    def find() -> Credentials:
        try:
            found = session.get_credentials()
            frozen = found and found.get_frozen_credentials()
        except BotoCoreError as error:
            raise Unanswered(f"no credentials: {error}", was_sent=False) from error
        if not (frozen and frozen.access_key and frozen.secret_key):
            raise Unanswered("no credentials, neither in the environment nor elsewhere", was_sent=False)
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token or "")

    return find
