"""Users. An address belongs to one user at a time: it is an item of its own, written and removed with the user."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from specbound.messages import Request, Response
from specbound.problems import Conflict
from specbound.resources.creation import Creation, batch, create_all, create_one
from specbound.resources.resource import after, changed, created, find, list_page, now, page_of, represent, rewrite
from specbound.store import tables
from specbound.store.tables import Item, Refused
from specbound.store.writes import Change, Insert, Release, Remove, Write

# A UUID as text.
ID_LENGTH = 36
# Makes writes of a user, and of whether the record of the user's address is the user's own.
Maker = Callable[[Item, bool], Sequence[Write]]


class EmailTaken(Conflict):
    detail = "Another user has this e-mail address."


def list_users(request: Request) -> Response:
    parameters = request.parameters
    if "email" in parameters:
        user = _find_by_email(parameters["email"])
        is_wanted = user is not None and parameters.get("status", user["status"]) == user["status"]
        return Response(HTTPStatus.OK, page_of([user] if user and is_wanted else []))
    if "status" in parameters:
        return list_page(request, "users", "by_status", parameters["status"])
    return list_page(request, "users", "newest")


def create_user(request: Request) -> Response:
    user = create_one(request, _creation, _taken)
    return created(f"/users/{user['userId']}", user)


def create_users(request: Request) -> Response:
    return batch("user", create_all(request, request.body["items"], _creation, _taken))


def get_user(request: Request) -> Response:
    return represent(request, _find(request.parameters["userId"]))


def update_user(request: Request) -> Response:
    fields = request.body | {"updatedAt": now()}
    if "email" in fields:
        fields["email"] = fields["email"].strip()
    user = _rewrite(request, lambda user, owns_record: _changes(user, fields, owns_record))
    return changed(after(user, fields))


def delete_user(request: Request) -> Response:
    _rewrite(request, _removal)
    return Response(HTTPStatus.NO_CONTENT)


def _creation(new: Any, user_id: str, time: str) -> Creation:
    email = new["email"].strip()
    user = {
        "userId": user_id,
        "name": new["name"],
        "email": email,
        "status": "active",
        "version": 1,
        "createdAt": time,
        "updatedAt": time,
    }
    return Insert("users", user), _claim(email, user_id)


def _claim(email: str, user_id: str) -> Insert:
    """The record of an address, for a user who may have it already."""
    record = {"email": _normalise(email), "userId": user_id, "since": now()}
    return Insert("emails", record, over={"userId": user_id})


def _release(user: Item) -> Release:
    return Release("emails", _normalise(user["email"]), {"userId": user["userId"]})


def _normalise(email: str) -> str:
    """What is compared: addresses that differ in case or in space around them are the same."""
    return email.strip().lower()


def _changes(user: Item, fields: Item, owns_record: bool) -> list[Write]:
    writes: list[Write] = [Change("users", user["userId"], fields, user["version"])]
    if "email" in fields:
        writes.append(_claim(fields["email"], user["userId"]))
        if owns_record and _normalise(fields["email"]) != _normalise(user["email"]):
            writes.append(_release(user))
    return writes


def _removal(user: Item, owns_record: bool) -> list[Write]:
    return [Remove("users", user["userId"], user["version"]), *([_release(user)] if owns_record else [])]


def _rewrite(request: Request, make: Maker) -> Item:
    """Do writes that depend on the user as it is. Returns the user that they were made of."""
    user_id = request.parameters["userId"]
    owns_record = True
    while True:
        try:
            return rewrite(request, lambda: _find(user_id), lambda user: make(user, owns_record))  # noqa: B023
        except Refused as refused:
            if any(each and isinstance(each.write, Release) for each in refused.refusals):
                # The record of the user's own address is another's, in a restored table say: it stays.
                owns_record = False
            elif problem := _taken(refused):
                raise problem from refused


def _taken(refused: Refused) -> EmailTaken | None:
    """That another user has the address; None if there was a record of it without such a user, and it is gone now."""
    record = next(each.item for each in refused.refusals if each and each.write.table == "emails")
    if record is None:
        return None
    owner = _owner(record)
    if owner and _normalise(owner["email"]) == record["email"]:
        return EmailTaken()
    with suppress(Refused):
        tables.write(Release("emails", record["email"], record))
    return None


def _find(user_id: str) -> Item:
    return find("users", user_id, f"There is no user {user_id}.")


def _owner(record: Item) -> Item | None:
    """The user whom the record of an address names; a damaged record names nobody."""
    user_id = record.get("userId")
    return tables.get("users", user_id) if isinstance(user_id, str) and len(user_id) == ID_LENGTH else None


def _find_by_email(email: str) -> Item | None:
    record = tables.get("emails", _normalise(email))
    user = record and _owner(record)
    # Between the two readings the user may have taken another address.
    return user if user and _normalise(user["email"]) == _normalise(email) else None
