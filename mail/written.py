"""A mail as it goes over the wire: bytes, and the two addresses of its envelope.

The library's own way from a letter to bytes costs five times what sending them does; most letters need
little of it, since each has one recipient, two texts and headers that are the same in every mail.
"""

from binascii import b2a_qp
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache

_LONGEST_LINE = 78


@dataclass(frozen=True)
class Written:
    """`content` has CRLF line ends and nothing but ASCII, so that any server takes it."""

    sender: str
    to: str
    message_id: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The same, to look at; its lines end as text does."""
        text = self.content.replace(b"\r\n", b"\n")
        return message_from_bytes(text, _class=EmailMessage, policy=policy.SMTP)


@lru_cache(64)
def header(name: str, value: str) -> bytes:
    """Encoded and folded by the library, once for each text; it stays in memory, so it names nobody.

    Raises ValueError for a text of two lines.
    """
    return policy.SMTP.fold_binary(*policy.SMTP.header_store_parse(name, value))


def alternatives(texts: Iterable[tuple[str, str]], boundary: str) -> bytes:
    """A body of several texts that say the same, by their subtypes, the plainest first."""
    parts = [b"--%s\r\n%s\r\n" % (boundary.encode(), _part(text, subtype)) for subtype, text in texts]
    head = b'Content-Type: multipart/alternative; boundary="%s"\r\n\r\n' % boundary.encode()
    return head + b"".join(parts) + b"--%s--\r\n" % boundary.encode()


def _part(text: str, subtype: str) -> bytes:
    lines = text.splitlines()
    body, encoding = "\r\n".join(lines).encode() + b"\r\n", b"7bit"
    if not text.isascii() or max(map(len, lines), default=0) > _LONGEST_LINE:
        body, encoding = b2a_qp(body), b"quoted-printable"
    return b'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: %s\r\n\r\n%s' % (
        subtype.encode(),
        encoding,
        body,
    )
