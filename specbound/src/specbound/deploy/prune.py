"""Prune, `specbound prune`: delete the function's old versions, since with SnapStart each of them is billed."""

from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from specbound.deploy.outputs import outputs
from specbound.deploy.versions import published
from specbound.failures import Failed

KEEP = 3


def prune(client: Any, function: str, keep: int) -> list[str]:
    """Delete all published versions but the newest `keep`, and what an alias calls. Answers which, the oldest first."""
    versions = [str(number) for number in sorted(published(client, function))]
    called = _called(client, function)
    old = [version for version in versions[:-keep] if version not in called]
    for version in old:
        client.delete_function(FunctionName=function, Qualifier=version)
    return old


def run(keep: int = KEEP) -> None:
    """Prune what was deployed from here, and say what is gone. Raises Failed."""
    deployed = outputs()
    function = deployed["function"]
    try:
        gone = prune(boto3.Session(region_name=deployed["region"]).client("lambda"), function, keep)
    except (BotoCoreError, ClientError) as error:
        raise Failed(f"AWS refused: {error}") from error
    print(f"{function}: versions {', '.join(gone)} are gone." if gone else f"{function}: there is nothing to prune.")


def _called(client: Any, function: str) -> set[str]:
    """The versions that aliases call, those among them that get a part of the requests included."""
    pages = client.get_paginator("list_aliases").paginate(FunctionName=function)
    aliases = [alias for page in pages for alias in page["Aliases"]]
    weighted = {
        version for alias in aliases for version in alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    }
    return weighted | {alias["FunctionVersion"] for alias in aliases}
