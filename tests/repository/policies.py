"""The policies of `terraform/policies/`, as whoever deploys the catalogue fills them in."""

import json
from typing import Any

from specbound.compiler.document import ROOT

FOLDER = ROOT / "terraform" / "policies"
NAME, REGION, DOMAIN = "catalogue-api", "us-east-1", "api.example.com"
BUCKET, STATE = "my-terraform-state", "catalogue-api"


def names() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.json"))


def filled(policy: str, account: str, zone: str = "Z0123456789ABCDEFGHIJ", name: str = NAME) -> dict[str, Any]:
    """A policy for one deployment."""
    text = (FOLDER / f"{policy}.json").read_text(encoding="utf-8")
    values = {"NAME": name, "REGION": REGION, "ACCOUNT": account, "DOMAIN": DOMAIN, "ZONE": zone}
    values |= {"BUCKET": BUCKET, "STATE": STATE}
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    document: dict[str, Any] = json.loads(text)
    return document


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def actions(*policies: str) -> set[str]:
    """All that these policies allow."""
    documents = [json.loads((FOLDER / f"{each}.json").read_text(encoding="utf-8")) for each in policies]
    return {action for each in documents for statement in each["Statement"] for action in listed(statement["Action"])}
