"""A deployment to MiniStack, and how to call any operation of it."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from specbound.local.deployment import CONFIGURATION, Deployment
from specbound.local.emulator import Emulator
from specbound.local.issuer import Issuer
from specbound.testing import referee
from specbound.testing.callers import ORIGIN
from specbound.testing.deployed import OverHttp
from tests.service import contract

# Of the catalogue each takes one scope.
SECURED = {name: min(each.security[0][0].scopes) for name, each in contract.operations.items() if each.security}
PUBLIC = sorted(set(contract.operations) - set(SECURED))
SCOPES = sorted(set(SECURED.values()))
PLACES = {name: tuple(route.split(" ")) for route, name in contract.routes.items()}
EXAMPLE_ID = "7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"


@dataclass(frozen=True)
class Cloud:
    """A deployment, and what it stands on."""

    aws: Emulator
    issuer: Issuer
    deployment: Deployment
    variables: dict[str, Any]
    url: str
    outputs: dict[str, Any]

    def sdk(self, service: str) -> Any:
        """An SDK client with an administrator's rights."""
        return self.aws.sdk(service, self.outputs["region"])

    def sdk_with(self, *packages: str) -> Callable[[str], Any]:
        """Makes SDK clients to whom each version's package is the one that was deployed as it, among these."""
        return lambda service: with_own_packages(self.sdk(service), packages)

    def token(self, scopes: Iterable[str] = SCOPES) -> str:
        return self.issuer.token(scopes)

    def caller(self, token: str | None) -> httpx.Client:
        """A caller who is answered as the contract promises, or the test fails."""
        return httpx.Client(
            transport=OverHttp(self.url),
            base_url=ORIGIN,
            headers={"authorization": f"Bearer {token}"} if token else {},
            event_hooks={"response": [referee.check]},
        )

    def call(self, operation_id: str, token: str | None, method: str | None = None) -> int:
        """The status of an operation, called by its own method or another, with a token and nothing else."""
        own_method, path = PLACES[operation_id]
        steps = [EXAMPLE_ID if step.startswith("{") else step for step in path.split("/")]
        with self.caller(token) as caller:
            return caller.request(method or own_method, "/".join(steps)).status_code


def with_own_packages(client: Any, packages: Iterable[str | Path]) -> Any:
    """An SDK client to whom each version of a function has the package that was deployed as it, among these.

    MiniStack has the newest package for every version, though it knows the hash of each one's own.
    """
    files = {base64.b64encode(sha256(Path(each).read_bytes()).digest()).decode(): Path(each) for each in packages}

    def give_its_own(parsed: Any, **_: Any) -> None:
        parsed["Code"]["Location"] = files[parsed["Configuration"]["CodeSha256"]].as_uri()

    client.meta.events.register("after-call.lambda.GetFunction", give_its_own)
    return client


def deploy(
    folder: Path, aws: Emulator, tokens: Issuer, variables: dict[str, Any], configuration: Path = CONFIGURATION
) -> Cloud:
    deployment = Deployment(folder, aws, configuration)
    deployment.apply(variables)
    return Cloud(aws, tokens, deployment, variables, deployment.url, deployment.outputs())
