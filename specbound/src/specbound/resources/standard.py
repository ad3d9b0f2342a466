"""Standard operations at run time: functions of the engine's own, for operations that the compiler found to be plain.

Loaded only with a service that leaves some to it.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from specbound.classes import replaced
from specbound.compiled import CompiledStandard
from specbound.contract import Contract
from specbound.exact_json import exactly
from specbound.messages import Request, Response
from specbound.problems import BadRequest, Violation
from specbound.resources import filtered
from specbound.resources.resource import Resource
from specbound.store.table import AnyTable

Function = Callable[[Request], Response]


def functions(contract: Contract[Any]) -> dict[str, Function]:
    """A function for each operation that needs none of the service's own, by name."""
    return {name: Standard(contract, each) for name, each in contract.standard.items()}


class Standard:
    """One standard operation, as the function that answers it."""

    def __init__(self, contract: Contract[Any], compiled: CompiledStandard) -> None:
        self._compiled = compiled
        table: AnyTable = getattr(contract.tables, compiled["table"])
        self._keys = table.keys
        self._resource: Resource[Any, Any, Any, Any] = Resource(table, compiled["name"], compiled["path"])
        self._fields = compiled.get("fields", [])
        self._initial: Mapping[str, Any] = exactly(compiled.get("initial", {}))
        self._do: Function = getattr(self, f"_{compiled['does']}")

    def __call__(self, request: Request) -> Response:
        response = self._do(request)
        if response.status is HTTPStatus.NOT_MODIFIED:
            return response
        is_new = response.status is HTTPStatus.CREATED and self._compiled["does"] != "create"
        return replaced(
            response,
            status=response.status if is_new else HTTPStatus(self._compiled["status"]),
            body=response.body if self._compiled["shows"] else None,
        )

    def _create(self, request: Request) -> Response:
        parent = {name: request.parameters[each] for name, each in zip(self._keys, self._compiled["key"], strict=False)}
        given = self._given(request.body)
        return self._resource.create(request, lambda _: {**self._initial, **given, **parent})

    def _get(self, request: Request) -> Response:
        return self._resource.represent(request, self._key(request))

    def _change(self, request: Request) -> Response:
        return self._resource.change(request, self._key(request), self._given(request.body))

    def _replace(self, request: Request) -> Response:
        return self._resource.replace(request, self._key(request), self._given(request.body))

    def _upsert(self, request: Request) -> Response:
        return self._resource.upsert(request, self._key(request), self._given(request.body))

    def _remove(self, request: Request) -> Response:
        return self._resource.remove(request, self._key(request))

    def _list(self, request: Request[Any, Any]) -> Response:
        return filtered.page(self._resource, request, self._compiled["lists"])

    def _key(self, request: Request) -> Any:
        key = tuple(request.parameters[name] for name in self._compiled["key"])
        return key if len(key) > 1 else key[0]

    def _given(self, body: Any) -> dict[str, Any]:
        """What an item is made of; whatever else an open schema lets in is not. Raises BadRequest for no body.

        OpenAPI lets one be left out wherever nothing else is said, and nobody means that an item is made of nothing.
        """
        if body is None:
            raise BadRequest([Violation("body", "", "is required")])
        return {name: body[name] for name in self._fields if name in body}
