"""What is said in a text message or a push: less than in a mail, since it lights up on a locked phone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.outbox import Claimed
from foundation.settings import Settings
from foundation.timewords import clock, short_day, zone_label
from scheduling.appointment_records import Appointment
from scheduling.reminder_check_ins import KIND as CHECK_IN
from scheduling.reminder_numbers import KIND as CODE
from scheduling.reminders import KIND as REMINDER

_TAG_LETTERS = 32
"""What RFC 8030 lets a topic have."""


@dataclass(frozen=True)
class Notice:
    """`text` is the whole text message; `title` and `words` are a push, which leads to `url`.

    `tag` is the same for a second copy, so that a device shows one. `seconds_left` is how long it is true.
    """

    title: str
    words: str
    text: str
    url: str
    tag: str
    seconds_left: int

    @property
    def path(self) -> str:
        """Where it leads, within our own pages."""
        return urlsplit(self.url).path


def reminder(session: Session, claimed: Claimed, settings: Settings, now: datetime) -> Notice | None:
    """A time and its place; never with whom or what for."""
    appointment = session.get_one(Appointment, claimed.refs["appointment"])
    zone, at = ZoneInfo(find_person(session, claimed.refs["to"]).timezone), appointment.starts_at
    when = f"{short_day(at, zone)}, {clock(at, zone)}, {zone_label(zone, at)}"
    link = claimed.refs.get("link")
    url = f"{settings.origin}/r/{link}" if link else f"{settings.origin}/appointments/{appointment.id}"
    answer = "Yes, move or cancel" if link else "See it"
    return Notice(
        title="A reminder",
        words=when,
        text=f"Evenside: {when}. {answer}: {url}",
        url=url,
        tag=_tag(claimed),
        seconds_left=int((at - now).total_seconds()),
    )


def check_in(session: Session, claimed: Claimed, settings: Settings, now: datetime) -> Notice | None:
    url = f"{settings.origin}/care"
    words = "A few questions are ready for you, whenever it suits."
    until = claimed.not_after or now
    left = int((until - now).total_seconds())
    return Notice("A reminder", words, f"Evenside: {words} {url}", url, _tag(claimed), left)


def code(session: Session, claimed: Claimed, settings: Settings, now: datetime) -> Notice | None:
    words = f"Evenside: your code is {claimed.refs['code']}. It works for ten minutes. Tell it to nobody."
    return Notice("A code", words, words, settings.origin, _tag(claimed), 0)


def _tag(claimed: Claimed) -> str:
    return sha256(claimed.key.encode()).hexdigest()[:_TAG_LETTERS]


Writer = Callable[[Session, Claimed, Settings, datetime], Notice | None]
NOTICES: Mapping[str, Writer] = {REMINDER: reminder, CHECK_IN: check_in, CODE: code}
