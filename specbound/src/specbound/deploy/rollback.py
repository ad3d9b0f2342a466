"""Rollback, `specbound rollback`: let the API call the function's version before the one that it calls now."""

from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from specbound.deploy.outputs import outputs
from specbound.failures import Failed


def roll_back(client: Any, function: str) -> tuple[str, str]:
    """Move the alias `live` back by one published version. Answers where it was and where it is. Raises Failed."""
    live = client.get_alias(FunctionName=function, Name="live")["FunctionVersion"]
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    published = [each["Version"] for page in pages for each in page["Versions"] if each["Version"] != "$LATEST"]
    earlier = [version for version in published if int(version) < int(live)]
    if not earlier:
        raise Failed(f"{function} is at version {live}, and there is none before it.")
    previous: str = max(earlier, key=int)
    client.update_alias(FunctionName=function, Name="live", FunctionVersion=previous)
    return live, previous


def run() -> None:
    """Roll back what was deployed from here, and say so. Raises Failed."""
    deployed = outputs()
    function: str = deployed["function"]
    try:
        client = boto3.Session(region_name=deployed["region"]).client("lambda")
        live, previous = roll_back(client, function)
    except (BotoCoreError, ClientError) as error:
        raise Failed(f"AWS refused: {error}") from error
    print(f"{function}: from version {live} back to {previous}; `make deploy` goes forward again.")
