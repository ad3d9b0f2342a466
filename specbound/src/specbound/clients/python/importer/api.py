"""The generated client, and what of it imports."""

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

import httpx

from .. import ApiError, AsyncClient, Client, NoAnswerError, ProblemError, Retry
from ..about import METHODS
from .kinds import Contract, Kind, batches
from .stopped import Stopped

# An import that gives up is more trouble than one that waits.
PATIENCE_SECONDS = 600
C = TypeVar("C", Client, AsyncClient)


def connect(url: str, token: str, attempts: int = 3) -> Client:
    """A client that tries each request so many times, and waits as the API asks."""
    return _connected(Client, url, token, attempts)


def connect_async(url: str, token: str, attempts: int) -> AsyncClient:
    """The same, for many requests at a time."""
    return _connected(AsyncClient, url, token, attempts)


def _connected(kind: type[C], url: str, token: str, attempts: int) -> C:
    _check_address(url)
    try:
        # An import goes on for as long as the API lets it.
        return kind(url, token=token or None, retry=Retry(attempts=attempts, deadline=PATIENCE_SECONDS, budget=None))
    except ValueError as error:
        raise Stopped("API_TOKEN has characters that no token has. Was it copied as a whole, and alone?") from error


def contract() -> Contract:
    """The contract that this client was made of."""
    found: Contract = json.loads(files(__package__).joinpath("contract.json").read_text(encoding="utf-8"))
    return found


def known() -> list[Kind]:
    """All that this client can import, by its contract. Raises Stopped if that is nothing."""
    return _importable(contract())


def kinds(client: Client) -> list[Kind]:
    """The same by the contract that the API serves, if it serves one: limits change more often than clients.

    Of earlier versions, which that does not tell of, what this client knows. Raises Stopped where no such API answers.
    """
    if _same("get_contract") not in _methods:
        return known()
    try:
        served: Contract = _method(client, "get_contract")().to_dict()
        return _importable(served, [each for each in known() if "." in each.name])
    except NoAnswerError as error:
        raise Stopped(explain(error)) from error
    except (ProblemError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Stopped("API_URL is not this API's: no contract of it is served there.") from error


def admit(client: Client, kind: Kind) -> None:
    """Raises Stopped unless the token may create that kind: an empty batch tells, and creates nothing."""
    try:
        _method(client, kind.operation_id)(items=[])
    except ApiError as error:
        if getattr(error, "status", None) != 400:
            raise Stopped(explain(error)) from error


async def create(client: AsyncClient, kind: Kind, items: Sequence[Any], key: UUID) -> Any:
    """Send a batch. Returns a result for each item, with its `status` and `problem`."""
    return (await _method(client, kind.operation_id)(items=items, idempotency_key=str(key))).results


def explain(error: Exception) -> str:
    """A sentence for what the client raised."""
    match getattr(error, "status", None):
        case None:
            cause = error.__cause__ or error
            return f"The API does not answer ({str(cause) or type(cause).__name__}). Is it running, and API_URL right?"
        case 401:
            return "The API does not accept this token. Is API_TOKEN right, and still valid?"
        case 403:
            return "This token lacks the scope for it. Set API_TOKEN to one that has it."
    return f"The API answered {error}"


def _check_address(url: str) -> None:
    """Raises Stopped, which does not show it: it may be a token that was given under the wrong name."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise Stopped("API_URL is no address. It is to be like https://api.example.com.") from None
    if parts.scheme not in ("http", "https") or not parts.host:
        raise Stopped("API_URL is to begin with http:// or https://, and a host is to follow.")
    if parts.userinfo or parts.query or parts.fragment:
        raise Stopped("API_URL is to be an address alone: no name or password in it, no ? and no #.")


def _importable(served: Contract, earlier: Sequence[Kind] = ()) -> list[Kind]:
    """What a contract lets be created in batches, by operations that this client has; and `earlier` kinds."""
    found = [kind for kind in batches(served) if _same(kind.operation_id) in _methods]
    found += [each for each in earlier if each.name not in {kind.name for kind in found}]
    if not found:
        raise Stopped("This API creates nothing in batches, so there is nothing to import into.")
    return found


def _same(operation_id: str) -> str:
    """What is the same in an operationId and in how a newer contract writes it (getUser, get_user)."""
    return re.sub("[^a-z0-9]", "", operation_id.lower())


def _method(client: Client | AsyncClient, operation_id: str) -> Any:
    return attrgetter(_methods[_same(operation_id)])(client)


_methods = {_same(operation_id): method for operation_id, method in METHODS.items()}
