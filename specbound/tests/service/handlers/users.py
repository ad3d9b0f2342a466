"""Users. An e-mail address belongs to one user at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.service import users
from specbound import page_of

if TYPE_CHECKING:
    from handlers.compiled import types


def list_users(request: types.ListUsersRequest) -> types.ListUsersResponse:
    parameters = request.parameters
    if "email" in parameters:
        user = users.find_by(parameters["email"])
        if user is None or parameters.get("status", user["status"]) != user["status"]:
            return page_of([])
        return page_of([user])
    if "status" in parameters:
        return users.page(request, "by_status", parameters["status"])
    return users.page(request, "newest")


def create_user(request: types.CreateUserRequest) -> types.CreateUserResponse:
    return users.create(request, _new)


def create_users(request: types.CreateUsersRequest) -> types.CreateUsersResponse:
    return users.create_many(request, _new)


def get_user(request: types.GetUserRequest) -> types.GetUserResponse:
    return users.represent(request, request.parameters["userId"])


def update_user(request: types.UpdateUserRequest) -> types.UpdateUserResponse:
    changes: types.UsersUpdate = request.body
    if "email" in changes:
        changes = {**changes, "email": changes["email"].strip()}
    return users.change(request, request.parameters["userId"], changes)


def delete_user(request: types.DeleteUserRequest) -> types.DeleteUserResponse:
    return users.remove(request, request.parameters["userId"])


def _new(given: types.NewUser) -> types.UsersInsert:
    return {**given, "email": given["email"].strip(), "status": "active"}
