"""Days on which we are open. A day that nobody opened is one on which we are closed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from handlers.service import days, tickets
from specbound import NotFound, Response

if TYPE_CHECKING:
    from handlers.compiled import types


def list_days(request: types.ListDaysRequest) -> types.ListDaysResponse:
    return days.page(request, "calendar")


def get_day(request: types.GetDayRequest) -> types.GetDayResponse:
    return Response(HTTPStatus.OK, days.find(request.parameters["date"]))


def open_day(request: types.OpenDayRequest) -> types.OpenDayResponse:
    date, hours = request.parameters["date"], request.body
    try:
        return days.change(request, date, hours)
    except NotFound:
        return Response(HTTPStatus.OK, days.create(request, lambda given: {**given, "date": date}).body)


def close_day(request: types.CloseDayRequest) -> types.CloseDayResponse:
    return days.remove(request, request.parameters["date"])


def list_visitors(request: types.ListVisitorsRequest) -> types.ListVisitorsResponse:
    return tickets.page(request, "by_day", days.find(request.parameters["date"])["date"])
