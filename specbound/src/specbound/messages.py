"""Request and Response: what an operation is given, and what it answers. Neither knows of Lambda or DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from specbound.classes import Generic, TypeVar, record

if TYPE_CHECKING:
    from specbound.resources.idempotency import IdempotencyKey

ParametersT_co = TypeVar("ParametersT_co", covariant=True, default=Mapping[str, Any])
# With a literal in its bound, mypy takes a status for the very one that it is, also where several could be meant.
StatusT_co = TypeVar("StatusT_co", bound=Literal[HTTPStatus.OK] | HTTPStatus, covariant=True, default=HTTPStatus)
BodyT_co = TypeVar("BodyT_co", covariant=True, default=Any)


# RFC 7396.
MERGE_PATCH = "application/merge-patch+json"


class File(NamedTuple):
    """A file of a form (multipart/form-data): its bytes, and what its sender calls it, if anything, and says it is.

    A name is the sender's word, and may be any text: it is no path to write to.
    """

    content: bytes
    name: str | None
    media_type: str


@record
class Paging:
    """What a contract calls the members of a page and the parameters of a list; None for what it has not."""

    items: str = "items"
    count: str | None = "count"
    next: str = "nextToken"
    limit: str | None = "limit"
    token: str = "nextToken"  # noqa: S105  # a name

    def page(self, found: list[Any], token: str | None) -> dict[str, Any]:
        """A page of items, and where the list goes on, if it does."""
        body: dict[str, Any] = {self.items: found}
        if self.count:
            body[self.count] = len(found)
        if token:
            body[self.next] = token
        return body


PAGING = Paging()


@record
class Request(Generic[ParametersT_co, BodyT_co]):
    """A request that the contract has checked.

    `parameters` holds path, query, header and cookie parameters by the names the contract gives them, cast and
    defaulted; an optional one that was not sent and has no default is absent. Of those that are named alike, the one in
    the path, else in the query, else in the header has the name, and another is found by its place as well:
    `header.id`. Numbers are int or Decimal, never float.
    `body` is what JSON has, text (str), bytes, or of a form its members, with each File.
    `subject` is who asks: the token's `sub`, or the client's id; None if nobody is named. `key` is the request's
    Idempotency-Key, which its writes have to keep; None without. Where a body may be more than plain JSON, `media_type`
    is what it was sent as, in lower case and without parameters. Where a success may have several media types, `wanted`
    has those that the caller takes (`Accept`), the most wanted first.
    Idempotency-Key, which its writes have to keep; None without. `claims` is what is known of who asks: a token's, or
    what the function that knows a key said; empty without. `host` is the name that the caller knows the API by.
    `paging` is what the contract calls what a list takes and answers.
    """

    operation_id: str
    parameters: ParametersT_co
    body: BodyT_co
    subject: str | None
    key: IdempotencyKey | None = None
    media_type: str | None = None
    wanted: Sequence[str] = ()
    claims: Mapping[str, Any] = {}
    host: str | None = None
    paging: Paging = PAGING


@record
class Response(Generic[StatusT_co, BodyT_co]):
    """What an operation answers.

    `body` is what JSON has (dict, list, str, int, Decimal, bool; never float), a str for text such as XML, bytes for
    what is none, and None for no body. `media_type` need be said only where the contract declares several for the
    status that can carry this body, and the reply is not to be in the one that the caller wants most. `headers` have
    lower-case names. A status, body or header that the contract does not promise
    for this operation becomes a logged 500.
    """

    status: StatusT_co
    body: BodyT_co
    headers: Mapping[str, Any] = {}
    media_type: str | None = None
