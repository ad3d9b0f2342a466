"""What claims about the Python client are made with: a client, things to create, and what refuses them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from catalogue_api_client import ProblemError, Retry, RetryingClient, Stop, Token, models

PATIENT = Retry()
Error = TypeVar("Error", bound=Exception)


@dataclass(frozen=True)
class Connect:
    """How a claim gets a client: of the API with a fault, by default with none and a token that may do all.

    The fault is for this client alone.
    """

    gateway: str
    everything: str

    def __call__(
        self, fault: str = "none", *, token: Token = "", retry: Retry = PATIENT, stop: Stop | None = None
    ) -> RetryingClient:
        url = f"{self.gateway}/{fault}.{uuid4().hex}"
        return RetryingClient(base_url=url, token=token or self.everything, retry=retry, stop=stop)


def new_user() -> models.NewUser:
    return models.NewUser(name="Ada Lovelace", email=f"{unique('ada')}@example.com")


def new_product(category: str, initial_quantity: int = 0) -> models.NewProduct:
    return models.NewProduct(unique("Trackball"), price=19.99, category=category, initial_quantity=initial_quantity)


def unique(word: str) -> str:
    return f"{word}-{uuid4().hex[:12]}"


def base_url(client: RetryingClient) -> str:
    return str(client.get_httpx_client().base_url)


def refused(call: Callable[[], object]) -> ProblemError:
    return raised(ProblemError, call)


def raised(kind: type[Error], call: Callable[[], object]) -> Error:
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"there was no {kind.__name__}")


def seconds(call: Callable[[], object]) -> float:
    start = time.monotonic()
    call()
    return time.monotonic() - start
