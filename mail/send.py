"""Two ways out: over SMTP, or into a folder on this machine while no mail server is set."""

import os
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from foundation.called_address import LOOPBACK
from foundation.settings import Settings
from mail.written import Written

TIMEOUT = 10.0
"""Seconds that a mail server may be silent, so that even a slow mail ends within the outbox's lease."""

_PORTS = {"smtp": 25, "smtps": 465}
_PERMANENT = 500
_FINE = 250
MOST_ON_A_LINE, REST_SECONDS = 100, 1.0
_LOGIN = (530, 534, 535, 538)


class NotSent(Exception):
    """The mail did not go. `retry` says whether it may go later; the words name no address."""

    def __init__(self, words: str, *, retry: bool) -> None:
        self.retry = retry
        super().__init__(words)


class Sender(Protocol):
    def send(self, mail: Written) -> None:
        """Hand the mail on, for good. Raises NotSent."""


def sender_for(settings: Settings) -> Sender:
    """SMTP where a server is set, otherwise the folder `outbox` among our data."""
    return Smtp(settings.smtp_url) if settings.smtp_url else Folder(settings.data / "outbox")


class Smtp:
    """smtp://user:password@host:port, with STARTTLS where offered, or smtps:// with TLS from the start."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        self._url: SplitResult = urlsplit(url)
        self._timeout = timeout

    def send(self, mail: Written) -> None:
        """Once the server has said 250 the mail is gone, whatever becomes of saying goodbye."""
        with self.line() as line:
            line.send(mail)

    @contextmanager
    def line(self) -> "Iterator[SmtpLine]":
        """For many mails one after the other: connected at the first."""
        line = SmtpLine(self._open)
        try:
            yield line
        finally:
            line.hang_up()

    def _open(self) -> smtplib.SMTP:
        server = self._connection()
        try:
            self._log_in(server)
        except BaseException:
            server.close()
            raise
        return server

    def _connection(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "localhost", self._url.port or _PORTS[self._url.scheme]
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=self._timeout)

    def _log_in(self, server: smtplib.SMTP) -> None:
        """Never a password in the clear, except to this machine itself."""
        server.ehlo_or_helo_if_needed()
        if self._url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif self._url.scheme == "smtp" and self._url.username and self._url.hostname not in LOOPBACK:
            raise NotSent("the mail server offers no encryption for the password", retry=True)
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))


class SmtpLine:
    """One connection that several mails go over; after any trouble the next one gets a new connection."""

    def __init__(self, connect: Callable[[], smtplib.SMTP]) -> None:
        self._connect = connect
        self._server: smtplib.SMTP | None = None
        self._carried, self._used_at = 0, 0.0

    def send(self, mail: Written) -> None:
        """Raises NotSent."""
        with _told_plainly():
            try:
                self._ready().sendmail(mail.sender, mail.to, mail.content)
            except smtplib.SMTPRecipientsRefused:
                raise  # about this mail alone: smtplib has reset the line
            except BaseException:
                self._drop()
                raise
        self._carried, self._used_at = self._carried + 1, time.monotonic()

    def hang_up(self) -> None:
        if self._server is not None:
            _say_goodbye(self._server)
        self._server = None

    def _ready(self) -> smtplib.SMTP:
        """After a rest it is asked whether it is still there; a server may end a line after so many mails."""
        rested = time.monotonic() - self._used_at > REST_SECONDS
        if self._server is not None and (
            self._carried >= MOST_ON_A_LINE or (rested and not _still_there(self._server))
        ):
            self.hang_up()
        if self._server is None:
            self._server, self._carried = self._connect(), 0
        return self._server

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


def _still_there(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == _FINE
    except (smtplib.SMTPException, OSError):
        return False


@contextmanager
def line_of(sender: Sender) -> Iterator[Sender]:
    """One line for a batch, where there is such a thing."""
    if isinstance(sender, Smtp):
        with sender.line() as line:
            yield line
    else:
        yield sender


def _say_goodbye(server: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


@dataclass(frozen=True)
class Folder:
    """One file for each mail, named by its Message-ID: a second copy takes the place of the first."""

    path: Path

    def send(self, mail: Written) -> None:
        name = sha256(mail.message_id.encode()).hexdigest()[:24]
        unfinished = self.path / f".{name}.{os.getpid()}"
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(unfinished, mail.content)
            unfinished.replace(self.path / f"{name}.eml")
        except OSError as error:
            raise NotSent(f"the outbox folder: {error.strerror}", retry=True) from error


def _write(path: Path, content: bytes) -> None:
    """Readable by us alone, and on the disk before it gets its name."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _told_plainly() -> Iterator[None]:
    """What smtplib raises, in words without an address and with the one thing the worker needs to know."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _words in error.recipients.values()]
        raise NotSent(f"SMTP {max(codes)} for the recipient", retry=min(codes) < _PERMANENT) from error
    except smtplib.SMTPResponseException as error:
        permanent = error.smtp_code >= _PERMANENT and error.smtp_code not in _LOGIN
        raise NotSent(f"SMTP {error.smtp_code}", retry=not permanent) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"the mail server: {type(error).__name__}", retry=True) from error
