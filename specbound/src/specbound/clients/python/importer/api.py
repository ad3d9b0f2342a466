"""The generated client, and what of it imports."""

import json
import re
from collections.abc import Sequence
from importlib import import_module
from importlib.resources import files
from pkgutil import walk_packages
from typing import Any
from uuid import UUID

import httpx

from .. import ProblemError, Retry, RetryingClient, api
from .kinds import Contract, Kind, batches
from .stopped import ImportStopped

# An import that gives up is more trouble than one that waits.
PATIENCE_SECONDS = 600


class Items:
    """The body of a batch. The client's own classes can't hold a row that the contract refuses, and say why."""

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = items

    def to_dict(self) -> dict[str, Any]:
        return {"items": self._items}


def connect(url: str, token: str, attempts: int = 3) -> RetryingClient:
    """A client that tries each request so many times, and waits as the API asks."""
    _check_address(url)
    try:
        retry = Retry(attempts=attempts, deadline=PATIENCE_SECONDS)
        return RetryingClient(base_url=url, token=token, retry=retry)
    except ValueError as error:
        raise ImportStopped(
            "API_TOKEN has characters that no token has. Was it copied as a whole, and alone?"
        ) from error


def known() -> list[Kind]:
    """All that this client can import, by the contract that it was made of. Raises ImportStopped if that is nothing."""
    contract = files(__package__).joinpath("contract.json").read_text(encoding="utf-8")
    return _importable(json.loads(contract))


def kinds(client: RetryingClient) -> list[Kind]:
    """The same by the contract that the API serves, if it serves one: limits change more often than clients.

    Raises ImportStopped where no such API answers.
    """
    if _module_name("get_contract") not in _operations:
        return known()
    try:
        contract = _operation("get_contract").sync(client=client).to_dict()
        return _importable(contract)
    except httpx.TransportError as error:
        raise ImportStopped(explain(error)) from error
    except (ProblemError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ImportStopped("API_URL is not this API's: no contract of it is served there.") from error


def admit(client: RetryingClient, kind: Kind) -> None:
    """Raises ImportStopped unless the token may create that kind: an empty batch tells, and creates nothing."""
    try:
        _operation(kind.operation_id).sync(client=client, body=Items([]))
    except (ProblemError, httpx.TransportError) as error:
        if getattr(error, "status", None) != 400:
            raise ImportStopped(explain(error)) from error


async def create(client: RetryingClient, kind: Kind, items: Sequence[Any], key: UUID) -> Any:
    """Send a batch. Returns a result for each item, with its `status` and `problem`."""
    operation = _operation(kind.operation_id)
    return (await operation.asyncio(client=client, body=Items(items), idempotency_key=str(key))).results


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


def _importable(contract: Contract) -> list[Kind]:
    """What the contract lets be created in batches, by operations that this client has."""
    found = [kind for kind in batches(contract) if _module_name(kind.operation_id) in _operations]
    if not found:
        raise ImportStopped("This API creates nothing in batches, so there is nothing to import into.")
    return found


def _module_name(operation_id: str) -> str:
    """What is the same in an operationId (getUser) and the module that the generator names after it (get_user)."""
    return re.sub("[^a-z0-9]", "", operation_id.lower())


def _operation(operation_id: str) -> Any:
    return import_module(_operations[_module_name(operation_id)])


# Where each operation's module is: its folder is named after a tag, if the operation has one.
_operations = {
    _module_name(each.name.rpartition(".")[2]): each.name
    for each in walk_packages(api.__path__, f"{api.__name__}.")
    if not each.ispkg
}
