"""Problems that the proxy itself tells: of a server that does not answer, or not as the contract has it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from specbound.problems import Problem
from specbound.proxy.drift import Drift


class BadGateway(Problem):
    status = HTTPStatus.BAD_GATEWAY
    title = "Bad Gateway"
    detail = "The server behind this proxy could not be reached, or broke off."


class GatewayTimeout(Problem):
    status = HTTPStatus.GATEWAY_TIMEOUT
    title = "Gateway Timeout"
    detail = "The server behind this proxy can't be reached in time."


class Drifted(Problem):
    """The reply is withheld; what is wrong with it is told."""

    status = HTTPStatus.BAD_GATEWAY
    title = "Bad Gateway"
    kind = "drift"

    def __init__(self, drifts: Sequence[Drift]) -> None:
        super().__init__("The server's reply is not what the contract describes, so it is withheld.")
        self._drifts = drifts

    def body(self) -> dict[str, Any]:
        errors = [{"in": each.side, "pointer": each.place, "detail": each.what} for each in self._drifts]
        return {**super().body(), "errors": errors}
