"""Releases one after the other, as Terraform takes or refuses them, and the way back from each."""

import json
import re
import zipfile
from uuid import uuid4

import pytest

from specbound.compiled import COMPILED
from specbound.compiler import manifest
from specbound.compiler.artefact import artefact
from specbound.compiler.document import load
from specbound.deploy.rollback import Rollback, roll_back
from specbound.failures import Failed
from specbound.local.cloud import variables
from specbound.local.deployment import TerraformFailed
from specbound.local.emulator import emulator
from specbound.local.issuer import issuer
from tests.cloud.clouds import deploy

pytestmark = pytest.mark.slow

# At first the contract says nothing of it.
PARTITIONS = [{}, {"partitions": 4, "write_partitions": 1}, {"partitions": 4}]


class Releases:
    """A deployment, and the packages that were made for it: the service with one contract after the other."""

    def __init__(self, folder, zip_file, aws, tokens):
        self._folder, self._zip_file = folder, zip_file
        self._packages = []
        self._common = variables(tokens.url, zip_file)
        self.cloud = deploy(folder / "terraform", aws, tokens, self.made(lambda users: None))
        self.function = self.cloud.outputs["function"]

    def made(self, change, change_all=lambda document: None):
        """The variables that deploy the service with another table of users, or all of it another way."""
        document = load()
        change(document["x-dynamodb"]["users"])
        change_all(document)
        contract = self._folder / f"{len(self._packages)}.yaml"
        contract.write_text(json.dumps(document), encoding="utf-8")
        compiled, package = artefact(contract), contract.with_suffix(".zip")
        with zipfile.ZipFile(self._zip_file) as source, zipfile.ZipFile(package, "w") as target:
            for each in source.infolist():
                is_artefact = each.filename == (COMPILED / "contract.json").as_posix()
                target.writestr(each, json.dumps(compiled) if is_artefact else source.read(each))
        manifest.write(package, compiled, manifest.architecture())
        self._packages.append(str(package))
        return self._common | {"contract": str(contract), "package": str(package)}

    def apply(self, release, **more):
        self.cloud.deployment.apply(release | more)

    def refusal(self, release, **more):
        """What Terraform says instead of planning, on one line."""
        with pytest.raises(TerraformFailed) as failed:
            self.cloud.deployment.plan(release | more)
        return " ".join(re.sub("[╷│╵]", " ", str(failed.value)).split())

    def roll_back(self, **how):
        return roll_back(self.cloud.sdk_with(*self._packages), self.function, **how)

    def live(self):
        alias = self.cloud.sdk("lambda").get_alias(FunctionName=self.function, Name="live")
        return int(alias["FunctionVersion"]), alias.get("Description", "")

    def indexes(self):
        table = self.cloud.sdk("dynamodb").describe_table(TableName=self.cloud.outputs["tables"]["users"])["Table"]
        return sorted(each["IndexName"] for each in table["GlobalSecondaryIndexes"])

    def create(self, number):
        """So many users, active ones."""
        with self.cloud.caller(self.cloud.token()) as caller:
            for _ in range(number):
                user = {"name": "Ada", "email": f"{uuid4()}@example.com"}
                assert caller.post("/users", json=user).status_code == 201

    def users(self, **parameters):
        """How many users are listed, or the status of another answer."""
        with self.cloud.caller(self.cloud.token()) as caller:
            reply = caller.get("/users", params={"limit": 100} | parameters)
            return reply.json()["count"] if reply.status_code == 200 else reply.status_code


@pytest.fixture
def releases(zip_file, tmp_path):
    with emulator(enforce_policies=True) as aws, issuer() as tokens:
        yield Releases(tmp_path, zip_file, aws, tokens)


def retire(users):
    users["global_secondary_indexes"]["by_status"]["retired"] = True


def remove(users):
    del users["global_secondary_indexes"]["by_status"]
    del users["attributes"]["statusPartition"]


def test_an_index_is_removed_in_two_releases_and_in_no_fewer(releases):
    retired, removed = releases.made(retire), releases.made(remove)
    refusal = releases.refusal(removed)
    assert "x-dynamodb users no longer has the index by_status, by which the deployed version 1 of the" in refusal
    assert "Say `retired: true` of it, deploy that, and take it away in the release after." in refusal

    releases.create(1)
    releases.apply(retired)
    releases.create(1)
    assert releases.indexes() == ["by_status", "newest"]
    # Nothing queries it any more, but the version before lists all by it.
    assert releases.users(status="active") == 500
    assert releases.roll_back() == Rollback(2, 1, [])
    assert releases.users(status="active") == 2
    # What the API is held at goes on working, too.
    assert "by which the deployed version 1 of the" in releases.refusal(removed)

    releases.apply(retired, forward=True)
    releases.apply(removed)
    assert releases.indexes() == ["newest"]
    assert releases.users() == 2
    assert releases.roll_back() == Rollback(3, 2, [])
    assert releases.users() == 2
    with pytest.raises(Failed) as failed:
        releases.roll_back()
    assert str(failed.value).splitlines()[:-1] == [
        f"{releases.function} stays at version 2: version 1 can't serve all that is stored.",
        "  it lists users by the index by_status, which is not there as it has it.",
        "  it needs the right to Query users by the index by_status, which the role no longer has.",
    ]
    assert releases.live()[0] == 2
    assert releases.roll_back(force=True).ignored
    assert releases.live()[0] == 1


def test_partitions_are_raised_in_two_releases_and_not_lowered(releases):
    few, more, all_of_them = (releases.made(lambda users, each=each: users.update(each)) for each in PARTITIONS)
    assert "x-dynamodb users: the deployed version 1 of the function lists with `partitions: 1`" in (
        refusal := releases.refusal(all_of_them)
    )
    assert "Say `write_partitions: 1`, deploy that, and take it away in the release after." in refusal

    releases.create(10)
    releases.apply(more)
    releases.create(10)
    assert releases.roll_back() == Rollback(2, 1, [])
    assert releases.users() == 20
    releases.apply(more, forward=True)
    releases.apply(all_of_them)
    releases.create(10)
    assert releases.users() == 30

    refusal = releases.refusal(few)
    assert "x-dynamodb users: its indexes have been written over 4 partitions, and its lists would hide" in refusal
    assert "Say `partitions: 4`, or more." in refusal
    assert releases.roll_back() == Rollback(3, 2, [])
    assert releases.users() == 30
    with pytest.raises(Failed, match="it lists users with partitions: 1, and they have been written over 4"):
        releases.roll_back()


def test_a_rollback_is_refused_where_the_version_would_not_show_what_may_have_been_stored_since(releases):
    def widen(document):
        schemas = document["components"]["schemas"]
        schemas["User"]["properties"]["name"] = schemas["Name"] | {"maxLength": 10_000}

    releases.apply(releases.made(lambda users: None, widen))

    with pytest.raises(Failed) as failed:
        releases.roll_back()
    [_, reason, _] = str(failed.value).splitlines()
    assert reason == (
        "  it may not show what was stored since: x-dynamodb users/item/properties/name/maxLength: 100 → 10000."
    )
    assert releases.live() == (2, "")
    assert releases.roll_back(force=True) == Rollback(2, 1, [reason.strip()])
    assert releases.live()[0] == 1


def test_a_rollback_stays_until_it_is_told_to_go_forward(releases):
    second = releases.made(lambda users: users.update(partitions=2, write_partitions=1))
    releases.apply(second)
    assert releases.roll_back() == Rollback(2, 1, [])
    version, description = releases.live()
    assert version == 1
    assert re.fullmatch(r"held at version 1, rolled back from 2 at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", description)

    # An apply of the same changes nothing, and one that publishes a version does not go there.
    assert releases.cloud.deployment.plan(second) == {}
    releases.apply(second, log_level="DEBUG")
    assert releases.cloud.deployment.outputs()["version"] == "3"
    assert releases.live() == (1, description)
    refusal = releases.refusal(second, forward=False)
    assert f"The API is {description}. `make deploy FORWARD=1` goes forward to the newest version." in refusal

    releases.apply(second, log_level="DEBUG", forward=True)
    assert releases.live() == (3, "")
    # From there on all is as ever: what is applied is called.
    releases.apply(second, forward=False)
    assert releases.live() == (4, "")
    assert releases.roll_back(to=1) == Rollback(4, 1, [])
    with pytest.raises(Failed, match="is at version 1, and there is none before it"):
        releases.roll_back()
    releases.cloud.deployment.destroy()
