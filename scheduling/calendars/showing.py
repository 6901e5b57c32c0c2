"""What somebody chose that a calendar of theirs shows: which dates, under which words, and how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from auth.people import Role
from foundation.errors import DomainError
from foundation.plaintext import breaks_the_line, hides_something

LONGEST_WORDS = 60
DEFAULT_WORDING = "Appointment"


class BadWords(DomainError):
    code: ClassVar[str] = "bad_words"
    default: ClassVar[str] = f"Use one line of up to {LONGEST_WORDS} letters."


class FeedKind(StrEnum):
    """A member's dates, those with a practitioner, those of all practitioners, the meetings open to all."""

    MEMBER = "member"
    PRACTITIONER = "practitioner"
    TEAM = "team"
    MEETINGS = "meetings"


class Detail(StrEnum):
    """The chosen word alone; with the initials of the other person; or what it is and with whom."""

    WORD = "word"
    INITIALS = "initials"
    FULL = "full"


WHOSE: Mapping[FeedKind, frozenset[Role]] = {
    FeedKind.MEMBER: frozenset({Role.MEMBER}),
    FeedKind.PRACTITIONER: frozenset({Role.PRACTITIONER}),
    FeedKind.TEAM: frozenset({Role.PRACTITIONER, Role.COORDINATOR}),
}
"""Who has such a calendar. The open meetings need no secret and belong to nobody."""


@dataclass(frozen=True)
class Showing:
    """`title` is what the calendar program calls it, `wording` what each date is called."""

    kind: FeedKind
    owner_id: str
    title: str
    wording: str = DEFAULT_WORDING
    detail: Detail = Detail.WORD


def kinds_for(roles: frozenset[Role]) -> list[FeedKind]:
    """The calendars that somebody with these roles has."""
    return [kind for kind, whose in WHOSE.items() if roles & whose]


def usual_detail(kind: FeedKind) -> Detail:
    """A member's calendar says nothing; who works here tells their sessions apart by initials."""
    return Detail.WORD if kind == FeedKind.MEMBER else Detail.INITIALS


def checked_words(words: str) -> str:
    """The words without outer spaces. Raises BadWords."""
    trimmed = words.strip()
    if not trimmed or len(trimmed) > LONGEST_WORDS or breaks_the_line(trimmed) or hides_something(trimmed):
        raise BadWords
    return trimmed
