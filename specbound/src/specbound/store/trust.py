"""Whom the client believes: a server with a certificate of its name, by a root of trust. Imported only for https.

The roots are those of AWS_CA_BUNDLE, or else the system's. Of those Amazon's own are read first, by which DynamoDB's
certificates are: to read all 140 takes OpenSSL 20 ms. https://www.amazontrust.com/repository/
"""

import os
import socket
import ssl
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

from specbound.settings import Misconfigured

OWN = (b"Amazon Root CA", b"Starfield Services Root Certificate Authority")
BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


class Trust:
    """Makes TLS, 1.2 or newer, to a server of this name. Raises Misconfigured where there are no roots of trust."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        named = os.environ.get("AWS_CA_BUNDLE")
        own = b"" if named else _own()
        self._has_all = not own
        try:
            if named:
                self._context.load_verify_locations(named)
            elif own:
                self._context.load_verify_locations(cadata=own)
            else:
                self._context.load_default_certs()
        except OSError as error:
            raise _untrusting(f"AWS_CA_BUNDLE is {named!r} ({error})" if named else str(error)) from error
        if not self._context.cert_store_stats()["x509"] and not ssl.get_default_verify_paths().capath:
            raise _untrusting("This system has no roots of trust")

    def secured(self, connect: Callable[[], socket.socket]) -> ssl.SSLSocket:
        """TLS over a connection. Raises OSError: SSLError where the server is not to be believed."""
        try:
            return self._context.wrap_socket(connect(), server_hostname=self._server)
        except ssl.SSLCertVerificationError:
            if self._has_all:
                raise
        # Whoever has vouched for it is none of Amazon's, or nobody whom this system trusts.
        self._context.load_default_certs()
        self._has_all = True
        return self._context.wrap_socket(connect(), server_hostname=self._server)


def _own() -> bytes:
    """Amazon's roots among the system's; none if those are in no file, or in one that can't be read so."""
    file = ssl.get_default_verify_paths().cafile
    try:
        blocks = Path(file or "").read_text(encoding="latin-1").split(BEGIN)[1:]
        roots = [b64decode(block.partition(END)[0]) for block in blocks]
    except (OSError, ValueError):
        return b""
    return b"".join(root for root in roots if any(name in root for name in OWN))


def _untrusting(what: str) -> Misconfigured:
    return Misconfigured(f"{what}: write the path of a file with them into AWS_CA_BUNDLE.")
