"""Whom the engine's own client believes: a server with a certificate of its name, by a root of trust."""

import socket
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
from specbound.store import connections
from specbound.store.attempts import Unanswered
from specbound.store.client import Client
from tests.scripted import reply, scripted

Certified = Callable[..., tuple[Path, ssl.SSLContext]]
GET = {"TableName": "things", "Key": {"id": {"S": "1"}}}


@pytest.fixture
def certified(tmp_path: Path) -> Certified:
    """Makes a root, and what a server of a name needs whose certificate it has signed."""

    def certify(name: str, root: str = "Root") -> tuple[Path, ssl.SSLContext]:
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, root)])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        vouching = _signed(root_name, root_name, root_key.public_key(), root_key, x509.BasicConstraints(True, None))
        own = _signed(subject, root_name, key.public_key(), root_key, x509.SubjectAlternativeName([x509.DNSName(name)]))
        file, chain = tmp_path / f"{root}.pem", tmp_path / f"{root}-{name}.pem"
        file.write_bytes(vouching.public_bytes(Encoding.PEM))
        chain.write_bytes(
            own.public_bytes(Encoding.PEM)
            + key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return file, context

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
    certified: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, context = certified("localhost")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(root))

    with scripted(reply({"Item": {}}), tls=context) as server:
        sender = Client("us-east-1", server.url)
        sender.send("GetItem", GET)
        sender.send("GetItem", GET)

    assert (server.opened, len(server.requests)) == (1, 2)


@pytest.mark.parametrize(
    ("names", "opened"),
    [
        (["Root"], 1),
        (["Amazon Root CA 1", "Root"], 1),
        (["Root", "Amazon Root CA 1"], 2),  # Amazon's are tried before the others
    ],
)
def test_the_first_of_the_systems_roots_may_vouch_whoever_it_is(
    certified: Certified, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], opened: int
) -> None:
    made = [certified("localhost", each) for each in names]
    roots = tmp_path / "system.pem"
    roots.write_text("# Roots\n" + "".join(root.read_text() for root, _ in made))
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))

    with scripted(reply({"Item": {}}), tls=made[0][1]) as server:
        sender = Client("us-east-1", server.url)
        sender.send("GetItem", GET)
        sender.send("GetItem", GET)

    assert (server.opened, len(server.requests)) == (opened, 2)


def test_a_system_without_roots_of_trust_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))

    with pytest.raises(Misconfigured, match=r"no roots of trust: write the path of a file"):
        Client("us-east-1", "https://dynamodb.us-east-1.amazonaws.com")


@pytest.mark.parametrize(("name", "knows_root"), [("localhost", False), ("elsewhere", True)])
def test_any_other_is_sent_nothing(
    certified: Certified,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    knows_root: bool,
) -> None:
    root, context = certified(name)
    if knows_root:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(root))

    with scripted(reply({"Item": {}}), tls=context) as server, pytest.raises(Unanswered) as told:
        Client("us-east-1", server.url).send("GetItem", GET)

    assert not told.value.was_sent
    assert server.requests == []


def test_a_server_that_speaks_no_tls_is_sent_nothing() -> None:
    with scripted(reply({"Item": {}})) as server, pytest.raises(Unanswered) as told:
        Client("us-east-1", server.url.replace("http:", "https:")).send("GetItem", GET)

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
        Client("us-east-1", "https://dynamodb.us-east-1.amazonaws.com")


def test_with_a_server_that_says_nothing_there_is_no_connection_and_nothing_was_sent(
    monkeypatch: pytest.MonkeyPatch, certified: Certified
) -> None:
    root, _ = certified("localhost")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(root))
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unanswered) as told:
        connections.Connections(f"https://localhost:{silent.getsockname()[1]}").exchange({}, b"")

    assert (str(told.value), told.value.was_sent) == ("no connection within 0.05 s", False)
