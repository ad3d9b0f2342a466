"""Every operation of the contract, by its operationId."""

from collections.abc import Callable

from handlers.operations.inventory import adjust_inventory, get_inventory, list_inventory, update_inventory
from handlers.operations.products import (
    create_product,
    create_products,
    delete_product,
    get_product,
    list_products,
    update_product,
)
from handlers.operations.users import (
    create_user,
    create_users,
    delete_user,
    get_user,
    list_users,
    update_user,
)
from specbound.messages import Request, Response
from specbound.meta import get_contract, get_docs, get_health

OPERATIONS: dict[str, Callable[[Request], Response]] = {
    operation.__name__: operation
    for operation in (
        adjust_inventory,
        create_product,
        create_products,
        create_user,
        create_users,
        delete_product,
        delete_user,
        get_contract,
        get_docs,
        get_health,
        get_inventory,
        get_product,
        get_user,
        list_inventory,
        list_products,
        list_users,
        update_inventory,
        update_product,
        update_user,
    )
}
