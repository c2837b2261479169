"""Letters reach a real mail server, wait for it when it is away, and never lose their secrets on the way."""

from __future__ import annotations

import ssl
import stat
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from aurum_data.clock import now
from aurum_data.errors import AurumError, Invalid, Unavailable
from aurum_data.operations import mail
from aurum_data.settings import Settings
from tests.post_office import PostOffice, post_office

SECRET = "https://ops.example.com/auth/link?token=secret"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


def send(url: str | None, **settings: object) -> Path | None:
    made = Settings(smtp_url=url, **settings)  # type: ignore[arg-type]
    return mail.send(made, to="erin@example.com", subject="A new password", text=f"Hello\n\n{SECRET}\n")


def test_a_letter_arrives_as_it_was_written(office: PostOffice):
    assert send(office.url, mail_from="Aurum <aurum@example.com>") is None
    [letter] = office.letters
    assert (letter["To"], letter["From"]) == ("erin@example.com", "Aurum <aurum@example.com>")
    assert (letter["Subject"], letter["Auto-Submitted"]) == ("A new password", "auto-generated")
    assert letter["Message-ID"].endswith("@example.com>")
    assert letter.get_content().splitlines() == ["Hello", "", SECRET]


def test_a_server_that_is_away_is_one_to_try_again():
    with pytest.raises(Unavailable, match="does not answer"):
        send("smtp://127.0.0.1:1")


@pytest.mark.parametrize(
    ("refusal", "error"), [("451 Greylisted", Unavailable), ("550 No such mailbox", Invalid)], ids=["later", "for good"]
)
def test_what_the_server_refuses(office: PostOffice, refusal: str, error: type[AurumError]):
    office.refusal = refusal
    with pytest.raises(error) as raised:
        send(office.url)
    assert "erin" not in raised.value.message
    assert "secret" not in repr(raised.value) + repr(raised.value.__cause__)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "t")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    form = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem", folder / "key.pem"


class TestTransport:
    @pytest.fixture
    def server(self, certificate: tuple[Path, Path]) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        return context

    @pytest.fixture
    def trusted(self, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))

    @pytest.mark.usefixtures("trusted")
    def test_starttls_with_a_password(self, server: ssl.SSLContext):
        seen = []

        def check(_server, _session, _envelope, _mechanism, data) -> AuthResult:
            seen.append((data.login, data.password))
            return AuthResult(success=True)

        with post_office(tls_context=server, require_starttls=True, authenticator=check, auth_required=True) as office:
            port = office.url.rpartition(":")[2]
            send(f"starttls://aurum%40x:p%3Ass@localhost:{port}")
        assert len(office.letters) == 1
        assert seen == [(b"aurum@x", b"p:ss")]

    @pytest.mark.usefixtures("trusted")
    def test_smtps(self, server: ssl.SSLContext):
        with post_office(ssl_context=server, server_hostname="localhost") as office:
            send(f"smtps://localhost:{office.url.rpartition(':')[2]}")
        assert len(office.letters) == 1

    @pytest.mark.parametrize("scheme", ["starttls", "smtps"])
    def test_a_server_that_nobody_vouches_for_gets_no_letter(self, server: ssl.SSLContext, scheme: str):
        options = {"tls_context": server} if scheme == "starttls" else {"ssl_context": server}
        with post_office(**options) as office:
            with pytest.raises(Unavailable):
                send(f"{scheme}://localhost:{office.url.rpartition(':')[2]}")
            assert office.letters == []


class TestWithoutAServer:
    def test_the_local_pair_keeps_letters_for_its_owner_alone(self, tmp_path: Path):
        kept = send(None, home=tmp_path, primary_url="postgresql://x", local_pair=True)
        assert kept is not None
        assert kept.parent == tmp_path / "outbox"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
        assert SECRET in message_from_bytes(kept.read_bytes(), policy=default).as_string()

    def test_production_says_what_to_set(self, tmp_path: Path):
        with pytest.raises(Unavailable, match="AURUM_SMTP_URL"):
            send(None, home=tmp_path, primary_url="postgresql://x")
        assert not (tmp_path / "outbox").exists()


@pytest.mark.parametrize("url", ["http://host", "smtp://", "smtp://user:secret@host:25", "host:25"])
def test_an_address_that_cannot_be_a_mail_server_is_refused(url: str):
    with pytest.raises(ValidationError):
        Settings(smtp_url=url)
