"""Several machine clients of the user pool: each gets its own scopes alone, and changes its secret without a break."""

import re
import subprocess
import threading
import time

import httpx
import pytest

from specbound.local.cloud import variables
from specbound.local.deployment import TerraformFailed
from specbound.local.emulator import emulator
from specbound.local.issuer import issuer
from tests.cloud.clouds import SCOPES, SECURED, deploy

pytestmark = pytest.mark.slow

OPERATION = "list_products"
OWN = SECURED[OPERATION]
OTHERS = sorted(set(SCOPES) - {OWN})
CLIENTS = {"shop": {"scopes": [OWN]}, "office": {"scopes": OTHERS}}


class Pool:
    """A deployment whose user pool has several clients."""

    def __init__(self, cloud, folder):
        self.cloud, self._folder = cloud, folder

    def apply(self, clients):
        self.cloud.deployment.apply(self.cloud.variables | {"clients": clients})

    def plan(self, clients):
        return self.cloud.deployment.plan(self.cloud.variables | {"clients": clients})

    def refusal(self, clients):
        """What Terraform says instead of planning, on one line."""
        with pytest.raises(TerraformFailed) as failed:
            self.plan(clients)
        return " ".join(re.sub("[╷│╵]", " ", str(failed.value)).split())

    def credentials(self, key):
        """The id and the secret of a generation of a client."""
        outputs = self.cloud.deployment.outputs()
        [client_id] = [each for each, name in outputs["clients"].items() if name == key]
        return client_id, outputs["client_secrets"][key]

    def ask(self, credentials, **form):
        form = {"grant_type": "client_credentials"} | form
        return httpx.post(f"{self.cloud.aws.url}/oauth2/token", data=form, auth=credentials)

    def token(self, credentials):
        return self.ask(credentials).raise_for_status().json()["access_token"]

    def printed(self, client):
        """What the deployment's command prints for a client, a token or nothing, and what it complains of."""
        command = self.cloud.deployment.outputs()["how_to_get_a_token"]
        [place] = re.findall(r"https://\S+\.amazoncognito\.com", command)
        command = f"CLIENT={client}\n" + command.replace(place, self.cloud.aws.url)
        done = subprocess.run(command, shell=True, cwd=self._folder, capture_output=True, text=True, check=False)
        return done.stdout.strip(), done.stderr.strip()


class Caller:
    """Somebody who calls the API all the time, each time with a new token of the credentials that they have by now."""

    def __init__(self, pool, credentials):
        self.credentials, self.answers, self._pool = credentials, [], pool
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._call, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _call(self):
        while not self._over.is_set():
            asked = self._pool.ask(self.credentials)
            called = asked.is_success and self._pool.cloud.call(OPERATION, asked.json()["access_token"])
            self.answers.append((asked.status_code, called))
            time.sleep(0.1)


@pytest.fixture(scope="module")
def pool(zip_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clients")
    with emulator(enforce_policies=True) as aws, issuer() as tokens:
        settings = variables(tokens.url, zip_file) | {"jwt": None}
        deployed = deploy(folder / "terraform", aws, tokens, settings | {"clients": CLIENTS})
        yield Pool(deployed, folder)


def test_a_client_gets_the_scopes_that_are_its_own_and_no_others(pool):
    shop, office = pool.credentials("shop.1"), pool.credentials("office.1")

    assert pool.cloud.call(OPERATION, pool.token(shop)) == 200
    assert pool.cloud.call(OPERATION, pool.token(office)) == 403
    for operation_id, scope in SECURED.items():
        if scope != OWN:
            assert pool.cloud.call(operation_id, pool.token(shop)) == 403
            assert pool.cloud.call(operation_id, pool.token(office)) not in (401, 403)
    assert pool.ask(shop, scope=OTHERS[0]).status_code == 400
    assert pool.ask((shop[0], office[1])).status_code in (400, 401)


def test_each_client_is_told_how_to_get_a_token_of_its_own(pool):
    for client, status in {"shop": 200, "shop.1": 200, "office": 403}.items():
        token, complaint = pool.printed(client)
        assert complaint == ""
        assert pool.cloud.call(OPERATION, token) == status

    assert pool.printed("") == pool.printed("nobody") == ("", "Set CLIENT to one of office.1, shop.1.")


def test_a_scope_that_no_operation_asks_for_is_refused_with_those_that_there_are(pool):
    refusal = pool.refusal(CLIENTS | {"shop": {"scopes": [OWN, "catalogue/sell"]}})

    assert f"No operation of the contract asks for catalogue/sell. Its scopes are {', '.join(SCOPES)}." in refusal


def test_the_client_of_a_deployment_that_had_only_one_goes_on(pool):
    """It was an instance by number, and its name said no generation."""
    pool.apply(CLIENTS | {"machine": {"scopes": SCOPES}})
    credentials = pool.credentials("machine.1")
    address = "aws_cognito_user_pool_client.machine"
    move = ["terraform", "state", "mv", f'{address}["machine.1"]', f"{address}[0]"]
    subprocess.run(move, cwd=pool.cloud.deployment.folder, check=True, capture_output=True)
    user_pool = pool.cloud.sdk("cognito-idp").list_user_pools(MaxResults=60)["UserPools"][0]["Id"]
    found = pool.cloud.sdk("cognito-idp").describe_user_pool_client(UserPoolId=user_pool, ClientId=credentials[0])
    kept = ("AllowedOAuthFlows", "AllowedOAuthScopes", "AllowedOAuthFlowsUserPoolClient", "ExplicitAuthFlows")
    pool.cloud.sdk("cognito-idp").update_user_pool_client(
        UserPoolId=user_pool,
        ClientId=credentials[0],
        ClientName=f"{pool.cloud.outputs['function']}-machine",
        **{name: value for name, value in found["UserPoolClient"].items() if name in kept},
    )

    refusal = pool.refusal(CLIENTS)
    assert "All callers of machine would be refused at once, since nothing would be left of machine.1." in refusal
    assert pool.plan(CLIENTS | {"machine": {"scopes": SCOPES}}) == {f'{address}["machine.1"]': ["update"]}
    pool.apply(CLIENTS | {"machine": {"scopes": SCOPES}})

    assert pool.credentials("machine.1") == credentials
    assert pool.cloud.call(OPERATION, pool.token(credentials)) == 200
    pool.apply(CLIENTS | {"machine": {"generations": []}})
    assert pool.ask(credentials).status_code in (400, 401)
    assert pool.plan(CLIENTS) == {}


def test_a_client_goes_from_one_secret_to_the_next_and_no_call_fails(pool):
    old = pool.credentials("shop.1")
    both, new_alone = ({"scopes": [OWN], "generations": each} for each in (["1", "2026-07"], ["2026-07"]))
    assert "since nothing would be left of shop.1. Keep these generations" in pool.refusal(
        CLIENTS | {"shop": new_alone}
    )

    with Caller(pool, old) as caller:
        pool.apply(CLIENTS | {"shop": both})
        caller.credentials = new = pool.credentials("shop.2026-07")
        assert pool.cloud.call(OPERATION, pool.token(old)) == 200
        held = pool.token(old)
        calls_before = len(caller.answers)
        pool.apply(CLIENTS | {"shop": new_alone})

    assert calls_before > 5
    assert len(caller.answers) > calls_before + 5
    assert set(caller.answers) == {(200, 200)}
    assert new != old
    assert pool.ask(old).status_code in (400, 401)
    # Nor is a token let in that the old one got before.
    assert pool.cloud.call(OPERATION, held) == 401
    assert pool.cloud.deployment.outputs()["clients"][new[0]] == "shop.2026-07"
