"""An engine that keeps an OpenAPI contract on API Gateway, Lambda and DynamoDB: this is its whole public face.

A name is imported when it is asked for, so that the command and the compiler start without the SDK.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specbound.api import Api, Meta
    from specbound.contract import Contract
    from specbound.messages import Request, Response
    from specbound.problems import Conflict, NotFound, Problem
    from specbound.resources.constraints import Bounds, Unique
    from specbound.resources.resource import Parent, Resource, page_of
    from specbound.settings import Misconfigured
    from specbound.store.writes import Write

__all__ = [
    "Api",
    "Bounds",
    "Conflict",
    "Contract",
    "Meta",
    "Misconfigured",
    "NotFound",
    "Parent",
    "Problem",
    "Request",
    "Resource",
    "Response",
    "Unique",
    "Write",
    "page_of",
]

_ROOMS = {
    "Api": "api",
    "Bounds": "resources.constraints",
    "Conflict": "problems",
    "Contract": "contract",
    "Meta": "api",
    "Misconfigured": "settings",
    "NotFound": "problems",
    "Parent": "resources.resource",
    "Problem": "problems",
    "Request": "messages",
    "Resource": "resources.resource",
    "Response": "messages",
    "Unique": "resources.constraints",
    "Write": "store.writes",
    "page_of": "resources.resource",
}

if not TYPE_CHECKING:  # where a misspelt name must stay one

    def __getattr__(name: str) -> Any:
        if name not in _ROOMS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
        return found

    def __dir__() -> list[str]:
        return __all__
