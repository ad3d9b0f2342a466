"""Bookings: held at first, and confirmed once they are paid. All else of them the engine does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from handlers.service import bookings
from specbound import Conflict

if TYPE_CHECKING:
    from handlers.compiled import types


class AlreadyPaid(Conflict):
    detail = "This booking is confirmed already."


def pay_booking(request: types.PayBookingRequest) -> types.PayBookingResponse:
    key = request.parameters["journeyId"], request.parameters["bookingId"]
    booking = bookings.find(key)
    if booking["status"] == "confirmed":
        raise AlreadyPaid
    # Of two who pay at the same moment, the second is told that the booking has changed.
    parameters: Any = {**request.parameters, "If-Match": f'"{booking["version"]}"'}
    as_seen = replace(request, parameters=parameters)
    return bookings.change(as_seen, key, {"status": "confirmed", "paidBy": request.body["method"]})
