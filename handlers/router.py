"""The entry point in Lambda."""

from specbound.api import lambda_handler

__all__ = ["lambda_handler"]
