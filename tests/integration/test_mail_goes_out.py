"""The two ways out, against a real SMTP server on this machine and a real folder."""

import smtplib
import socket
import ssl
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from foundation.settings import Settings
from mail.send import Folder, NotSent, Smtp, sender_for
from mail.written import Written

takes_passwords = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


class Mailbox:
    """A mail server's handler that keeps what it gets and answers as told."""

    def __init__(self) -> None:
        self.kept: list[Envelope] = []
        self.over_tls: list[bool] = []
        self.lines: set[int] = set()
        self.to_recipient = "250 OK"
        self.to_mail = "250 OK"

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _server: Any, session: Any, envelope: Envelope) -> str:
        self.kept.append(envelope)
        self.over_tls.append(session.ssl is not None)
        self.lines.add(session.peer[1])
        return self.to_mail

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Envelope) -> str:
        return "421 go away"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[str]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield f"127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def guarded_server(mailbox: Mailbox) -> Iterator[str]:
    """It wants a name and a password, and takes them without TLS, as only loopback may."""

    def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        is_right = isinstance(given, LoginPassword) and given.password == b"s3cret/word"
        return AuthResult(success=is_right)

    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=knows,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    yield f"127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture
def tls_server(mailbox: Mailbox, tmp_path: Path) -> Iterator[str]:
    """It offers STARTTLS, with a certificate of its own making at `tmp_path / "server.pem"`."""
    made = a_certificate(tmp_path / "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made)
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), tls_context=context)
    controller.start()
    yield f"127.0.0.1:{controller.port}"
    controller.stop()


def a_certificate(path: Path) -> Path:
    """A certificate for this machine that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    began = datetime.now(UTC) - timedelta(days=1)
    here = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = (
        builder.not_valid_before(began)
        .not_valid_after(began + timedelta(days=2))
        .add_extension(here, critical=False)
    )
    signed = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    path.write_bytes(signed + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def a_mail() -> Written:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = (
        "hello@evenside.example",
        "ana@example.org",
        "Your sign-in code",
    )
    mail["Message-ID"] = "<one@evenside.example>"
    mail.set_content("Your code is 123456. Für später.\n")
    return Written("hello@evenside.example", "ana@example.org", mail["Message-ID"], mail.as_bytes())


def test_a_mail_arrives_as_it_was_written(server: str, mailbox: Mailbox) -> None:
    Smtp(f"smtp://{server}").send(a_mail())
    (kept,) = mailbox.kept
    assert kept.rcpt_tos == ["ana@example.org"]
    assert isinstance(kept.content, bytes)
    got = message_from_bytes(kept.content, policy=policy.default)
    assert got["Message-ID"] == "<one@evenside.example>"
    assert "Für später." in got.get_content()


def test_a_batch_goes_over_one_line_and_a_refusal_does_not_end_it(server: str, mailbox: Mailbox) -> None:
    with Smtp(f"smtp://{server}").line() as line:
        line.send(a_mail())
        mailbox.to_recipient = "550 unknown"
        with pytest.raises(NotSent):
            line.send(a_mail())
        mailbox.to_recipient = "250 OK"
        line.send(a_mail())
    assert (len(mailbox.kept), len(mailbox.lines)) == (2, 1)


def test_after_any_other_trouble_the_next_mail_gets_a_new_line(server: str, mailbox: Mailbox) -> None:
    with Smtp(f"smtp://{server}").line() as line:
        line.send(a_mail())
        mailbox.to_mail = "452 full"
        with pytest.raises(NotSent):
            line.send(a_mail())
        mailbox.to_mail = "250 OK"
        line.send(a_mail())
    assert len(mailbox.lines) == 2


def test_a_line_carries_no_more_than_servers_like(
    server: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail.send.MOST_ON_A_LINE", 2)
    monkeypatch.setattr("mail.send.REST_SECONDS", -1.0)
    with Smtp(f"smtp://{server}").line() as line:
        for _ in range(5):
            line.send(a_mail())
    assert (len(mailbox.kept), len(mailbox.lines)) == (5, 3)


def test_what_the_server_says_after_taking_it_does_not_matter(server: str, mailbox: Mailbox) -> None:
    """It says 421 to our goodbye: the mail is gone all the same, and must not go twice."""
    Smtp(f"smtp://{server}").send(a_mail())
    assert len(mailbox.kept) == 1


@pytest.mark.parametrize(("answer", "retry"), [("550 unknown", False), ("553 no", False), ("450 busy", True)])
def test_a_refused_recipient_is_for_good_only_when_the_server_says_so(
    server: str, mailbox: Mailbox, answer: str, retry: bool
) -> None:
    mailbox.to_recipient = answer
    with pytest.raises(NotSent) as refused:
        Smtp(f"smtp://{server}").send(a_mail())
    assert refused.value.retry is retry
    assert "ana" not in str(refused.value) and answer[:3] in str(refused.value)


@pytest.mark.parametrize(("answer", "retry"), [("554 no", False), ("452 full", True)])
def test_a_refused_mail_too(server: str, mailbox: Mailbox, answer: str, retry: bool) -> None:
    mailbox.to_mail = answer
    with pytest.raises(NotSent) as refused:
        Smtp(f"smtp://{server}").send(a_mail())
    assert refused.value.retry is retry


@takes_passwords
def test_a_name_and_a_password_are_given_when_the_address_holds_them(
    guarded_server: str, mailbox: Mailbox
) -> None:
    Smtp(f"smtp://post:s3cret%2Fword@{guarded_server}").send(a_mail())
    assert len(mailbox.kept) == 1


@takes_passwords
def test_a_wrong_password_is_our_mistake_and_not_the_mails(guarded_server: str) -> None:
    with pytest.raises(NotSent) as refused:
        Smtp(f"smtp://post:wrong@{guarded_server}", timeout=1).send(a_mail())
    assert refused.value.retry


def test_a_password_never_travels_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server elsewhere that offers no TLS gets nothing. A fake, as stories stay on this machine."""

    class Plain(smtplib.SMTP):
        def __init__(self, *_args: object, **_kwargs: object) -> None:
            self.said: list[str] = []

        def ehlo_or_helo_if_needed(self) -> None:
            self.said.append("ehlo")

        def has_extn(self, _name: str) -> bool:
            return False

        def close(self) -> None:
            self.said.append("close")

    monkeypatch.setattr("mail.send.smtplib.SMTP", Plain)
    with pytest.raises(NotSent, match="no encryption"):
        Smtp("smtp://post:word@mail.example.org:587").send(a_mail())


def test_a_server_that_offers_encryption_gets_it(
    tls_server: str, mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    Smtp(f"smtp://{tls_server}").send(a_mail())
    assert mailbox.over_tls == [True]


def test_a_server_that_only_claims_to_be_the_one_gets_nothing(tls_server: str, mailbox: Mailbox) -> None:
    with pytest.raises(NotSent) as refused:
        Smtp(f"smtp://{tls_server}").send(a_mail())
    assert (refused.value.retry, mailbox.kept) == (True, [])


def test_nobody_at_the_address_means_later() -> None:
    with pytest.raises(NotSent) as refused:
        Smtp("smtp://127.0.0.1:1").send(a_mail())
    assert refused.value.retry


def test_a_silent_server_is_given_up_on_in_time(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(NotSent) as refused:
            Smtp(f"smtp://127.0.0.1:{silent.getsockname()[1]}", timeout=0.3).send(a_mail())
    assert refused.value.retry
    assert time.monotonic() - began < 60


def test_the_folder_keeps_each_mail_once_for_our_eyes_only(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "outbox")
    folder.send(a_mail())
    folder.send(a_mail())
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    got = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert got["Subject"] == "Your sign-in code"


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file is in the way")
    with pytest.raises(NotSent) as refused:
        Folder(tmp_path / "outbox").send(a_mail())
    assert refused.value.retry


def test_the_setting_chooses_the_way(settings: Settings) -> None:
    assert isinstance(sender_for(settings), Folder)
    assert isinstance(sender_for(replace(settings, smtp_url="smtp://127.0.0.1:25")), Smtp)
