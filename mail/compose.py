"""From a letter to a mail: one recipient, plain text and simple HTML, nothing fetched from anywhere."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import ClassVar

from auth.addresses import BadAddress, normalise_address
from foundation.errors import DomainError
from foundation.settings import Settings
from mail.letter import Enclosure, Letter
from mail.paper import fill_in

_POLICY = SMTP.clone(cte_type="7bit")
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
    mail["From"] = sender(settings)
    mail["To"] = Address(addr_spec=_checked(letter.to))
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(key, settings)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    words = {**letter.words, "subject": letter.subject}
    mail.set_content(fill_in(f"{letter.template}.txt", words))
    mail.add_alternative(fill_in(f"{letter.template}.html", words), subtype="html")
    if letter.enclosure is not None:
        _enclose(mail, letter.enclosure)
    return mail


def message_id(key: str, settings: Settings) -> str:
    """`<digest@our.domain>`: stable for one delivery, and nothing can be read from it."""
    return f"<{sha256(key.encode()).hexdigest()[:40]}@{sender(settings).domain}>"


def sender(settings: Settings) -> Address:
    """Who every mail comes from."""
    name, address = parseaddr(settings.mail_from)
    return Address(name, addr_spec=address)


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
