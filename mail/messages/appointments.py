"""What became of an appointment, told to one of its two people, in words and as a calendar object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.people import Person, find_person
from foundation.settings import Settings
from mail.compose import sender
from mail.letter import Enclosure, Letter
from mail.messages.again import again_url
from mail.messages.reminders import HOW
from mail.when import full_time, how_soon, other_time
from scheduling.appointment_records import Appointment, Status
from scheduling.calendars.agenda import entry
from scheduling.calendars.events import Entry
from scheduling.calendars.feeds import DEFAULT_WORDING
from scheduling.calendars.invitations import Method, Parties, cancel, request

_STANDS = (Status.BOOKED, Status.PENDING)


@dataclass(frozen=True)
class _News:
    """A revision that still holds, for one of its two people."""

    appointment: Appointment
    to: Person
    settings: Settings
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.to.timezone)


def booked(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    news = _news(session, refs, settings, now, Status.BOOKED)
    return _letter(news, "Your appointment is booked", "appointment_booked", _invitation)


def requested(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """Both have it in their calendars as tentative until it is answered."""
    news = _news(session, refs, settings, now, Status.PENDING)
    own = news is not None and news.to.id == news.appointment.member_id
    subject = "Your appointment waits for an answer" if own else "An appointment waits for your answer"
    return _letter(news, subject, "appointment_requested", _invitation)


def declined(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """Said also when its time has come: that is how it ends when nobody answers."""
    news = _news(session, refs, settings, now, Status.CANCELLED, ahead=False)
    return _letter(news, "Your appointment does not take place", "appointment_declined", _withdrawal)


def moved(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    news = _news(session, refs, settings, now, Status.BOOKED)
    return _letter(news, "Your appointment has moved", "appointment_moved", _invitation)


def cancelled(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    news = _news(session, refs, settings, now, Status.CANCELLED)
    return _letter(news, "Your appointment is cancelled", "appointment_cancelled", _withdrawal)


def asked(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """Their calendar said no, and that alone does not cancel: what do they mean?"""
    found = session.get(Appointment, refs["appointment"])
    status = Status.BOOKED if found is None else Status(found.status)
    news = _news(session, refs, settings, now, status if status in _STANDS else Status.BOOKED)
    return _letter(news, "Your appointment still stands", "appointment_asked", None)


def _news(
    session: Session,
    refs: Mapping[str, Any],
    settings: Settings,
    now: datetime,
    status: Status,
    *,
    ahead: bool = True,
) -> _News | None:
    """None when a later revision has its own mail, when the person has left, or when it has begun.

    Without `ahead` it may have begun.
    """
    appointment = session.get(Appointment, refs["appointment"])
    if appointment is None or appointment.revision != refs["revision"] or appointment.status != status:
        return None
    to = find_person(session, refs["to"])
    over = ahead and appointment.starts_at <= now
    if over or to.departed_at is not None or to.id not in appointment.parties:
        return None
    return _News(appointment, to, settings, now)


def _letter(
    news: _News | None, subject: str, template: str, enclose: Callable[[_News], Enclosure] | None
) -> Letter | None:
    if news is None:
        return None
    return Letter(news.to.email, subject, template, _words(news), enclose and enclose(news))


def _words(news: _News) -> dict[str, Any]:
    """No name of a member, ever; a practitioner's first name, as on every page."""
    appointment, zone = news.appointment, news.zone
    practitioner, is_member = appointment.practitioner, news.to.id == appointment.member_id
    times = appointment.starts_at, appointment.ends_at
    return {
        "time": full_time(*times, zone),
        "time_there": other_time(*times, zone, ZoneInfo(practitioner.timezone)),
        "soon": how_soon(appointment.starts_at, news.now, zone),
        "practitioner": practitioner.name.split()[0] if is_member else None,
        "how": HOW[appointment.service.mode],
        "by_themselves": appointment.cancelled_by == news.to.id,
        "is_answered": appointment.cancelled_by is not None,
        "is_late": appointment.cancelled_late,
        "url": f"{news.settings.origin}/appointments/{appointment.id}",
        "book_url": f"{news.settings.origin}/book" if is_member else None,
        "again_url": again_url(appointment, news.settings, news.now) if is_member else None,
    }


def _invitation(news: _News) -> Enclosure:
    return Enclosure(Method.REQUEST, request(_entry(news), _parties(news)))


def _withdrawal(news: _News) -> Enclosure:
    return Enclosure(Method.CANCEL, cancel(_entry(news), _parties(news)))


def _entry(news: _News) -> Entry:
    return entry(news.appointment, DEFAULT_WORDING, news.settings.origin)


def _parties(news: _News) -> Parties:
    by = sender(news.settings)
    return Parties(by.addr_spec, by.display_name or by.domain, news.to.email, asks=_asks(news))


def _asks(news: _News) -> bool:
    """Whether they are asked for an answer: somebody else chose the time, and answers are read."""
    chosen_by = news.appointment.moved_by or news.appointment.booked_by
    return news.settings.replies_url is not None and chosen_by != news.to.id
