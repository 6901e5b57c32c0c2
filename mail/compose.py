"""From a letter to a mail: one recipient, plain text and simple HTML, nothing fetched from anywhere."""

from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256
from typing import Any, ClassVar

from auth.addresses import BadAddress, normalise_address
from foundation.errors import DomainError
from foundation.settings import Settings
from mail.letter import Enclosure, Letter
from mail.paper import fill_in


class _Header(BaseHeader):
    """Written once: most headers are the same in every mail, and folding one costs more than sending it."""

    _written: str | None = None

    def fold(self, *, policy: "Policy[Any]") -> str:
        if self._written is None:
            self._written = super().fold(policy=policy)
        return self._written


class _Headers(HeaderRegistry):
    """Read once: each header takes a grammar, and none changes afterwards."""

    @lru_cache(64)  # noqa: B019 - there is one registry
    def __getitem__(self, name: str) -> type[BaseHeader]:
        return super().__getitem__(name)

    @lru_cache(512)  # noqa: B019
    def __call__(self, name: str, value: str) -> BaseHeader:
        return super().__call__(name, value)


_POLICY = SMTP.clone(cte_type="7bit", header_factory=_Headers(_Header))
_FILE_NAME = "appointment.ics"


class Unsendable(DomainError):
    """Trying again would not help: the letter itself is wrong."""

    code: ClassVar[str] = "unsendable"
    default: ClassVar[str] = "This mail cannot be sent to that address."


def compose(letter: Letter, *, key: str, settings: Settings, now: datetime) -> EmailMessage:
    """The mail. The same key gives the same Message-ID, so that a second copy is known as one.

    Raises Unsendable for an address that is none, or that would add headers of its own.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = str(sender(settings))
    mail["To"] = _checked(letter.to)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(key, settings)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    words = {**letter.words, "subject": letter.subject}
    mail.set_content(fill_in(f"{letter.template}.txt", words))
    mail.make_alternative(boundary=_boundary(key))
    mail.add_alternative(fill_in(f"{letter.template}.html", words), subtype="html")
    if letter.enclosure is not None:
        _enclose(mail, letter.enclosure)
    return mail


def message_id(key: str, settings: Settings) -> str:
    """`<digest@our.domain>`: stable for one delivery, and nothing can be read from it."""
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{sender(settings).domain}>"


def sender(settings: Settings) -> Address:
    """Who every mail comes from."""
    return _address(settings.mail_from)


@lru_cache(8)
def _address(mail_from: str) -> Address:
    name, address = parseaddr(mail_from)
    return Address(name, addr_spec=address)


def _boundary(key: str) -> str:
    """Between the parts: 160 bits that no letter of ours has in it. The library would look through it all."""
    return f"={sha256(f'boundary:{key}'.encode()).hexdigest()[:40]}"


def _checked(address: str) -> str:
    try:
        return normalise_address(address)
    except BadAddress as error:
        raise Unsendable from error


def _enclose(mail: EmailMessage, enclosure: Enclosure) -> None:
    """As an alternative, for programs that offer it, and as a file, for those that do not."""
    method = enclosure.method.value
    mail.add_alternative(enclosure.content.decode(), subtype="calendar", params={"method": method})
    mail.add_attachment(enclosure.content, maintype="application", subtype="ics", filename=_FILE_NAME)
