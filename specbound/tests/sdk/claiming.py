"""What claims about the Python client are made with: a client, things to create, and what refuses them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar
from uuid import uuid4

from catalogue_api_client import AsyncClient, Client, ProblemError, Token
from catalogue_api_client.inputs import NewUserInput

Error = TypeVar("Error", bound=Exception)


@dataclass(frozen=True)
class Connect:
    """How a claim gets a client: of the API with a fault, by default with none and a token that may do all.

    The fault is for this client alone.
    """

    gateway: str
    everything: str

    def __call__(self, fault: str = "none", *, token: Token = "", **options: Any) -> Client:
        return Client(self.url(fault), token=token or self.everything, **options)

    def asynchronous(self, fault: str = "none", *, token: Token = "", **options: Any) -> AsyncClient:
        return AsyncClient(self.url(fault), token=token or self.everything, **options)

    def url(self, fault: str = "none") -> str:
        return f"{self.gateway}/{fault}.{uuid4().hex}"


class ProductArguments(TypedDict):
    """What a product needs, as the method's arguments are called."""

    name: str
    price: float
    category: str


def new_user() -> NewUserInput:
    return {"name": "Ada Lovelace", "email": f"{unique('ada')}@example.com"}


def new_product(category: str) -> ProductArguments:
    return {"name": unique("Trackball"), "price": 19.99, "category": category}


def unique(word: str) -> str:
    return f"{word}-{uuid4().hex[:12]}"


def base_url(client: Client | AsyncClient) -> str:
    return client._settings.base_url


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
