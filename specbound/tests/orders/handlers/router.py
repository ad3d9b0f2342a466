"""The entry point in Lambda: one event in, one response out."""

import gc

# Until everything is loaded there is nothing to collect, and looking for it takes a seventh of a cold start.
gc.disable()

from handlers import orders
from handlers.service import contract
from specbound import Api, Meta

lambda_handler = Api(contract, [orders, Meta(contract)])

# What is loaded by now stays: the collector, switched on again, never looks at it.
gc.freeze()
gc.enable()
