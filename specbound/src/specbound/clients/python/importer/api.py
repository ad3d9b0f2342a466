"""What can be imported, from the contract that the API serves, and the generated client that does it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from importlib.metadata import distributions
from typing import Any
from uuid import UUID

import httpx

from importer.stopped import ImportStopped

KEY = "Idempotency-Key"
# An import that gives up is more trouble than one that waits.
PATIENCE_SECONDS = 600
# For a contract that leaves its throttle to the stage.
GENTLE = {"rate": 5, "burst": 5}

# The client's name follows the contract's title.
_PACKAGE = next(each.name.replace("-", "_") for each in distributions() if each.name.endswith("-client"))
_client: Any = import_module(_PACKAGE)
ProblemError = _client.ProblemError
Contract = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of thing that the API creates in batches, under a key."""

    name: str
    operation_id: str
    tag: str
    types: dict[str, str]
    """The JSON type of each field."""
    required: frozenset[str]
    most_items: int
    most_bytes: int
    rate: float
    """Requests a second."""
    at_once: int


class Items:
    """The body of a batch. The client's own classes can't hold a row that the contract refuses, and say why."""

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = items

    def to_dict(self) -> dict[str, Any]:
        return {"items": self._items}


def connect(url: str, token: str, attempts: int = 3) -> Any:
    """A client that tries each request so many times, and waits as the API asks."""
    _check_address(url)
    try:
        retry = _client.Retry(attempts=attempts, deadline=PATIENCE_SECONDS)
        return _client.RetryingClient(base_url=url, token=token, retry=retry)
    except ValueError as error:
        raise ImportStopped(
            "API_TOKEN has characters that no token has. Was it copied as a whole, and alone?"
        ) from error


def kinds(client: Any) -> list[Kind]:
    """All that can be imported. Raises ImportStopped where no such API answers."""
    try:
        contract = import_module(f"{_PACKAGE}.api.meta.get_contract").sync(client=client).to_dict()
    except httpx.TransportError as error:
        raise ImportStopped(explain(error)) from error
    except (ProblemError, ValueError, KeyError, TypeError) as error:
        raise ImportStopped("API_URL is not this API's: no contract of it is served there.") from error
    found = (_kind(contract, path, item["post"]) for path, item in contract["paths"].items() if "post" in item)
    batches = [kind for kind in found if kind]
    if not batches:
        raise ImportStopped("This API creates nothing in batches, so there is nothing to import into.")
    return batches


def admit(client: Any, kind: Kind) -> None:
    """Raises ImportStopped unless the token may create that kind: an empty batch tells, and creates nothing."""
    try:
        _operation(kind).sync(client=client, body=Items([]))
    except (ProblemError, httpx.TransportError) as error:
        if getattr(error, "status", None) != 400:
            raise ImportStopped(explain(error)) from error


async def create(client: Any, kind: Kind, items: Sequence[Any], key: UUID) -> Any:
    """Send a batch. Returns a result for each item, with its `status` and `problem`."""
    return (await _operation(kind).asyncio(client=client, body=Items(items), idempotency_key=str(key))).results


def explain(error: Exception) -> str:
    """A sentence for what the client raised."""
    match getattr(error, "status", None):
        case None:
            return f"The API does not answer ({str(error) or type(error).__name__}). Is it running, and API_URL right?"
        case 401:
            return "The API does not accept this token. Is API_TOKEN right, and still valid?"
        case 403:
            return "This token lacks the scope for it. Set API_TOKEN to one that has it."
    return f"The API answered {error}"


def _check_address(url: str) -> None:
    """Raises ImportStopped, which does not show it: it may be a token that was given under the wrong name."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise ImportStopped("API_URL is no address. It is to be like https://api.example.com.") from None
    if parts.scheme not in ("http", "https") or not parts.host:
        raise ImportStopped("API_URL is to begin with http:// or https://, and a host is to follow.")
    if parts.userinfo or parts.query or parts.fragment:
        raise ImportStopped("API_URL is to be an address alone: no name or password in it, no ? and no #.")


def _operation(kind: Kind) -> Any:
    return import_module(f"{_PACKAGE}.api.{kind.tag}.{kind.operation_id}")


def _kind(contract: Contract, path: str, operation: Contract) -> Kind | None:
    """What this operation creates, if it takes `{"items": […]}` and a key and nothing else."""
    parameters = [_resolve(contract, each)["name"] for each in operation.get("parameters", [])]
    if parameters != [KEY]:
        return None
    body = operation["requestBody"]
    schema = _resolve(contract, body["content"]["application/json"]["schema"])
    if schema.get("properties", {}).keys() != {"items"}:
        return None
    items = schema["properties"]["items"]
    item = _resolve(contract, items["items"])
    throttle = operation.get("x-throttle", GENTLE)
    return Kind(
        name=path.split("/")[1],
        operation_id=operation["operationId"],
        tag=operation["tags"][0],
        types={name: _resolve(contract, each).get("type", "") for name, each in item["properties"].items()},
        required=frozenset(item.get("required", [])),
        most_items=items["maxItems"],
        most_bytes=body["x-max-bytes"],
        rate=throttle["rate"],
        # A second's worth on the way is enough; the rest of the burst is left to others, and to repetitions.
        at_once=int(min(throttle["rate"], throttle["burst"])),
    )


def _resolve(contract: Contract, value: Contract) -> Contract:
    while "$ref" in value:
        steps: Iterable[str] = value["$ref"].split("/")[1:]
        value = reduce(lambda part, step: part[step], steps, contract)
    return value
