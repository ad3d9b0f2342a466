"""An engine that keeps an OpenAPI contract on API Gateway, Lambda and DynamoDB: this is its whole public face."""

from specbound.api import Api
from specbound.contract import Contract
from specbound.messages import Response
from specbound.meta import Meta
from specbound.problems import Conflict, NotFound, Problem
from specbound.requests import Request
from specbound.resources.adjustment import Bounds
from specbound.resources.resource import Parent, Resource, page_of
from specbound.resources.unique import Unique
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
