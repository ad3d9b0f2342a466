"""An engine that keeps an OpenAPI contract on API Gateway, Lambda and DynamoDB: this is its whole public face.

A name is imported when it is asked for, so that the command and the compiler start without the SDK.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specbound.api import Api as Api
    from specbound.api import Meta as Meta
    from specbound.contract import Contract as Contract
    from specbound.messages import File as File
    from specbound.messages import Request as Request
    from specbound.messages import Response as Response
    from specbound.problems import Conflict as Conflict
    from specbound.problems import NotFound as NotFound
    from specbound.problems import Problem as Problem
    from specbound.resources.constraints import Bounds as Bounds
    from specbound.resources.reads import Parent as Parent
    from specbound.resources.resource import Resource as Resource
    from specbound.resources.resource import page_of as page_of
    from specbound.settings import Misconfigured as Misconfigured
    from specbound.store.writes import Write as Write

_ROOMS = {
    "Api": "api",
    "Bounds": "resources.constraints",
    "Conflict": "problems",
    "Contract": "contract",
    "File": "messages",
    "Meta": "api",
    "Misconfigured": "settings",
    "NotFound": "problems",
    "Parent": "resources.reads",
    "Problem": "problems",
    "Request": "messages",
    "Resource": "resources.resource",
    "Response": "messages",
    "Write": "store.writes",
    "page_of": "resources.resource",
}

if not TYPE_CHECKING:  # where a misspelt name must stay one
    __all__ = list(_ROOMS)

    def __getattr__(name: str) -> Any:
        if name not in _ROOMS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
        return found

    def __dir__() -> list[str]:
        return __all__
