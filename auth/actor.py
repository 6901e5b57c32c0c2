"""Whoever asks, as the rest of the house sees them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from auth.people import STAFF, Person, Role


@dataclass(frozen=True)
class Actor:
    """A signed-in person for the length of one request. `seen_at` is when their session, or the token they
    speak by, last noted them.

    `proved_at` is when they last showed who they are; None for a program that speaks by a token.
    """

    person_id: str
    name: str
    roles: frozenset[Role]
    timezone: str
    theme: str = "system"
    session_id: str | None = None
    seen_at: datetime | None = None
    proved_at: datetime | None = None

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def actor_for(person: Person, *, session_id: str | None = None, seen_at: datetime | None = None) -> Actor:
    return Actor(
        person_id=person.id,
        name=person.name,
        roles=person.roles,
        timezone=person.timezone,
        theme=person.theme,
        session_id=session_id,
        seen_at=seen_at,
    )
