"""What is told of types of problems: a contract's own and the engine's, each with the operations that have it."""

from typing import Any

from specbound.compiler.answers import complete
from specbound.compiler.problem_guide import explained

DONE = {"200": {"description": "Done."}}


def told(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    info = {"title": "Things", "version": "1"}
    return {each["name"]: each for each in explained(complete({"openapi": "3.0.3", "info": info, **document}).document)}


def posting(**more: Any) -> dict[str, Any]:
    return {"paths": {"/things": {"post": {"operationId": "addThing", "responses": DONE, **more}}}}


def test_a_type_is_told_as_the_document_describes_it():
    conflict = {**DONE, "4XX": {"description": "Refused."}}
    said = {"taken": {"description": "Another has it.", "remedy": "Choose another."}}

    found = told({**posting(responses=conflict, **{"x-problems": {"taken": 409, "full": 409}}), "x-problems": said})

    assert found["taken"] == {"name": "taken", "status": 409, **said["taken"], "operations": ("addThing",)}
    assert (found["full"]["description"], found["full"]["remedy"]) == ("", "")
    assert next(iter(found)) == "full"


def test_a_contracts_own_type_takes_the_place_of_the_engines():
    found = told(posting(responses={**DONE, "404": {"description": "None."}}, **{"x-problems": {"not-found": 404}}))

    assert (found["not-found"]["description"], found["not-found"]["operations"]) == ("", ("addThing",))


def test_an_operation_has_what_it_may_be_answered():
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}

    assert "still-running" not in told(posting())
    assert told(posting(parameters=[key]))["still-running"]["operations"] == ("addThing",)
    assert {"outcome-unknown", "bad-request", "service-unavailable"} <= told(posting()).keys()
    reading = {"paths": {"/things": {"get": {"operationId": "getThings", "responses": DONE}}}}
    assert "outcome-unknown" not in told(reading)
