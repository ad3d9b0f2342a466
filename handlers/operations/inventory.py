"""Stock. It is never below zero, and every adjustment is kept with its reason."""

from http import HTTPStatus
from uuid import uuid4

from specbound.contract import contract
from specbound.messages import Request, Response
from specbound.problems import Conflict, NotFound, Problem
from specbound.resources.idempotency import IdempotencyKey, Outcomes, kept_item, write
from specbound.resources.resource import change, changed, now, page_of, represent, written
from specbound.store import tables
from specbound.store.tables import Item, Refusal, Refused, Unavailable
from specbound.store.tickets import new_ticket, time_of
from specbound.store.writes import Add, Exists, Insert, Settle

STOCK = ("productId", "quantity", "version", "updatedAt")
LEAST, MOST = contract.bounds["Quantity"]


class StockExceeded(Conflict):
    """The stock would go below what there can be, or above."""


class StockMissing(NotFound):
    """A damaged neighbour: every product has an inventory from the start."""

    detail = "There is such a product, but its stock is not known, in a restored table say. Set it with PUT."


def list_inventory(request: Request) -> Response:
    return Response(HTTPStatus.OK, page_of(tables.get_many("inventory", request.parameters["productId"])))


def get_inventory(request: Request) -> Response:
    return represent(request, _find(request.parameters["productId"]))


def update_inventory(request: Request) -> Response:
    product_id = request.parameters["productId"]
    try:
        return change(request, "inventory", lambda: _find(product_id))
    except StockMissing:
        if "If-Match" in request.parameters:
            raise
    stock = {"productId": product_id, **request.body, "version": 1, "updatedAt": now()}
    try:
        tables.write(Insert("inventory", stock), Exists("products", product_id))
    except Refused:
        # Somebody else has set it, or deleted the product.
        return update_inventory(request)
    return changed(stock)


def adjust_inventory(request: Request) -> Response:
    if request.key is None:
        [stock] = _adjust(request)
    else:
        [stock, *_] = request.key.once(lambda: _adjust(request))
        stock = kept_item("inventory", stock, STOCK)
    return changed(stock)


def _adjust(request: Request) -> Outcomes:
    """The stock that this very adjustment led to, however many others came in between."""
    product_id, delta, key = request.parameters["productId"], request.body["delta"], request.key
    earlier = key.ticket if key else None
    ticket = earlier or new_ticket()
    time = written(time_of(ticket))
    add = Add("inventory", product_id, "quantity", delta, LEAST, MOST, ticket, {"updatedAt": time})
    if earlier is None:
        adjustment = request.body | {"adjustmentId": str(uuid4()), "productId": product_id, "createdAt": time}
        try:
            write(key, [None], add, Insert("adjustments", adjustment), ticket=ticket)
        except Refused as refused:
            raise _exceeded(product_id, delta, refused.refusals[0]) from refused
    found = tables.come_to(add)
    if found is None:
        raise NotFound(f"The stock of product {product_id} was adjusted, and then deleted or replaced.")
    stock, settle = found
    _settle(settle, stock, key)
    return [stock]


def _settle(settle: Settle, stock: Item, key: IdempotencyKey | None) -> None:
    """Keep what an adjustment led to under its key, in place of the ticket; without a key, forget it."""
    try:
        write(key, [stock], settle)
    except Refused:
        # The product has gone since.
        if key:
            key.write([stock])
    except Unavailable:
        # It was done and is known: a ticket that is left behind harms nobody.
        if key:
            raise


def _exceeded(product_id: str, delta: int, refusal: Refusal | None) -> Problem:
    if refusal is None or refusal.item is None:
        return _missing(product_id)
    quantity = refusal.item["quantity"]
    return StockExceeded(f"There are {quantity} in stock; {delta:+} would lead out of {LEAST} to {MOST}.")


def _find(product_id: str) -> Item:
    stock = tables.get("inventory", product_id)
    if stock is None:
        raise _missing(product_id)
    return stock


def _missing(product_id: str) -> NotFound:
    return StockMissing() if tables.get("products", product_id) else NotFound(f"There is no product {product_id}.")
