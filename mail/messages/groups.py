"""What became of somebody's place in a weekly group, with the next dates. Nobody else in it is named."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.settings import Settings
from mail.letter import Letter
from mail.when import full_time
from scheduling.group_dates import find_group
from scheduling.group_seating import seats_of
from scheduling.memberships import membership_of
from scheduling.series_records import Series

_SHOWN = 12


def joined(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """None when they have left it again."""
    if membership_of(session, refs["series"], refs["to"], now=now) is None:
        return None
    return _letter(session, refs, settings, now, "Your appointments are booked", "group_joined")


def left(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    return _letter(session, refs, settings, now, "Your appointments are cancelled", "group_left")


def changed(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """None when it has changed again."""
    if find_group(session, refs["series"]).sequence != refs["sequence"]:
        return None
    return _letter(session, refs, settings, now, "Your appointments have moved", "group_changed")


def ended(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    return _letter(session, refs, settings, now, "Your appointments end", "group_ended")


def _letter(
    session: Session,
    refs: Mapping[str, Any],
    settings: Settings,
    now: datetime,
    subject: str,
    template: str,
) -> Letter | None:
    series, to = find_group(session, refs["series"]), find_person(session, refs["to"])
    if to.departed_at is not None:
        return None
    zone = ZoneInfo(to.timezone)
    seats = seats_of(session, series.id, to.id, after=now)[:_SHOWN]
    words = {
        "times": [full_time(one.starts_at, one.ends_at, zone) for one in seats],
        "practitioner": _leader(session, series),
        "from_day": _spoken(date.fromisoformat(refs["from"])),
        "url": f"{settings.origin}/groups/{series.id}",
    }
    return Letter(to.email, subject, template, words)


def _leader(session: Session, series: Series) -> str:
    return find_person(session, series.practitioner_id).name.split()[0]


def _spoken(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
