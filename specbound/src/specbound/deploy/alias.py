"""The alias `live`, which the API calls: which version it leads to, what it says of itself, and how it is moved.

Its description is what Terraform and the next command go by: a rollback holds it, a canary shares it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from specbound.failures import Failed

ALIAS = "live"
# How the description begins; terraform/deployed.tf knows both.
HELD, CANARY = "held at version", "shared with version"
LONGEST_DESCRIPTION = 256


class Moved(Failed):
    """Somebody else has moved the alias since it was read."""


@dataclass(frozen=True)
class Live:
    """Where the alias led when it was read: `shares` has what another version than `version` gets, from 0 to 1."""

    version: int
    description: str
    revision: str
    shares: Mapping[int, float] = field(default_factory=dict)

    @property
    def is_held(self) -> bool:
        """Whether nothing goes forward unless it is told to."""
        return self.description.startswith(HELD)

    @property
    def canary(self) -> int | None:
        """The version that gets a share of the requests."""
        return next(iter(self.shares), None)


@dataclass(frozen=True)
class Alias:
    """The alias of a function; `client` is Lambda's."""

    client: Any
    function: str

    def read(self) -> Live | None:
        """Where it leads; None where there is none."""
        try:
            return _live(self.client.get_alias(FunctionName=self.function, Name=ALIAS))
        except self.client.exceptions.ResourceNotFoundException:
            return None

    def move(
        self, live: Live, version: int, description: str = "", shares: Mapping[int, float] = MappingProxyType({})
    ) -> Live:
        """Lead it to a version, and only there unless others get `shares`. Raises Moved if it is no longer `live`."""
        try:
            moved = self.client.update_alias(
                FunctionName=self.function,
                Name=ALIAS,
                FunctionVersion=str(version),
                Description=description[:LONGEST_DESCRIPTION],
                # Left out, they would stay as they are.
                RoutingConfig={"AdditionalVersionWeights": {str(each): share for each, share in shares.items()}},
                RevisionId=live.revision,
            )
        except self.client.exceptions.PreconditionFailedException as error:
            raise self.moved() from error
        return _live(moved)

    def moved(self) -> Moved:
        """What is raised where it is not as it was left."""
        now = self.read()
        return Moved(f"{self.function}: somebody else has moved the alias {ALIAS} meanwhile, and {said(now)}.")


def said(live: Live | None) -> str:
    """Where the alias leads, in words that go on with a sentence."""
    if live is None:
        return "it is gone"
    return f"it is {live.description}" if live.description else f"it leads to version {live.version}"


def held(version: int, why: str) -> str:
    """What the alias says while nothing goes forward unless it is told to."""
    return f"{HELD} {version}, {why}"


def now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _live(alias: Mapping[str, Any]) -> Live:
    weights = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    return Live(
        int(alias["FunctionVersion"]),
        alias.get("Description", ""),
        alias["RevisionId"],
        {int(version): share for version, share in weights.items()},
    )
