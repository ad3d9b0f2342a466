"""A deployment from its first day to its last, with tokens of the user pool that Terraform makes for it."""

import re
import subprocess
import zipfile

import httpx
import pytest

from specbound.compiled import read
from specbound.compiler import manifest
from specbound.deploy.prune import prune
from specbound.deploy.rollback import Rollback, roll_back
from specbound.failures import Failed
from specbound.local.cloud import variables
from specbound.local.emulator import emulator
from specbound.local.issuer import issuer
from tests.cloud.clouds import PUBLIC, SECURED, deploy

pytestmark = pytest.mark.slow

EVERYTHING = {
    "apigatewayv2": ("get_apis", "Items"),
    "cloudwatch": ("list_dashboards", "DashboardEntries"),
    "cognito-idp": ("list_user_pools", "UserPools"),
    "dynamodb": ("list_tables", "TableNames"),
    "iam": ("list_roles", "Roles"),
    "lambda": ("list_functions", "Functions"),
    "logs": ("describe_log_groups", "logGroups"),
}


@pytest.fixture
def own_cloud(zip_file, tmp_path):
    with emulator(enforce_policies=True) as aws, issuer() as tokens:
        yield deploy(tmp_path / "terraform", aws, tokens, variables(tokens.url, zip_file) | {"jwt": None})


def _what_exists(cloud):
    limits = {"cognito-idp": {"MaxResults": 60}}
    return {
        service: getattr(cloud.sdk(service), call)(**limits.get(service, {}))[member]
        for service, (call, member) in EVERYTHING.items()
    }


def _token(cloud, scope):
    [(client_id, name)] = cloud.outputs["clients"].items()
    credentials = (client_id, cloud.outputs["client_secrets"][name])
    form = {"grant_type": "client_credentials", "scope": scope}
    answer = httpx.post(f"{cloud.aws.url}/oauth2/token", data=form, auth=credentials)
    return answer.raise_for_status().json()["access_token"]


def _printed_token(cloud, folder):
    """What the command prints that a deployment tells how to get a token with; MiniStack stands at another place."""
    command = cloud.outputs["how_to_get_a_token"]
    [place] = re.findall(r"https://\S+\.amazoncognito\.com", command)
    return subprocess.check_output(command.replace(place, cloud.aws.url), shell=True, cwd=folder, text=True).strip()


def _release(zip_file, tmp_path):
    """The same package with one more file, and its manifest: a release."""
    file = tmp_path / "release.zip"
    file.write_bytes(zip_file.read_bytes())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("release.txt", "2")
    manifest.write(file, read(), manifest.architecture())
    return file


def _live_version(cloud):
    return cloud.sdk("lambda").get_alias(FunctionName=cloud.outputs["function"], Name="live")["FunctionVersion"]


def _publish(cloud, times):
    """Publish the function's newest code again, changed by a setting each time."""
    for number in range(times):
        memory = {"FunctionName": cloud.outputs["function"], "MemorySize": 1025 + number}
        cloud.sdk("lambda").update_function_configuration(**memory)
        cloud.sdk("lambda").publish_version(FunctionName=cloud.outputs["function"])


def _published(cloud):
    found = cloud.sdk("lambda").list_versions_by_function(FunctionName=cloud.outputs["function"])["Versions"]
    return [each["Version"] for each in found if each["Version"] != "$LATEST"]


def test_a_deployment_is_released_rolled_back_pruned_and_destroyed(own_cloud, zip_file, tmp_path):
    before_release = _live_version(own_cloud)
    printed = _printed_token(own_cloud, tmp_path)
    for operation_id, scope in SECURED.items():
        assert own_cloud.call(operation_id, None) == 401
        assert own_cloud.call(operation_id, _token(own_cloud, scope)) not in (401, 403)
        assert own_cloud.call(operation_id, printed) not in (401, 403)

    release = str(_release(zip_file, tmp_path))
    own_cloud.deployment.apply(own_cloud.variables | {"package": release})
    assert (before_release, _live_version(own_cloud)) == ("1", "2")

    sdk = own_cloud.sdk_with(str(zip_file), release)
    assert roll_back(sdk, own_cloud.outputs["function"]) == Rollback(2, 1, [])
    assert _live_version(own_cloud) == "1"
    with pytest.raises(Failed, match="is at version 1, and there is none before it"):
        roll_back(sdk, own_cloud.outputs["function"])

    assert prune(own_cloud.sdk("lambda"), own_cloud.outputs["function"], 1) == []
    _publish(own_cloud, 2)
    # The newest, and version 1, which is called.
    assert prune(own_cloud.sdk("lambda"), own_cloud.outputs["function"], 1) == ["2", "3"]
    assert _published(own_cloud) == ["1", "4"]
    assert own_cloud.call(PUBLIC[0], None) == 200

    assert all(_what_exists(own_cloud).values())
    own_cloud.deployment.destroy()
    assert {service: found for service, found in _what_exists(own_cloud).items() if found} == {}
