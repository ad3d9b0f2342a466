"""Whom the client on the AWS Common Runtime believes: a server with a certificate of its name, by a root of trust."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from specbound.settings import Misconfigured
from specbound.store.attempts import Unanswered
from tests.scripted import reply, scripted

pytest.importorskip("awscrt")

from specbound.store import crt

GET = {"TableName": "things", "Key": {"id": {"S": "1"}}}


@pytest.fixture
def certified(tmp_path: Path) -> Callable[[str], tuple[Path, ssl.SSLContext]]:
    """Makes a root, and what a server of a name needs whose certificate it has signed."""

    def certify(name: str) -> tuple[Path, ssl.SSLContext]:
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root")])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        root = _signed(root_name, root_name, root_key.public_key(), root_key, x509.BasicConstraints(True, None))
        own = _signed(subject, root_name, key.public_key(), root_key, x509.SubjectAlternativeName([x509.DNSName(name)]))
        (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
        (tmp_path / "own.pem").write_bytes(
            own.public_bytes(Encoding.PEM)
            + key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "own.pem")
        return tmp_path / "root.pem", context

    return certify


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .sign(signer, SHA256())
    )


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")


def test_a_server_whom_a_root_of_trust_vouches_for_is_believed(
    certified: Callable[[str], tuple[Path, ssl.SSLContext]], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, context = certified("localhost")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(root))

    with scripted(reply({"Item": {}}), tls=context) as server:
        sender = crt.Client("us-east-1", server.url)
        sender.send("GetItem", GET)
        sender.send("GetItem", GET)

    assert (server.opened, len(server.requests)) == (1, 2)


@pytest.mark.parametrize(("name", "knows_root"), [("localhost", False), ("elsewhere", True)])
def test_any_other_is_sent_nothing(
    certified: Callable[[str], tuple[Path, ssl.SSLContext]],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    knows_root: bool,
) -> None:
    root, context = certified(name)
    if knows_root:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(root))

    with scripted(reply({"Item": {}}), tls=context) as server, pytest.raises(Unanswered) as told:
        crt.Client("us-east-1", server.url).send("GetItem", GET)

    assert not told.value.was_sent
    assert server.requests == []


def test_a_server_that_speaks_no_tls_is_sent_nothing() -> None:
    with scripted(reply({"Item": {}})) as server, pytest.raises(Unanswered) as told:
        crt.Client("us-east-1", server.url.replace("http:", "https:")).send("GetItem", GET)

    assert not told.value.was_sent


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_roots_of_trust_that_there_are_not_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    roots = tmp_path / "roots.pem"
    if content is not None:
        roots.write_bytes(content)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(roots))

    with pytest.raises(Misconfigured, match=r"write the path of a file with them into AWS_CA_BUNDLE\.$"):
        crt.Client("us-east-1", "https://dynamodb.us-east-1.amazonaws.com")
