"""A letter to one person, before it becomes a mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scheduling.calendars.invitations import Method


@dataclass(frozen=True)
class Enclosure:
    """A calendar object that goes with the letter (RFC 6047)."""

    method: Method
    content: bytes


@dataclass(frozen=True)
class Letter:
    """`template` names templates/mail/<template>.txt and .html, which are given `words`.

    The subject is read by whoever glances at a locked phone: it says nothing about the person.
    """

    to: str
    subject: str
    template: str
    words: Mapping[str, Any] = field(default_factory=dict)
    enclosure: Enclosure | None = None
