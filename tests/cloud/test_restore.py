"""The drill of docs/operate.md, as far as MiniStack goes: it restores what is there now, whatever time it is told."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from specbound.local.emulator import emulator
from specbound.local.issuer import issuer
from tests.cloud.services import Service

pytestmark = pytest.mark.slow

NEW = {"article": "Teapot", "pieces": 2}


class Drill:
    """A service whose tables are restored, and what is said of them in its settings."""

    def __init__(self, service, aws):
        self.service = service
        self._client = aws.sdk("dynamodb", "us-east-1")

    def deploy(self, **settings):
        """What `make deploy` says. Afterwards there is nothing left to change."""
        self._set(settings)
        done = self.service.deploy()
        assert done.returncode == 0, done.stdout + done.stderr
        self.service.terraform("plan", "-input=false", "-detailed-exitcode")
        return done.stdout

    def refusal(self, **settings):
        self._set(settings)
        done = self.service.deploy()
        assert done.returncode != 0
        return " ".join(re.sub("[╷│╵]", " ", done.stderr).split())

    def output(self, name):
        return json.loads(self.service.terraform("output", "-json", name))

    def table(self, name):
        described = self._client.describe_table(TableName=name)["Table"]
        backups = self._client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        tags = self._client.list_tags_of_resource(ResourceArn=described["TableArn"])["Tags"]
        return {
            "protected": described["DeletionProtectionEnabled"],
            "restorable": backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
            "indexes": sorted(each["IndexName"] for each in described.get("GlobalSecondaryIndexes", [])),
            "expiry": self._client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"],
            "tags": sorted((each["Key"], each["Value"]) for each in tags),
        }

    def keys(self, name):
        return {item["orderId"]["S"] for item in self._client.scan(TableName=name)["Items"]}

    def names(self):
        return set(self._client.list_tables()["TableNames"])

    def _set(self, settings):
        (self.service.folder / "terraform" / "terraform.tfvars.json").write_text(json.dumps(settings))


@pytest.fixture
def drill(terraform, tmp_path):
    with emulator() as aws, issuer() as tokens:
        yield Drill(Service(tmp_path / "orders", aws, tokens), aws)


def utc(time):
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def test_tables_are_restored_used_and_those_before_kept_until_they_are_deleted(drill):
    drill.deploy()
    before = drill.output("tables")
    at = datetime.now(UTC) - timedelta(minutes=10)
    entry = {"tables": ["orders", "idempotency"], "at": utc(at)}
    with drill.service.caller() as caller:
        created = caller.post("/orders", json=NEW).json()["orderId"]

        assert "What was restored has no tags and no protection yet" in drill.deploy(restore=[entry])

        after = drill.output("tables")
        assert after == {name: f"{before[name]}-{at:%Y%m%d%H%M%S}" for name in entry["tables"]}
        assert drill.output("superseded") == {name: [before[name]] for name in entry["tables"]}
        for name in entry["tables"]:
            assert drill.table(after[name]) == drill.table(before[name])
        assert drill.table(after["orders"])["protected"]
        assert caller.get(f"/orders/{created}").status_code == 200
        assert [each["orderId"] for each in caller.get("/orders").json()["items"]] == [created]
        late = caller.post("/orders", json=NEW).json()["orderId"]
        assert (drill.keys(before["orders"]), drill.keys(after["orders"])) == ({created}, {created, late})

        back = drill.service.command("rollback")
        assert back.returncode != 0
        assert f"it uses {before['orders']}, and since then {after['orders']} took its place" in back.stderr
        assert "which this plan would delete" in drill.refusal()
        assert 'First deploy with superseded = "unprotect"' in drill.refusal(restore=[entry], superseded="delete")
        later = {"tables": ["orders"], "at": utc(datetime.now(UTC) + timedelta(days=1))}
        assert "within the last 35 days" in drill.refusal(restore=[entry, later])

        drill.deploy(restore=[entry], superseded="unprotect")
        drill.deploy(restore=[entry], superseded="delete")
        assert drill.names() == set(after.values())
        assert caller.get(f"/orders/{late}").status_code == 200


def test_a_time_or_a_table_that_there_is_not_is_refused_before_anything_is_changed(drill):
    assert "write at =" in drill.refusal(restore=[{"tables": ["orders"], "at": "yesterday"}])
    assert "and no things" in drill.refusal(restore=[{"tables": ["things"], "at": "2026-01-31T09:30:00Z"}])
    now = utc(datetime.now(UTC) - timedelta(minutes=10))
    assert "What was never deployed can't be" in drill.refusal(restore=[{"tables": ["orders"], "at": now}])
    assert drill.names() == set()
