"""Every operation of the contract, by its operationId."""

from collections.abc import Callable

from handlers.operations.orders import get_order, list_orders, place_order, update_order

from handlers.messages import Request, Response
from handlers.operations.meta import get_contract, get_docs, get_health

OPERATIONS: dict[str, Callable[[Request], Response]] = {
    operation.__name__: operation
    for operation in (get_contract, get_docs, get_health, get_order, list_orders, place_order, update_order)
}
