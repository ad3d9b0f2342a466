"""Bookings: held at first, and confirmed once they are paid."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from handlers.service import bookings, journeys
from specbound import Conflict, NotFound, Response

if TYPE_CHECKING:
    from handlers.compiled import types


class NotOnSale(Conflict):
    detail = "No seats of this journey are sold."


class AlreadyPaid(Conflict):
    detail = "This booking is confirmed already."


def list_bookings(request: types.ListBookingsRequest) -> types.ListBookingsResponse:
    journey = journeys.find(request.parameters["journeyId"])
    return bookings.page(request, "by_journey", journey["journeyId"])


def create_booking(request: types.CreateBookingRequest) -> types.CreateBookingResponse:
    journey = journeys.find(request.parameters["journeyId"])
    if journey.get("status") not in ("onSale", "delayed"):
        raise NotOnSale
    new = bookings.create(request, lambda given: _held(given, journey["journeyId"]))
    place = f"/journeys/{journey['journeyId']}/bookings/{new.body['bookingId']}"
    return Response(new.status, new.body, {**new.headers, "location": place})


def get_booking(request: types.GetBookingRequest) -> types.GetBookingResponse:
    return Response(HTTPStatus.OK, _of_journey(request))


def cancel_booking(request: types.CancelBookingRequest) -> types.CancelBookingResponse:
    _of_journey(request)
    return bookings.remove(request, request.parameters["bookingId"])


def pay_booking(request: types.PayBookingRequest) -> types.PayBookingResponse:
    if _of_journey(request)["status"] == "confirmed":
        raise AlreadyPaid
    paid: types.BookingsUpdate = {"status": "confirmed", "paidBy": request.body["method"]}
    return bookings.change(request, request.parameters["bookingId"], paid)


def _held(given: types.BookingInput, journey_id: str) -> types.BookingsInsert:
    return {**given, "journeyId": journey_id, "status": "held"}


def _of_journey(
    request: types.GetBookingRequest | types.CancelBookingRequest | types.PayBookingRequest,
) -> types.Booking:
    booking = bookings.find(request.parameters["bookingId"])
    if booking["journeyId"] != request.parameters["journeyId"]:
        raise NotFound("There is no such booking of this journey.")
    return booking
