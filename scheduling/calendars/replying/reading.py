"""What one mail says, read in a child that can be killed: anybody could have sent it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email import policy
from email.errors import InvalidHeaderDefect
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Any, ClassVar

from foundation.errors import DomainError

MOST_PARTS = 30
ANSWERS = frozenset({"ACCEPTED", "DECLINED", "TENTATIVE"})
_MAILTO = "mailto:"
_MOST_DIGITS = 9


class NoReply(DomainError):
    """The mail is none of ours to read; `code` says why."""

    code: ClassVar[str] = "no_reply"
    default: ClassVar[str] = "This mail answers no invitation."


@dataclass(frozen=True)
class Reply:
    """`sender` is who the mail says it is from, `attendee` whom it speaks for.

    `recurrence` names one date of a series: its original time as it stands, in the zone `recurrence_zone`.
    """

    sender: str
    attendee: str
    uid: str
    sequence: int
    answer: str
    recurrence: str = ""
    recurrence_zone: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_reply(data: bytes) -> Reply:
    """Raises NoReply."""
    mail = BytesParser(policy=policy.default).parsebytes(data)
    froms = mail.get_all("From", [])
    if any(isinstance(one, InvalidHeaderDefect) for header in froms for one in header.defects):
        raise NoReply  # who reads it differently than the mail server did can be told anything
    senders = [address for _, address in getaddresses([str(one) for one in froms])]
    if len(senders) != 1:
        raise NoReply
    lines = list(_lines(_calendar_in(mail)))
    calendar = [one for one in lines if one[0] in {"BEGIN", "METHOD"}]
    kinds = [value.upper() for name, _, value in calendar if name == "BEGIN"]
    if kinds.count("VEVENT") != 1 or [v.upper() for n, _, v in calendar if n == "METHOD"] != ["REPLY"]:
        raise NoReply
    event = lines[next(n for n, one in enumerate(lines) if _is_event(one)) :]
    attendee, given = _one(event, "ATTENDEE")
    recurrence, zone = _perhaps(event, "RECURRENCE-ID")
    answer = given.get("PARTSTAT", "").upper()
    sequence = _perhaps(event, "SEQUENCE")[0] or "0"
    uid = _one(event, "UID")[0]
    if not all(one.isprintable() for one in (uid, attendee, senders[0], recurrence)):
        raise NoReply
    if answer not in ANSWERS or not attendee.lower().startswith(_MAILTO) or not _is_number(sequence):
        raise NoReply
    said = attendee[len(_MAILTO) :].strip(), uid, int(sequence), answer
    return Reply(senders[0], *said, recurrence, zone.get("TZID", ""))


def _calendar_in(mail: EmailMessage) -> str:
    """The one calendar part. Raises NoReply for none, several, or a mail of too many parts."""
    found: list[str] = []
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            raise NoReply
        if part.get_content_type() == "text/calendar" and not part.is_multipart():
            payload = part.get_payload(decode=True)
            found.append(payload.decode("utf-8", "replace") if isinstance(payload, bytes) else "")
    if len(set(found)) != 1:
        raise NoReply
    return found[0]


def _lines(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """(name, parameters, value) of each content line (RFC 5545, 3.1)."""
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        head, value = _parted(line)
        name, *given = head.split(";")
        pairs = (one.partition("=") for one in given)
        yield name.upper(), {key.upper(): said.strip('"') for key, _, said in pairs}, value.strip()


def _parted(line: str) -> tuple[str, str]:
    """At the first colon outside of quotes."""
    quoted = False
    for at, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return line[:at], line[at + 1 :]
    return line, ""


def _is_event(line: tuple[str, dict[str, str], str]) -> bool:
    return line[0] == "BEGIN" and line[2].upper() == "VEVENT"


def _one(lines: list[tuple[str, dict[str, str], str]], name: str) -> tuple[str, dict[str, str]]:
    found = [(value, given) for key, given, value in lines if key == name]
    if len(found) != 1 or not found[0][0]:
        raise NoReply
    return found[0]


def _perhaps(lines: list[tuple[str, dict[str, str], str]], name: str) -> tuple[str, dict[str, str]]:
    return next(((value, given) for key, given, value in lines if key == name), ("", {}))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
