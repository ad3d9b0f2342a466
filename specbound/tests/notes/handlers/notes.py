"""Notes, each by itself: what nobody lists needs no index."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from handlers.service import notes
from specbound import Response

if TYPE_CHECKING:
    from handlers.compiled import types


def list_notes(request: types.ListNotesRequest) -> types.ListNotesResponse:
    if request.parameters.get("limit") == 0:
        return Response(HTTPStatus.NO_CONTENT, None)
    return Response(HTTPStatus.OK, [])


def post_notes(request: types.PostNotesRequest) -> types.PostNotesResponse:
    return notes.create(request, lambda given: given)


def notes_get_by_id(request: types.NotesGetByIdRequest) -> types.NotesGetByIdResponse:
    return Response(HTTPStatus.OK, notes.find(request.parameters["noteId"]))


def import_(request: types.ImportRequest) -> types.ImportResponse:
    notes.find(request.parameters["noteId"])
    return Response(HTTPStatus.ACCEPTED, {"text": request.body["text"]})
