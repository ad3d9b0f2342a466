"""The entry point in Lambda: one event in, one response out."""

from handlers import articles, comments, sessions, writers
from handlers.service import contract
from specbound import Api

lambda_handler = Api(contract, [writers, articles, comments], authenticate={"session": sessions.known})
