"""Reminding of check-ins and measures that are due: promised a day ahead, not two years."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, String, cast, exists, select
from sqlalchemy.orm import Session

from auth.people import Person
from foundation import outbox
from foundation.outbox import Delivery
from foundation.zones import find_zone
from scheduling.aftercare.plan_records import ContactKind, ContactState, PlannedContact
from scheduling.reminder_choices import Choice, choices_of
from scheduling.reminder_quiet import kept_quiet

KIND = "check_in.reminder"
HOUR = time(10)
"""Of the member's own morning, unless they keep that hour quiet."""

_ALONE = (ContactKind.CHECK_IN.value, ContactKind.MEASURE.value)
_AHEAD, _BACK = timedelta(days=2), timedelta(days=3)
_BEHIND = timedelta(days=1)
"""As far as any clock can be behind UTC: what is over everywhere must not fill the next few hundred."""
_AT_ONCE = 500


def promise_check_ins(session: Session, *, now: datetime) -> int:
    """Owe one reminder for each member and day on which something begins to be due. Returns how many.

    Several that begin on the same day are one reminder. What began more than three days ago is not caught up.
    """
    rows = _unpromised(session, now)
    chosen = choices_of(session, {row.member_id for row in rows})
    found = (_owed(row, chosen.get(row.member_id, Choice()), now) for row in rows)
    owed = {one.key: one for one in found if one is not None}
    outbox.promise_all(session, owed.values(), now=now)
    return len(owed)


def is_still_due(session: Session, member_id: str, day: date) -> bool:
    """Whether something that began that day still waits for the member."""
    theirs = _waits(PlannedContact.member_id == member_id, PlannedContact.due_from == day)
    return session.scalar(select(theirs)) or False


def _waits(*more: Any) -> Any:
    due = PlannedContact.kind.in_(_ALONE), PlannedContact.state == ContactState.DUE.value
    return exists().where(*due, *more)


def _unpromised(session: Session, now: datetime) -> Sequence[Row[str, date, date, str]]:
    today = now.astimezone(UTC).date()
    key = KIND + ":" + PlannedContact.member_id + ":" + cast(PlannedContact.due_from, String)
    rows = (
        select(PlannedContact.member_id, PlannedContact.due_from, PlannedContact.due_by, Person.timezone)
        .join(Person, Person.id == PlannedContact.member_id)
        .where(
            PlannedContact.kind.in_(_ALONE),
            PlannedContact.state == ContactState.DUE.value,
            PlannedContact.due_from.between(today - _BACK, today + _AHEAD),
            PlannedContact.due_by >= today - _BEHIND,
            Person.departed_at.is_(None),
            ~exists().where(Delivery.key == key),
        )
        .order_by(PlannedContact.due_from, PlannedContact.member_id)
        .limit(_AT_ONCE)
    )
    return session.execute(rows).all()


def _owed(row: Row[str, date, date, str], choice: Choice, now: datetime) -> outbox.Promise | None:
    """At ten in the morning of that day, or of the next when that is past: people expect it in a morning.

    On the last day there is no next morning, so it goes now; never after it.
    """
    member_id, day, last, timezone = row
    zone = find_zone(timezone)
    until = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    at = max(datetime.combine(day, HOUR, zone).astimezone(UTC), _next_morning(now, zone))
    at = at if at < until else now + timedelta(seconds=1)
    due_at = kept_quiet(at, until, now, choice.quiet_in(timezone))
    if due_at is None or due_at >= until:
        return None
    refs = {"to": member_id, "day": day.isoformat()}
    return outbox.Promise(KIND, refs, f"{KIND}:{member_id}:{day.isoformat()}", due_at, not_after=until)


def _next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """The next ten o'clock that is still ahead."""
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=0 if local.time() < HOUR else 1)
    return datetime.combine(day, HOUR, zone).astimezone(UTC)
