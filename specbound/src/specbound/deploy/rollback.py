"""`python -m specbound.deploy.rollback`: let the API call the function's version before the one that it calls now."""

import json
import subprocess
import sys
from typing import Any

import boto3


def roll_back(client: Any, function: str) -> tuple[str, str]:
    """Move the alias `live` back by one published version. Answers where it was and where it is; exits if it can't."""
    live = client.get_alias(FunctionName=function, Name="live")["FunctionVersion"]
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    published = [each["Version"] for page in pages for each in page["Versions"] if each["Version"] != "$LATEST"]
    earlier = [version for version in published if int(version) < int(live)]
    if not earlier:
        sys.exit(f"{function} is at version {live}, and there is none before it.")
    previous: str = max(earlier, key=int)
    client.update_alias(FunctionName=function, Name="live", FunctionVersion=previous)
    return live, previous


def main() -> None:
    terraform = ["terraform", "-chdir=terraform", "output", "-json"]
    outputs = json.loads(subprocess.run(terraform, check=True, capture_output=True, text=True).stdout)
    if "function" not in outputs:
        sys.exit("Nothing is deployed from here.")
    client = boto3.Session(region_name=outputs["region"]["value"]).client("lambda")
    live, previous = roll_back(client, outputs["function"]["value"])
    print(f"{outputs['function']['value']}: from version {live} back to {previous}; `make deploy` goes forward again.")


if __name__ == "__main__":
    main()
