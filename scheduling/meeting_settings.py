"""A weekly meeting as a coordinator sets it: every setting checked, each refusal said at its field."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth.people import STAFF, Person, PersonRole
from foundation import audit
from foundation.database import lock
from foundation.errors import DomainError
from foundation.plaintext import breaks_the_line, hides_something
from foundation.zones import is_zone
from scheduling.meeting_records import Duty, Meeting, MeetingAudience, MeetingPerson
from scheduling.meetings import UnknownMeeting, add_meeting

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TITLE, _SLUG_LETTERS, _SUMMARY, _DESCRIPTION, _LINK = 80, 60, 400, 4000, 500
_SPANS: Mapping[str, tuple[int, int, str]] = {
    "weekday": (0, 6, "Choose a day of the week."),
    "minute_of_day": (0, 1439, "Choose a time of the day."),
    "minutes": (5, 720, "A meeting lasts 5 minutes to 12 hours."),
    "capacity": (2, 5000, "The room holds 2 to 5000 members, or leave it empty."),
    "keep_days": (0, 3650, "What was asked is kept for 0 to 3650 days, or leave it empty."),
}
_LAST_YEAR = 2200


class CallKind(StrEnum):
    NONE = "none"
    LINK = "link"
    JITSI = "jitsi"


class BadMeeting(DomainError):
    """`problems` says at which setting what is wrong, in words."""

    code: ClassVar[str] = "bad_meeting"
    default: ClassVar[str] = "Some of these settings do not fit. Each says what to change."

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(problems=dict(problems))
        self.problems = dict(problems)


class StaleMeeting(DomainError):
    code: ClassVar[str] = "stale_meeting"
    default: ClassVar[str] = "Somebody changed this meeting meanwhile. Look at it again, then decide."


@dataclass(frozen=True)
class MeetingSettings:
    """What a coordinator decides. `minute_of_day` and the dates are local to `timezone`; `keep_days` None
    follows the installation's own number."""

    slug: str
    title: str
    timezone: str
    first_date: date
    weekday: int = 4
    minute_of_day: int = 19 * 60
    minutes: int = 90
    summary: str = ""
    description: str = ""
    until_date: date | None = None
    capacity: int | None = None
    audience: str = MeetingAudience.MEMBERS.value
    call_kind: str = CallKind.NONE.value
    call_url: str = ""
    keep_days: int | None = None
    host_ids: frozenset[str] = frozenset()
    moderator_ids: frozenset[str] = frozenset()

    @property
    def columns(self) -> dict[str, Any]:
        """As the table has them: a call that is none is a link without an address."""
        values = {name: value for name, value in asdict(self).items() if not name.endswith("_ids")}
        is_link = self.call_kind == CallKind.LINK
        values["call_url"] = self.call_url.strip() if is_link else None
        values["call_kind"] = CallKind.JITSI if self.call_kind == CallKind.JITSI else CallKind.LINK
        return values

    @property
    def leaders(self) -> frozenset[tuple[str, str]]:
        """Who leads, and how: pairs of a person's id and a duty."""
        hosting = {(one, Duty.HOST.value) for one in self.host_ids}
        return frozenset(hosting | {(one, Duty.MODERATOR.value) for one in self.moderator_ids})


def save_meeting(
    session: Session,
    settings: MeetingSettings,
    *,
    meeting_id: str | None = None,
    revision: int = 0,
    by: str,
    now: datetime,
) -> Meeting:
    """Plan a meeting, or change the one that was looked at.

    Raises BadMeeting, StaleMeeting, UnknownMeeting.
    """
    lock(session, "meetings")
    meeting = hold_meeting(session, meeting_id, revision) if meeting_id else None
    if problems := _problems(session, settings, meeting_id):
        raise BadMeeting(problems)
    if meeting is None:
        return _add(session, settings, by, now)
    _change(session, meeting, settings, by, now)
    return meeting


def hold_meeting(session: Session, meeting_id: str, revision: int) -> Meeting:
    """The meeting that was looked at, held until the end. Raises StaleMeeting, UnknownMeeting."""
    lock(session, f"meeting:{meeting_id}")
    meeting = session.get(Meeting, meeting_id, populate_existing=True)
    if meeting is None:
        raise UnknownMeeting
    if meeting.revision != revision:
        raise StaleMeeting
    return meeting


def settings_of(session: Session, meeting: Meeting) -> MeetingSettings:
    held = {name for name in MeetingSettings.__dataclass_fields__ if not name.endswith("_ids")}
    values = {name: getattr(meeting, name) for name in held}
    kind = meeting.call_kind if meeting.call_url or meeting.call_kind == CallKind.JITSI else CallKind.NONE
    leading = leaders_of(session, meeting.id)
    return MeetingSettings(
        **values | {"call_kind": str(kind), "call_url": meeting.call_url or ""},
        host_ids=frozenset(one for one, duty in leading if duty == Duty.HOST),
        moderator_ids=frozenset(one for one, duty in leading if duty == Duty.MODERATOR),
    )


def leaders_of(session: Session, meeting_id: str) -> frozenset[tuple[str, str]]:
    pairs = select(MeetingPerson.person_id, MeetingPerson.duty).where(MeetingPerson.meeting_id == meeting_id)
    return frozenset((one, duty) for one, duty in session.execute(pairs))


def may_lead(session: Session) -> list[Person]:
    """Everybody who works here, by name."""
    ours = select(PersonRole.person_id).where(PersonRole.role.in_([role.value for role in STAFF]))
    here = Person.id.in_(ours), Person.departed_at.is_(None)
    return list(session.scalars(select(Person).where(*here).order_by(Person.name)))


def is_call_link(url: str) -> bool:
    """Whether it is an https address that names a host, and nobody's password."""
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_whole and parts.username is None and not any(c.isspace() or not c.isprintable() for c in url)


def _add(session: Session, settings: MeetingSettings, by: str, now: datetime) -> Meeting:
    return add_meeting(
        session,
        **settings.columns,
        hosted_by=tuple(sorted(settings.host_ids)),
        moderated_by=tuple(sorted(settings.moderator_ids)),
        by=by,
        now=now,
    )


def _change(session: Session, meeting: Meeting, settings: MeetingSettings, by: str, now: datetime) -> None:
    values = settings.columns
    changed = sorted(name for name, value in values.items() if getattr(meeting, name) != value)
    for name in changed:
        setattr(meeting, name, values[name])
    if leaders_of(session, meeting.id) != settings.leaders:
        changed.append("leaders")
        _lead_by(session, meeting.id, settings.leaders)
    if not changed:
        return
    meeting.revision, meeting.sequence, meeting.changed_at = meeting.revision + 1, meeting.sequence + 1, now
    session.flush()
    detail = {"revision": meeting.revision, "changed": changed}
    audit.record(
        session, actor=by, action="meeting.set", kind="meeting", object_id=meeting.id, now=now, detail=detail
    )


def _lead_by(session: Session, meeting_id: str, leaders: frozenset[tuple[str, str]]) -> None:
    session.execute(delete(MeetingPerson).where(MeetingPerson.meeting_id == meeting_id))
    pairs = sorted(leaders)
    session.add_all(MeetingPerson(meeting_id=meeting_id, person_id=one, duty=duty) for one, duty in pairs)
    session.flush()


def _problems(session: Session, settings: MeetingSettings, meeting_id: str | None) -> dict[str, str]:
    """What is wrong, by the setting's name, in words that say what to write."""
    found = _wrong_words(settings) | _wrong_spans(settings) | _wrong_dates(settings) | _wrong_call(settings)
    if settings.audience not in set(MeetingAudience):
        found["audience"] = "Choose who may come."
    here = {one.id for one in may_lead(session)}
    for field in ("host_ids", "moderator_ids"):
        if getattr(settings, field) - here:
            found[field] = "Somebody among them no longer works here. Choose again."
    if not settings.moderator_ids | settings.host_ids:
        found["moderator_ids"] = "Choose at least one: a room opens only with a moderator at the desk."
    other = session.scalar(select(Meeting.id).where(Meeting.slug == settings.slug))
    if "slug" not in found and other is not None and other != meeting_id:
        found["slug"] = "Another meeting has that address. Choose another word."
    return found


def _wrong_words(settings: MeetingSettings) -> dict[str, str]:
    found: dict[str, str] = {}
    title = settings.title.strip()
    if not title or len(title) > _TITLE or breaks_the_line(title) or hides_something(title):
        found["title"] = f"Write a title on one line, up to {_TITLE} letters."
    if not _SLUG.fullmatch(settings.slug) or len(settings.slug) > _SLUG_LETTERS:
        found["slug"] = "Write small letters, digits and single hyphens, like friday-group."
    for field, most in (("summary", _SUMMARY), ("description", _DESCRIPTION)):
        text = getattr(settings, field)
        if len(text) > most or hides_something(text):
            found[field] = f"Keep to {most} letters that can be seen."
    return found


def _wrong_spans(settings: MeetingSettings) -> dict[str, str]:
    spans = ((name, getattr(settings, name), bounds) for name, bounds in _SPANS.items())
    return {
        name: words
        for name, value, (least, most, words) in spans
        if value is not None and not least <= value <= most
    }


def _wrong_dates(settings: MeetingSettings) -> dict[str, str]:
    found: dict[str, str] = {}
    if not is_zone(settings.timezone):
        found["timezone"] = "Choose a city from the list; it stands for the time zone."
    if settings.first_date.year > _LAST_YEAR:
        found["first_date"] = "Choose a first date within the next years."
    if settings.until_date is not None and settings.until_date < settings.first_date:
        found["until_date"] = "The last date is before the first one. Choose a later one, or none."
    return found


def _wrong_call(settings: MeetingSettings) -> dict[str, str]:
    if settings.call_kind not in set(CallKind):
        return {"call_kind": "Choose whether there is a video call."}
    url = settings.call_url.strip()
    if settings.call_kind == CallKind.LINK and (len(url) > _LINK or not is_call_link(url)):
        return {"call_url": "Write the whole link, beginning with https:// and without a password in it."}
    return {}
