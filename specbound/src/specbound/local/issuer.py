"""An issuer of tokens on one machine: what an OpenID provider publishes, and tokens for whoever asks."""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

AUDIENCE = "offline"
LIFETIME_SECONDS = 12 * 60 * 60
KEY_ID = "local"


def new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Issuer:
    """It signs with `key`, and says at `url` how to check that."""

    url: str
    key: RSAPrivateKey

    def token(self, scopes: Iterable[str], **claims: Any) -> str:
        """A token for these scopes; `claims` (`sub`, `aud`, `exp`, …) replace the usual ones."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": AUDIENCE, "sub": "somebody", "iat": now, "exp": now + LIFETIME_SECONDS}
        payload = {**usual, "scope": " ".join(scopes), **claims}
        return jwt.encode(payload, self.key, algorithm="RS256", headers={"kid": KEY_ID})

    def documents(self) -> dict[str, Any]:
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint": f"{self.url}/oauth2/token",
            },
            "/keys": {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]},
        }


@contextmanager
def issuer() -> Iterator[Issuer]:
    """A running issuer on a free loopback port. It asks for no credentials: whoever can reach it gets any scope."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    running = Issuer(f"http://127.0.0.1:{server.server_port}", new_key())
    server.RequestHandlerClass = type("Handler", (_Handler,), {"issuer": running})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        document = self.issuer.documents().get(self.path)
        if document is None:
            self.send_error(404)
        else:
            self._answer(document)

    def do_POST(self) -> None:
        if self.path != "/oauth2/token":
            self.send_error(404)
            return
        form = dict(parse_qsl(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()))
        token = self.issuer.token(form.get("scope", "").split(), sub=form.get("client_id", "somebody"))
        self._answer({"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS})

    def _answer(self, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass
