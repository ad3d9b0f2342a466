"""What is stored, as an older version of the function would find it: whether it could use all that its contract names.

The tables, their indexes and the role are looked at as they are in AWS.
"""

from collections.abc import Callable, Iterator
from typing import Any

from specbound.compiled import CompiledContract, CompiledTable
from specbound.deploy.versions import Version
from specbound.evolution.data import compare

# Over how many partitions the indexes of a table may have been written: Terraform says so on the table.
WRITTEN = "specbound:partitions"
Sdk = Callable[[str], Any]
"""Makes an SDK client of a service, `dynamodb`."""


def obstacles(sdk: Sdk, version: Version) -> list[str]:
    """Why a version could not serve what is stored, a sentence each; none if it could."""
    rights = _rights(sdk("iam"), version.role)
    found: list[str] = []
    for name, table in version.contract["tables"].items():
        stored_as = version.environment.get(f"TABLE_{name.upper()}", "")
        description = _description(sdk("dynamodb"), stored_as)
        if description is None:
            found.append(f"it uses the table {name}, and there is no {stored_as}.")
            continue
        actions = version.contract["infrastructure"]["tables"][name]["actions"]
        found += _of_table(sdk("dynamodb"), name, table, description)
        found += _of_role(rights, name, table, description["TableArn"], actions)
    return found


def unshown(earlier: CompiledContract, later: CompiledContract) -> list[str]:
    """What a later version may have stored that the earlier one does not show, a sentence each."""
    # The tables themselves, and the role, are looked at as they are.
    found = [each for each in compare(earlier, later) if each.breaks == "rollback" and each.steps[3:4] == ("item",)]
    return [f"it may not show what was stored since: {each.place}: {each.what}." for each in found]


def moved(earlier: Version, later: Version) -> list[str]:
    """Tables that the later version has in another place, since they were restored, a sentence each."""
    tables = {name: place for name, place in earlier.environment.items() if name.startswith("TABLE_")}
    return [
        f"it uses {place}, and since then {now} took its place: what was written there would be missing."
        for name, place in tables.items()
        if (now := later.environment.get(name, place)) != place
    ]


def _description(client: Any, stored_as: str) -> dict[str, Any] | None:
    try:
        description: dict[str, Any] = client.describe_table(TableName=stored_as)["Table"]
    except client.exceptions.ResourceNotFoundException:
        return None
    return description


def _of_table(client: Any, name: str, table: CompiledTable, description: dict[str, Any]) -> Iterator[str]:
    keys = [each for each in (table["key"], table.get("range_key")) if each]
    if _keys(description) != keys:
        key, there_is = " and ".join(keys), _keys(description)
        yield f"the key of its table {name} is {key}, and the one that is there has {there_is}."
    there = {
        each["IndexName"]: _keys(each)
        for each in description.get("GlobalSecondaryIndexes", [])
        if each["IndexStatus"] == "ACTIVE"
    }
    for index, each in table["indexes"].items():
        if not each["retired"] and there.get(index) != [each["partition"], each["position"]]:
            yield f"it lists {name} by the index {index}, which is not there as it has it."
    if table["indexes"] and (written := _written(client, description["TableArn"])) > table["partitions"]:
        yield (
            f"it lists {name} with partitions: {table['partitions']}, and they have been written over {written}: "
            "a part of them would be missing from its lists."
        )


def _written(client: Any, arn: str) -> int:
    pages = client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    tags = {each["Key"]: each["Value"] for page in pages for each in page["Tags"]}
    return int(tags.get(WRITTEN, 0))


def _of_role(
    rights: set[tuple[str, str]], name: str, table: CompiledTable, arn: str, actions: list[str]
) -> Iterator[str]:
    indexes = [index for index, each in table["indexes"].items() if not each["retired"]]
    needed = [(f"dynamodb:{action}", arn, name) for action in actions]
    needed += [("dynamodb:Query", f"{arn}/index/{index}", f"{name} by the index {index}") for index in indexes]
    for action, resource, place in needed:
        if (action, resource) not in rights:
            yield f"it needs the right to {action.partition(':')[2]} {place}, which the role no longer has."


def _rights(client: Any, role: str) -> set[tuple[str, str]]:
    """Each action that the role's policies allow, with what it allows it on. Ours name both without a wildcard."""
    names = [
        name
        for page in client.get_paginator("list_role_policies").paginate(RoleName=role)
        for name in page["PolicyNames"]
    ]
    policies = [client.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    return {
        (action, resource)
        for policy in policies
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow"
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _keys(description: dict[str, Any]) -> list[str]:
    """The attributes of a table's key, or an index's, the hash key first."""
    return [each["AttributeName"] for each in sorted(description["KeySchema"], key=lambda each: str(each["KeyType"]))]
