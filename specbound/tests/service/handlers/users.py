"""Users. An e-mail address belongs to one user at a time."""

from collections.abc import Mapping
from typing import Any

from handlers.service import users
from specbound import Request, Response, page_of


def list_users(request: Request) -> Response:
    parameters = request.parameters
    if "email" in parameters:
        user = users.find_by(parameters["email"])
        is_wanted = user is not None and parameters.get("status", user["status"]) == user["status"]
        return page_of([user] if is_wanted else [])
    if "status" in parameters:
        return users.page(request, "by_status", parameters["status"])
    return users.page(request, "newest")


def create_user(request: Request) -> Response:
    return users.create(request, _new)


def create_users(request: Request) -> Response:
    return users.create_many(request, _new)


def get_user(request: Request) -> Response:
    return users.represent(request, request.parameters["userId"])


def update_user(request: Request) -> Response:
    return users.change(request, request.parameters["userId"], _stripped(request.body))


def delete_user(request: Request) -> Response:
    return users.remove(request, request.parameters["userId"])


def _new(given: Any) -> Mapping[str, Any]:
    return {**_stripped(given), "status": "active"}


def _stripped(given: Any) -> Mapping[str, Any]:
    return {**given, "email": given["email"].strip()} if "email" in given else given
