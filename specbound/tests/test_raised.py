"""A problem that a function raises, and its operation does not declare, is named when the contract is compiled."""

from http import HTTPStatus

import pytest

from specbound import Api, Conflict, Contract, NotFound, Problem, Request, Response, problems
from specbound.compiler.document import load
from specbound.compiler.raised import undeclared, unnamed
from specbound.compiler.translation import compile_contract
from tests.changed import LISTED


class Taken(Conflict):
    detail = "Somebody has it."


class Teapot(Problem):
    status = HTTPStatus.IM_A_TEAPOT
    title = "A Teapot"


def _refuse(name: str) -> None:
    if name:
        raise Taken
    _refuse("")


class Service:
    def list_things(self, request: Request) -> Response:
        if request.body:
            raise Teapot("It is short and stout.")
        _refuse("x")
        raise ValueError

    def get_thing(self, request: Request) -> Response:
        if request.body:
            raise problems.PreconditionFailed("It has changed.")
        raise NotFound

    def update_thing(self, request: Request) -> Response:
        try:
            raise Teapot("It is short and stout.")
        except Teapot as teapot:
            raise Taken from teapot


def api(*statuses: str) -> Api:
    document = load(LISTED)
    document["paths"]["/things"]["get"]["responses"] |= {each: {"description": "No."} for each in statuses}
    environment = {"TABLE_THINGS": "things", "TABLE_IDEMPOTENCY": "idempotency"}
    return Api(Contract(compile_contract(document), environment=environment), [Service()])


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([], ["list_things raises Teapot, which is answered with 418", "list_things raises Taken, which is answered"]),
        (["418"], ["list_things raises Taken, which is answered with 409: declare that status."]),
        (["418", "409"], []),
        (["4XX"], []),
        (["default"], []),
    ],
)
def test_what_is_raised_and_not_declared_is_named(statuses: list[str], said: list[str]) -> None:
    *own, last = undeclared(api(*statuses))

    assert len(own) == len(said)
    assert all(words in line for words, line in zip(said, own, strict=True))
    # The engine declares 404 where there is a parameter in the path; 412 it does not without a precondition.
    assert last == "the contract: get_thing raises PreconditionFailed, which is answered with 412: declare that status."


def test_what_is_raised_and_not_among_the_types_of_problems_is_named() -> None:
    document = load(LISTED)
    document["paths"]["/things"]["get"]["x-problems"] = {"teapot": 418}
    document["paths"]["/things/{thingId}"]["get"]["x-problems"] = {}

    found = unnamed(api("418", "409"), document)

    # Not found is the engine's own, and the third operation says nothing of its problems.
    assert found == ["the contract: list_things raises Taken: say taken: 409 in its x-problems."]
