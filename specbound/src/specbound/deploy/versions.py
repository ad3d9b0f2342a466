"""Versions of the deployed function: which there are, and what each one is."""

import base64
import hashlib
import io
import json
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specbound.compiled import COMPILED, FORMAT, CompiledContract
from specbound.failures import Failed

PATIENCE_SECONDS = 60


class Unreadable(Failed):
    """The contract of a version can't be read from its package; the message says why."""


@dataclass(frozen=True)
class Version:
    """A published version: `environment` is what it was told, `role` the name of what gives it its rights."""

    environment: Mapping[str, str]
    role: str
    contract: CompiledContract


def published(client: Any, function: str) -> list[int]:
    """The numbers of all published versions."""
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    return [int(each["Version"]) for page in pages for each in page["Versions"] if each["Version"] != "$LATEST"]


def version(client: Any, function: str, number: int) -> Version:
    """A published version, with the contract from its package. Raises Unreadable."""
    found = client.get_function(FunctionName=function, Qualifier=str(number))
    configuration = found["Configuration"]
    package = _download(found["Code"]["Location"])
    if base64.b64encode(hashlib.sha256(package).digest()).decode() != configuration["CodeSha256"]:
        raise Unreadable(f"what AWS sent is not the package of version {number}")
    return Version(
        configuration.get("Environment", {}).get("Variables", {}),
        configuration["Role"].rpartition("/")[2],
        _contract(package, number),
    )


def _download(location: str) -> bytes:
    try:
        with urllib.request.urlopen(location, timeout=PATIENCE_SECONDS) as reply:  # noqa: S310  # AWS says where it is
            content: bytes = reply.read()
            return content
    except OSError as error:
        raise Unreadable(f"its package can't be downloaded: {error}") from error


def _contract(package: bytes, number: int) -> CompiledContract:
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            compiled: CompiledContract = json.loads(archive.read((COMPILED / "contract.json").as_posix()))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Unreadable(f"the package of version {number} holds no contract") from error
    if compiled.get("format") != FORMAT:
        raise Unreadable(f"version {number} was compiled in another format than this specbound reads")
    return compiled
