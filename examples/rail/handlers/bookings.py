"""Bookings: held at first, and confirmed once they are paid. All else of them the engine does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.service import bookings
from specbound import Conflict

if TYPE_CHECKING:
    from handlers.compiled import types


class AlreadyPaid(Conflict):
    detail = "This booking is confirmed already."


def pay_booking(request: types.PayBookingRequest) -> types.PayBookingResponse:
    def paid(booking: types.Booking) -> types.BookingsUpdate:
        if booking["status"] == "confirmed":
            raise AlreadyPaid
        return {"status": "confirmed", "paidBy": request.body["method"]}

    key = request.parameters["journeyId"], request.parameters["bookingId"]
    return bookings.change_by(request, key, paid)
