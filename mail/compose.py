"""From a letter to a mail: one recipient, plain text and simple HTML, nothing fetched from anywhere."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256
from typing import ClassVar

from auth.addresses import BadAddress, normalise_address
from foundation.errors import DomainError
from foundation.settings import Settings
from mail.letter import Enclosure, Letter
from mail.paper import fill_in
from mail.written import Written, alternatives, header

_POLICY = SMTP.clone(cte_type="7bit")
_FILE_NAME = "appointment.ics"
_TEXTS = (("plain", "txt"), ("html", "html"))


class Unsendable(DomainError):
    """Trying again would not help: the letter itself is wrong."""

    code: ClassVar[str] = "unsendable"
    default: ClassVar[str] = "This mail cannot be sent to that address."


def compose(letter: Letter, *, key: str, settings: Settings, now: datetime) -> Written:
    """The mail. The same key gives the same Message-ID, so that a second copy is known as one.

    Raises Unsendable for an address that is none, or that would add headers of its own.
    """
    to, ours = _checked(letter.to), message_id(key, settings)
    words = {**letter.words, "subject": letter.subject}
    texts = [(kind, fill_in(f"{letter.template}.{ending}", words)) for kind, ending in _TEXTS]
    head = _head(letter, to, ours, settings, now)
    if letter.enclosure is None:
        content = b"".join([*head, b"MIME-Version: 1.0\r\n", alternatives(texts, _boundary(key))])
    else:
        content = b"".join(head) + _enclosing(letter.enclosure, texts).as_bytes()
    return Written(sender(settings).addr_spec, to, ours, content)


def _head(letter: Letter, to: str, ours: str, settings: Settings, now: datetime) -> list[bytes]:
    """An address that was checked is one word of ASCII, as is the id: there is nothing to encode in them."""
    return [
        header("From", str(sender(settings))),
        f"To: {to}\r\n".encode("ascii"),
        header("Subject", letter.subject),
        f"Date: {format_datetime(now)}\r\nMessage-ID: {ours}\r\n".encode("ascii"),
        b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n",
    ]


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


def _enclosing(enclosure: Enclosure, texts: list[tuple[str, str]]) -> EmailMessage:
    """As an alternative, for programs that offer it, and as a file, for those that do not."""
    body = EmailMessage(policy=_POLICY)
    (plain, text), (rich, markup) = texts
    body.set_content(text, subtype=plain)
    body.add_alternative(markup, subtype=rich)
    method = enclosure.method.value
    body.add_alternative(enclosure.content.decode(), subtype="calendar", params={"method": method})
    body.add_attachment(enclosure.content, maintype="application", subtype="ics", filename=_FILE_NAME)
    return body
