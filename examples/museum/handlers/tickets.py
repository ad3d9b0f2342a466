"""Tickets: for a day on which we are open, and cheaper for agencies."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING

from handlers.service import tickets
from specbound import Response

if TYPE_CHECKING:
    from handlers.compiled import types

PRICES = {"adult": Decimal("12.50"), "child": Decimal("6.00"), "family": Decimal("9.00")}
FOR_AGENCIES = Decimal("0.8")

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Harbour Museum//Tickets//EN
BEGIN:VEVENT
UID:{ticketId}@harbourmuseum.example
DTSTAMP:{stamp}
DTSTART;VALUE=DATE:{day}
SUMMARY:Harbour Museum, {visitors} x {kind}
END:VEVENT
END:VCALENDAR
"""


def buy_ticket(request: types.BuyTicketRequest) -> types.BuyTicketResponse:
    return tickets.create(request, lambda given: _sold(given, request.subject))


def print_pass(request: types.PrintPassRequest) -> types.PrintPassResponse:
    ticket = tickets.find(request.parameters["ticketId"])
    wanted = request.wanted[0]
    if wanted == "text/plain":
        text = f"Harbour Museum\n{ticket['date']}\n{ticket['visitors']} x {ticket['kind']}\n{ticket['ticketId']}\n"
        return Response(HTTPStatus.OK, text, media_type=wanted)
    stamp = ticket["createdAt"].partition(".")[0].replace("-", "").replace(":", "") + "Z"
    lines = CALENDAR.format(**ticket, stamp=stamp, day=ticket["date"].replace("-", "")).replace("\n", "\r\n")
    return Response(HTTPStatus.OK, lines, media_type=wanted)


def _sold(given: types.BuyTicketBody, agency: str | None) -> types.TicketsInsert:
    price = PRICES[given["kind"]] * given["visitors"]
    if agency is None:
        return {**given, "price": price}
    return {**given, "price": price * FOR_AGENCIES, "soldBy": agency}
