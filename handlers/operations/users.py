"""Users. An address belongs to one user at a time: it is an item of its own, written and removed with the user."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from handlers import tables
from handlers.creation import Creation, batch, create_all, create_one
from handlers.messages import Request, Response
from handlers.preconditions import versions_to_match
from handlers.problems import Conflict, NotFound
from handlers.resources import (
    change,
    changed,
    created,
    find,
    list_page,
    now,
    outdated,
    page_of,
    represent,
)
from handlers.tables import Item, Refused
from handlers.writes import Change, Insert, Remove, Write

TRIES = 10


class EmailTaken(Conflict):
    detail = "Another user has this e-mail address."


class Contended(Conflict):
    detail = "Too many others change this user just now. Try again."


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
    user_id = request.parameters["userId"]
    if "email" not in request.body:
        return change(request, "users", user_id, _missing(user_id))
    fields = request.body | {"email": request.body["email"].strip(), "updatedAt": now()}
    user = _rewrite(request, lambda user: _move(user, fields))
    return changed(user | fields | {"version": user["version"] + 1})


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
    return Insert("emails", {"email": _normalise(email), "userId": user_id})


def _release(user: Item) -> Remove:
    return Remove("emails", _normalise(user["email"]))


def _normalise(email: str) -> str:
    """What is compared: addresses that differ in case or in space around them are the same."""
    return email.strip().lower()


def _move(user: Item, fields: Item) -> list[Write]:
    update = Change("users", user["userId"], fields, {user["version"]})
    if _normalise(fields["email"]) == _normalise(user["email"]):
        return [update]
    return [update, _claim(fields["email"], user["userId"]), _release(user)]


def _removal(user: Item) -> list[Write]:
    return [Remove("users", user["userId"], {user["version"]}), _release(user)]


def _rewrite(request: Request, writes: Callable[[Item], list[Write]]) -> Item:
    """Do writes that depend on the user as it is, at exactly the version they were made for. Returns that version."""
    user = _find(request.parameters["userId"])
    versions = versions_to_match(request)
    for _ in range(TRIES):
        if versions is not None and user["version"] not in versions:
            raise outdated(user)
        try:
            tables.write(*writes(user))
            return user
        except Refused as refused:
            refusal = refused.refusals[0]
            if refusal is None:
                raise _taken(refused) from refused
            if refusal.item is None:
                raise NotFound(_missing(user["userId"])) from refused
            # Somebody was faster. What they left is what we go on from.
            user = refusal.item
    raise Contended


def _taken(refused: Refused) -> EmailTaken:
    return EmailTaken()


def _find(user_id: str) -> Item:
    return find("users", user_id, _missing(user_id))


def _find_by_email(email: str) -> Item | None:
    claim = tables.get("emails", _normalise(email))
    user = claim and tables.get("users", claim["userId"])
    # Between the two readings the user may have taken another address.
    return user if user and _normalise(user["email"]) == _normalise(email) else None


def _missing(user_id: str) -> str:
    return f"There is no user {user_id}."
