"""The entry point in Lambda."""

from pathlib import Path
from typing import Any

from specbound import Api, Contract, Meta
from specbound.compiled import read_document

from .orders import Orders, upgrades

FOLDER = Path(__file__).parent / "compiled"
VERSION = int(read_document(FOLDER)["info"]["version"].split(".")[1])

contract: Contract[Any] = Contract.load(FOLDER, upgrades=upgrades(VERSION))
lambda_handler = Api(contract, [Orders(contract, VERSION), Meta(contract)])
