"""Days on which we are open. A day that nobody opened is one on which we are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.service import days, tickets

if TYPE_CHECKING:
    from handlers.compiled import types


def open_day(request: types.OpenDayRequest) -> types.OpenDayResponse:
    date = request.parameters["date"]
    return days.upsert(request, date, {**request.body, "date": date})


def list_visitors(request: types.ListVisitorsRequest) -> types.ListVisitorsResponse:
    return tickets.page(request, "by_day", days.find(request.parameters["date"])["date"])
