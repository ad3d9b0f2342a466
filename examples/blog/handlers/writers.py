"""Writers: their accounts and sessions, and who follows whom."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from handlers import passwords, sessions
from handlers.service import credentials, follows, writers
from handlers.service import sessions as stored_sessions
from handlers.sessions import me
from specbound import Conflict, NotFound, Problem, Response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.compiled import types
    from specbound import Write

CHALLENGE = {"www-authenticate": 'ApiKey in="cookie", name="inkwell"'}


class WrongPassword(Problem):
    status = HTTPStatus.UNAUTHORIZED
    title = "Unauthorized"
    detail = "There is no account of this address and password."


def sign_up(request: types.SignUpRequest) -> types.SignUpResponse:
    def beside(given: types.SignUp, writer: types.Account) -> Sequence[Write]:
        salt, digest = passwords.hashed(given["password"])
        secret: types.CredentialsInsert = {"handle": writer["handle"], "salt": salt, "digest": digest}
        return [credentials.insert(writer["handle"], secret, writer["createdAt"])]

    def new(given: types.SignUp) -> types.WritersInsert:
        return {"handle": given["handle"], "email": given["email"], "bio": given.get("bio")}

    return writers.create(request, new, beside)


def sign_in(request: types.SignInRequest) -> types.SignInResponse:
    writer = writers.find_by(request.body["email"])
    if writer is None:
        passwords.hashed(request.body["password"])  # who has no account is told so no sooner
        raise WrongPassword(headers=CHALLENGE)
    kept = credentials.find(writer["handle"])
    if not passwords.is_right(request.body["password"], kept["salt"], kept["digest"]):
        raise WrongPassword(headers=CHALLENGE)
    secret = sessions.new_secret()
    stored_sessions.create(
        request,
        lambda _: {"sessionId": sessions.session_id(secret), "handle": writer["handle"], "endsAt": sessions.ends_at()},
    )
    return Response(HTTPStatus.NO_CONTENT, None, sessions.cookie(secret))


def sign_out(request: types.SignOutRequest) -> types.SignOutResponse:
    ended = stored_sessions.remove(request, sessions.session_id(request.parameters["inkwell"]))
    return Response(ended.status, None, sessions.cookie("", seconds=0))


def who_am_i(request: types.WhoAmIRequest) -> types.WhoAmIResponse:
    return Response(HTTPStatus.OK, writers.find(me(request)))


def update_me(request: types.UpdateMeRequest) -> types.UpdateMeResponse:
    return writers.change(request, me(request), request.body)


def get_writer(request: types.GetWriterRequest) -> types.GetWriterResponse:
    writer = writers.find(request.parameters["handle"])
    return Response(
        HTTPStatus.OK,
        {
            "handle": writer["handle"],
            "bio": writer.get("bio"),
            "following": bool(request.subject) and _is_there(f"{request.subject} {writer['handle']}"),
        },
    )


def follow(request: types.FollowRequest) -> types.FollowResponse:
    followed = writers.find(request.parameters["handle"])["handle"]
    with suppress(Conflict):  # who follows may follow already
        follows.create(request, lambda _: {"followId": f"{me(request)} {followed}"})
    return Response(HTTPStatus.NO_CONTENT, None)


def unfollow(request: types.UnfollowRequest) -> types.UnfollowResponse:
    with suppress(NotFound):  # who does not follow may say so again
        follows.remove(request, f"{me(request)} {request.parameters['handle']}")
    return Response(HTTPStatus.NO_CONTENT, None)


def _is_there(follow: str) -> bool:
    try:
        return bool(follows.find(follow))
    except NotFound:
        return False
