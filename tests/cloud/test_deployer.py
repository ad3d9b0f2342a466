"""Who deploys, plans and operates: `terraform/policies/` allows what the commands need, and nothing that they don't.

The commands run as users who have these policies and no others, on a MiniStack that enforces them. What they ask of it
is compared with what they are allowed.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from specbound.compiler.document import ROOT
from specbound.deploy.rollback import roll_back
from specbound.local.emulator import emulator
from tests.cloud.clouds import with_own_packages
from tests.cloud.recorder import recorder
from tests.cloud.weighted import Weighted
from tests.repository.policies import BUCKET, DOMAIN, NAME, STATE, actions, filled
from tests.repository.project import copy_to

pytestmark = pytest.mark.slow

# Who has which policies.
PERSONS = {
    "deployer": ("plan", "plan-domain", "state-read", "deploy", "deploy-domain", "state-write", "restore"),
    "planner": ("plan", "plan-domain", "state-read"),
    "on-call": ("operate", "state-read"),
}
# What is allowed and was not asked for here, and why it is allowed all the same.
UNSEEN = {
    **dict.fromkeys(
        ["acm:AddTagsToCertificate", "cloudwatch:TagResource", "cognito-idp:TagResource", "iam:TagRole",
         "lambda:TagResource", "logs:TagResource"],
        "AWS asks for it where something is made with tags, in the call that makes it",
    ),
    **dict.fromkeys(
        ["logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeResourcePolicies", "logs:GetLogDelivery",
         "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery"],
        "API Gateway asks CloudWatch in the caller's name where a stage has an access log; so its documentation says",
    ),
    **dict.fromkeys(
        ["logs:DeleteQueryDefinition", "logs:DescribeQueryDefinitions", "logs:PutQueryDefinition"],
        "questions.tf, which MiniStack can't",
    ),
    "iam:PassRole": "Lambda asks for it where a function is given its role",
    "iam:CreateServiceLinkedRole": "API Gateway makes its own role with the first API of an account",
    "dynamodb:UntagResource": "a table that loses its last index is no longer tagged",
    **dict.fromkeys(
        ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
        "DynamoDB reads and writes in the caller's name what it restores; so its documentation says",
    ),
}  # fmt: skip
# Of these MiniStack does not know on what they act, and so refuses them to whoever may not do them to everything.
VAGUE = {
    "cloudwatch:DeleteAlarms", "cloudwatch:DeleteDashboards", "cloudwatch:GetDashboard",
    "cloudwatch:ListTagsForResource", "cloudwatch:PutDashboard", "dynamodb:ListTagsOfResource",
    "dynamodb:RestoreTableToPointInTime", "dynamodb:TagResource", "lambda:CreateFunction", "route53:GetChange",
}  # fmt: skip
# It takes whatever is done to an alias for this.
MISTAKEN = "lambda:ListAliases"
# What of the tests' own environment is not theirs.
FOREIGN = ("AWS_", "TABLE_", "TF_VAR_")
PRODUCT = {
    "name": {"S": "Trackball"}, "price": {"N": "45"}, "category": {"S": "mice"}, "version": {"N": "1"},
    "createdAt": {"S": "2026-01-01T00:00:00.000000Z"}, "updatedAt": {"S": "2026-01-01T00:00:00.000000Z"},
}  # fmt: skip
USER = {
    "name": {"S": "Ada"}, "email": {"S": "ada@example.com"}, "status": {"S": "active"}, "version": {"N": "1"},
    "createdAt": {"S": "2026-01-01T00:00:00.000000Z"}, "updatedAt": {"S": "2026-01-01T00:00:00.000000Z"},
}  # fmt: skip
SETTINGS = """
deletion_protection = {protected}
log_retention_days  = {days}
clients             = {{ shop = {{ scopes = ["products/read"{scopes}] }} }}
domain              = {{ name = "{domain}", zone_id = "{zone}", default_address = {default} }}
restore             = {restore}
"""
BACKEND = """
terraform {{
  backend "s3" {{
    bucket         = "{bucket}"
    key            = "{state}"
    region         = "us-east-1"
    use_lockfile   = true
    use_path_style = true # for MiniStack, whose buckets have no names of their own
  }}
}}
"""


class Company:
    """A project, its AWS, and the people who work with it."""

    def __init__(self, folder, aws, recorded):
        self.folder, self.aws, self.recorded = folder, aws, recorded
        self.zone = aws.sdk("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
        self.zone = self.zone.rpartition("/")[2]
        aws.sdk("s3").create_bucket(Bucket=BUCKET)
        (folder / "terraform" / "backend.tf").write_text(BACKEND.format(bucket=BUCKET, state=STATE), encoding="utf-8")
        self.account = aws.sdk("sts").get_caller_identity()["Account"]
        self.people = {person: self._hired(person, policies) for person, policies in PERSONS.items()}

    def _hired(self, person, policies):
        """An emulator as this person reaches it: through the recorder, with keys of their own."""
        iam = self.aws.sdk("iam")
        iam.create_user(UserName=person)
        for name in policies:
            document = json.dumps(filled(name, self.account, self.zone))
            policy = iam.create_policy(PolicyName=f"{person}-{name}", PolicyDocument=document)
            iam.attach_user_policy(UserName=person, PolicyArn=policy["Policy"]["Arn"])
        vague = {"Effect": "Allow", "Action": [MISTAKEN, *(VAGUE & actions(*policies))], "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [vague]})
        iam.put_user_policy(UserName=person, PolicyName="vague", PolicyDocument=document)
        key = iam.create_access_key(UserName=person)["AccessKey"]
        return replace(
            self.aws, url=self.recorded.url, access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"]
        )

    def asked(self, person):
        """The actions that somebody has asked for."""
        return {action for key, action, _ in self.recorded.calls if key == self.people[person].access_key}

    def make(self, person, *targets):
        return self._do(person, "make", "--no-print-directory", "--old-file=.venv/ready", *targets)

    def release(self, person, *options):
        """Deploy what runs here, which what `make` packages need not do."""
        command = (".venv/bin/python", "-m", "specbound")
        self._do(person, *command, "package", "--host")
        return self._do(person, *command, "deploy", *options, "--", "-auto-approve", "-input=false")

    def _do(self, person, *command):
        environment = {name: each for name, each in os.environ.items() if not name.startswith(FOREIGN)}
        environment |= self.people[person].environment
        environment |= {f"TF_CLI_ARGS_{each}": "-auto-approve -input=false" for each in ("apply", "destroy")}
        # As the hosted workflow plans: who only reads can't lock.
        environment |= {"TF_CLI_ARGS_plan": "-lock=false"}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        return done.stdout + done.stderr

    def set(self, **settings: Any):
        text = SETTINGS.format(domain=DOMAIN, zone=self.zone, **settings)
        (self.folder / "terraform" / "terraform.tfvars").write_text(text, encoding="utf-8")

    def package(self):
        """A copy of what was deployed last."""
        zip_file = self.folder / "build" / "lambda.zip"
        number = len(list(zip_file.parent.glob("*.kept")))
        return Path(shutil.copy(zip_file, zip_file.with_suffix(f".{number}.kept")))

    def stock(self, product_id):
        """Store a product that no index lists, as a version before all indexes did."""
        item = PRODUCT | {"productId": {"S": product_id}}
        self.aws.sdk("dynamodb").put_item(TableName=f"{NAME}-products", Item=item)

    def admit(self, user_id):
        """Store a user whose address nobody has claimed, as a version before addresses were unique did.

        The table in use is the one that was restored: its name has the time.
        """
        database = self.aws.sdk("dynamodb")
        table = max(each for each in database.list_tables()["TableNames"] if each.startswith(f"{NAME}-users"))
        database.put_item(TableName=table, Item=USER | {"userId": {"S": user_id}})


@pytest.fixture
def company(terraform, tmp_path):
    copy_to(tmp_path)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "terraform" / "questions.tf").unlink()  # which MiniStack can't
    with emulator(enforce_policies=True) as aws, recorder(aws.url) as recorded:
        yield Company(tmp_path, aws, recorded)


def earlier(contract):
    """The contract of a release before: one index, one scope and some partitions fewer."""
    for form, replacement in {
        r"\n +by_category: .*": "",
        " categoryPartition: S,": "",
        r"inventory/write\]": "inventory/read]",
        r"partitions: 2": r"\g<0>\n    write_partitions: 1",
    }.items():
        contract, count = re.subn(form, replacement, contract)
        assert count, form
    return contract


def test_everybody_may_do_what_is_theirs_and_is_allowed_nothing_else(company):
    contract = company.folder / "openapi.yaml"
    present = contract.read_text(encoding="utf-8").replace(
        "hash_key: userId\n", "hash_key: userId\n    partitions: 2\n"
    )
    contract.write_text(earlier(present), encoding="utf-8")
    company.set(protected="true", days=30, scopes="", default="true", restore="[]")
    company.make("deployer", "deploy")
    packages = [company.package()]

    at = datetime.now(UTC) - timedelta(minutes=10)
    restore = f'[{{ tables = ["users", "emails"], at = "{at:%Y-%m-%dT%H:%M:%SZ}" }}]'
    company.set(protected="true", days=30, scopes="", default="true", restore=restore)
    assert "What was restored has no tags and no protection yet" in company.release("deployer")
    packages.append(company.package())

    company.stock("7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d")
    contract.write_text(present, encoding="utf-8")
    company.set(protected="false", days=7, scopes=', "products/write"', default="false", restore=restore)
    with Weighted(company.aws, NAME) as api:
        assert "1 filled" in company.release("deployer", "--canary", "50", "--watch", "0.05", "--url", api.url)
    packages.append(company.package())
    # MiniStack forgets what alarms watch.
    assert "aws_cloudwatch_metric_alarm" in company.make("planner", "plan")

    company.stock("0b6b2f0e-8c1d-4a53-9a51-5c7f3d1d2f6e")
    assert "2 fit" in company.make("on-call", "check-data", "TABLES=products")
    assert "1 filled" in company.make("on-call", "backfill", "TABLES=products")
    company.admit("0b6b2f0e-8c1d-4a53-9a51-5c7f3d1d2f6f")
    assert "1 filled" in company.make("on-call", "backfill", "TABLES=users")
    sdk = company.people["on-call"].sdk
    rolled_back = roll_back(lambda service: with_own_packages(sdk(service), packages), NAME)
    assert (rolled_back.before, rolled_back.after, rolled_back.ignored) == (3, 2, [])
    company.aws.sdk("lambda").update_function_configuration(FunctionName=NAME, MemorySize=1025)
    company.aws.sdk("lambda").publish_version(FunctionName=NAME)
    assert "versions 1, 3 are gone" in company.make("on-call", "prune", "KEEP=1")
    assert "Destroy complete!" in company.make("deployer", "destroy")

    # Everybody may ask who they are.
    asked = {person: company.asked(person) - {"sts:GetCallerIdentity"} for person in PERSONS}
    allowed = {person: actions(*policies) for person, policies in PERSONS.items()}
    assert [(person, each) for person in PERSONS for each in asked[person] - allowed[person]] == []
    assert {person: sorted(allowed[person] - asked[person]) for person in PERSONS} == {
        "deployer": sorted(UNSEEN),
        "planner": ["logs:DescribeQueryDefinitions"],
        "on-call": [],
    }
    # What MiniStack did not look at: that it is this deployment's.
    strangers = [(action, said) for _, action, said in company.recorded.calls if action in VAGUE and NAME not in said]
    assert {action for action, _ in strangers} == {"route53:GetChange"}


def test_nobody_may_touch_what_is_not_theirs(company):
    sdk = {person: emulator.sdk for person, emulator in company.people.items()}
    iam, name = company.aws.sdk("iam"), {"PolicyName": "all", "PolicyDocument": "{}"}
    for role in (f"{NAME}-us-east-1", "other-us-east-1"):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
    for table in (f"{NAME}-users", "other-users"):
        company.aws.sdk("dynamodb").create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )

    refused = [
        # What belongs to another deployment, and to nobody.
        lambda: sdk["deployer"]("dynamodb").delete_table(TableName="other-users"),
        lambda: sdk["deployer"]("iam").put_role_policy(RoleName="other-us-east-1", **name),
        lambda: sdk["deployer"]("iam").create_user(UserName="mallory"),
        lambda: sdk["deployer"]("lambda").delete_function(FunctionName="other"),
        lambda: sdk["on-call"]("dynamodb").scan(TableName="other-users"),
        # Who plans changes nothing and reads no data, and who is on call builds nothing.
        lambda: sdk["planner"]("dynamodb").delete_table(TableName=f"{NAME}-users"),
        lambda: sdk["planner"]("dynamodb").scan(TableName=f"{NAME}-users"),
        lambda: sdk["planner"]("apigatewayv2").create_api(Name=NAME, ProtocolType="HTTP"),
        lambda: sdk["on-call"]("dynamodb").delete_table(TableName=f"{NAME}-users"),
        lambda: sdk["on-call"]("iam").put_role_policy(RoleName=f"{NAME}-us-east-1", **name),
    ]
    for ask in refused:
        with pytest.raises(ClientError, match="AccessDenied"):
            ask()
    assert sdk["on-call"]("dynamodb").scan(TableName=f"{NAME}-users")["Count"] == 0
    assert sdk["deployer"]("dynamodb").delete_table(TableName=f"{NAME}-users")
