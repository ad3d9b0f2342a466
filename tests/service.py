"""The service under test: its contract, its API and its tables."""

from handlers.router import lambda_handler
from handlers.service import contract
from specbound.local.gateway import tokens
from specbound.testing.callers import app as gateway

__all__ = ["TOKENS", "app", "contract", "lambda_handler", "table_name"]

app = gateway()
TOKENS = tokens(contract)


def table_name(table: str) -> str:
    """What a table of the contract is called in DynamoDB."""
    return contract.settings.tables[table]
