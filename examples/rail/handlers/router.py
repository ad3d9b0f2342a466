"""The entry point in Lambda: one event in, one response out."""

from handlers import bookings
from handlers.service import contract
from specbound import Api

lambda_handler = Api(contract, [bookings])
