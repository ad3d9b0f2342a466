"""The entry point in Lambda."""

from specbound import Api

from . import books, earlier
from .service import contract

lambda_handler = Api(contract, [books, earlier])
