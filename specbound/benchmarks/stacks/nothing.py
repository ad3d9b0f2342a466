"""No API and no client: what every Python pays."""

from typing import Any

LACKS = ()


def handler(event: Any, context: Any) -> dict[str, Any]:
    return {"statusCode": 200}
