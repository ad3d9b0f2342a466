"""Journeys: on sale until somebody says otherwise."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from handlers.service import journeys
from specbound import Response

if TYPE_CHECKING:
    from handlers.compiled import types


def list_journeys(request: types.ListJourneysRequest) -> types.ListJourneysResponse:
    if "from" in request.parameters:
        return journeys.page(request, "by_origin", request.parameters["from"])
    return journeys.page(request, "newest")


def create_journey(request: types.CreateJourneyRequest) -> types.CreateJourneyResponse:
    return journeys.create(request, lambda given: given)


def get_journey(request: types.GetJourneyRequest) -> types.GetJourneyResponse:
    journey = journeys.find(request.parameters["journeyId"])
    return Response(HTTPStatus.OK, journey, {"etag": f'"{journey["version"]}"'})


def update_journey(request: types.UpdateJourneyRequest) -> types.UpdateJourneyResponse:
    return journeys.change(request, request.parameters["journeyId"], request.body)


def withdraw_journey(request: types.WithdrawJourneyRequest) -> types.WithdrawJourneyResponse:
    return journeys.remove(request, request.parameters["journeyId"])
