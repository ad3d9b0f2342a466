"""Exhibits, each with a photo: it is kept beside its exhibit, and comes and goes with it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from http import HTTPStatus
from typing import TYPE_CHECKING

from handlers.service import exhibits, photos
from specbound import Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.compiled import types
    from specbound import Write


def add_exhibit(request: types.AddExhibitRequest) -> types.AddExhibitResponse:
    photo = request.body["photo"]

    def beside(_: object, exhibit: types.Exhibit) -> Sequence[Write]:
        content = b64encode(photo.content).decode()
        fields: types.PhotosInsert = {"mediaType": photo.media_type, "content": content}
        return [photos.insert(exhibit["exhibitId"], fields, exhibit["createdAt"])]

    return exhibits.create(request, _described, beside)


def remove_exhibit(request: types.RemoveExhibitRequest) -> types.RemoveExhibitResponse:
    return exhibits.remove(
        request, request.parameters["exhibitId"], lambda exhibit: [photos.release(exhibit["exhibitId"])]
    )


def get_photo(request: types.GetPhotoRequest) -> types.GetPhotoResponse:
    photo = photos.find(request.parameters["exhibitId"])
    return Response(HTTPStatus.OK, b64decode(photo["content"]), media_type=photo["mediaType"])


def replace_photo(request: types.ReplacePhotoRequest) -> types.ReplacePhotoResponse:
    new: types.PhotosUpdate = {"mediaType": str(request.media_type), "content": b64encode(request.body).decode()}
    photos.change(request, request.parameters["exhibitId"], new)
    return Response(HTTPStatus.NO_CONTENT, None)


def _described(given: types.AddExhibitBody) -> types.ExhibitsInsert:
    """What is said of an exhibit, beside its photo."""
    new: types.ExhibitsInsert = {"name": given["name"]}
    if "year" in given:
        new = {**new, "year": given["year"]}
    return {**new, "story": given["story"]} if "story" in given else new
