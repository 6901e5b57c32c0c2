"""What became of a whole series, told to one of its two people, in words and as one calendar object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.people import Person, find_person
from foundation.settings import Settings
from mail.compose import sender
from mail.letter import Enclosure, Letter
from mail.when import full_time
from scheduling.appointment_records import Appointment
from scheduling.calendars.events import Series as Shown
from scheduling.calendars.feeds import DEFAULT_WORDING
from scheduling.calendars.follow_ups import HIDDEN, follow_ups
from scheduling.calendars.invitations import Method, Parties, cancel_series, request_series
from scheduling.series_dates import find_series, original_day, series_appointments
from scheduling.series_records import Series

_HOW = {"video": "by video", "phone": "by phone", "in_person": "in person"}


@dataclass(frozen=True)
class _News:
    """The series as it is now, for one of its two people; `told` are the dates that the news is about."""

    series: Series
    rows: Sequence[Appointment]
    told: Sequence[Appointment]
    to: Person
    settings: Settings

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.to.timezone)

    @property
    def shown(self) -> Shown:
        return follow_ups(self.series, self.rows, DEFAULT_WORDING, self.settings.origin)


def booked(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    return _letter(_news(session, refs, settings, now), "Your appointments are booked", "series_booked")


def changed(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    return _letter(_news(session, refs, settings, now), "Your appointments have moved", "series_changed")


def cancelled(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    news = _news(session, refs, settings, now)
    return _letter(news, "Your appointments are cancelled", "series_cancelled")


def _news(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> _News | None:
    """None when all of it is over, or when the person has left."""
    series, to = find_series(session, refs["series"]), find_person(session, refs["to"])
    rows = series_appointments(session, series.id)
    days = {date.fromisoformat(day) for day in refs["dates"]}
    told = [one for one in rows if original_day(one) in days and one.starts_at > now]
    if not told or to.departed_at is not None or to.id not in told[0].parties:
        return None
    return _News(series, rows, sorted(told, key=lambda one: one.starts_at), to, settings)


def _letter(news: _News | None, subject: str, template: str) -> Letter | None:
    if news is None:
        return None
    return Letter(news.to.email, subject, template, _words(news), _enclosure(news))


def _words(news: _News) -> dict[str, Any]:
    """No name of a member, ever; a practitioner's first name, as on every page."""
    is_member = news.to.id == news.series.member_id
    first = news.told[0]
    return {
        "times": [_time(one, news.zone) for one in news.told if one.status not in HIDDEN],
        "cancelled": [_time(one, news.zone) for one in news.told if one.status in HIDDEN],
        "practitioner": first.practitioner.name.split()[0] if is_member else None,
        "how": _HOW[first.service.mode],
        "url": f"{news.settings.origin}/appointments/series/{news.series.id}",
        "book_url": f"{news.settings.origin}/book" if is_member else None,
    }


def _time(one: Appointment, zone: ZoneInfo) -> str:
    return full_time(one.starts_at, one.ends_at, zone)


def _enclosure(news: _News) -> Enclosure:
    by = sender(news.settings)
    asks = news.settings.replies_url is not None and news.series.booked_by != news.to.id
    parties = Parties(by.addr_spec, by.display_name or by.domain, news.to.email, asks=asks)
    if all(one.status in HIDDEN for one in news.rows):
        return Enclosure(Method.CANCEL, cancel_series(news.shown, parties))
    return Enclosure(Method.REQUEST, request_series(news.shown, parties))
