"""The service of hotels as a function: what MiniStack's tests call, in a process of its own."""

import os
from typing import Any

from specbound import Api, Contract
from specbound.compiler.translation import compile_contract
from tests.hotels.operations import Hotels
from tests.hotels.service import hotels, know_tables

compiled = compile_contract(hotels())
know_tables(compiled)
contract: Contract[Any] = Contract(compiled, environment=os.environ)
lambda_handler = Api(contract, [Hotels(contract)])
