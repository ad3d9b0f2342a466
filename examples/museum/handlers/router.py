"""The entry point in Lambda: one event in, one response out."""

from handlers import days, exhibits, keys, tickets
from handlers.credentials import holder
from handlers.service import contract
from specbound import Api

lambda_handler = Api(
    contract,
    [days, tickets, exhibits, keys],
    authenticate={"staff": holder("staff"), "agency": holder("agency")},
)
