"""Instances that are restored from one snapshot (SnapStart), by AWS's own module for what is done then."""

import subprocess
import sys

import pytest

from specbound.compiler.document import ROOT
from tests.environments import outside
from tests.scripted import reply, scripted

# Two instances are one process whose state of chance is set back to what it was when the snapshot was made.
RESTORED = """
import random
from snapshot_restore_py import get_after_restore
from specbound.store import dynamodb

def restored():
    random.setstate(snapshot)
    for function, arguments, named in get_after_restore():
        function(*arguments, **named)
    dynamodb.call("get_item", TableName="things", Key={"id": {"S": "1"}})
    return random.random()

dynamodb.call("get_item", TableName="things", Key={"id": {"S": "1"}})
snapshot = random.getstate()
print(len({restored(), restored()}))
"""
LAMBDA = {
    "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}  # fmt: skip


def run(program, **environment):
    environment = {**outside(), **LAMBDA, **environment}
    return subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, env=environment, text=True).strip()


@pytest.mark.parametrize("client", ["specbound", "boto3"])
@pytest.mark.parametrize(("initialization", "chances", "opened"), [("snap-start", "2", 3), ("on-demand", "1", 1)])
def test_restored_instances_have_chances_and_connections_of_their_own(client, initialization, chances, opened):
    with scripted(reply({})) as server:
        said = run(
            RESTORED,
            DATABASE_CLIENT=client,
            AWS_ENDPOINT_URL=server.url,
            AWS_LAMBDA_INITIALIZATION_TYPE=initialization,
        )

    assert (said, server.opened) == (chances, opened)


def test_a_runtime_without_such_hooks_starts_all_the_same():
    program = (
        "import sys; sys.modules['snapshot_restore_py'] = None; from specbound.store import dynamodb; dynamodb.line()"
    )

    assert run(program, AWS_LAMBDA_INITIALIZATION_TYPE="snap-start") == ""
