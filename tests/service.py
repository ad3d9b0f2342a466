"""The service under test: its contract, its API and its tables. The function's environment must be there before."""

from handlers.router import lambda_handler
from handlers.service import contract
from specbound.local.gateway import Gateway, tokens

__all__ = ["TOKENS", "app", "contract", "lambda_handler", "table_name"]

app = Gateway(lambda_handler)
TOKENS = tokens(contract)


def table_name(table: str) -> str:
    """What a table of the contract is called in DynamoDB."""
    return contract.settings.tables[table]
