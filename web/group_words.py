"""A weekly group as a member sees it: when, with whom, how many seats are free. Never who else comes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.people import find_person
from scheduling.appointments import Appointment
from scheduling.group_dates import dates_of, due_dates, groups_of
from scheduling.group_records import Membership
from scheduling.group_seating import seats_of
from scheduling.memberships import PlannedSeat, membership_of, plan_join
from scheduling.series_dates import regular_start
from scheduling.series_records import Series
from scheduling.service_invitations import may_book
from scheduling.services import Service, service_of
from scheduling.waitlist import WaitlistEntry, waits_of

_DAY = timedelta(days=1)
_WHY = {
    "slot_taken": "Full",
    "already_booked": "You have something else then",
    "outside_notice": "Too soon to join",
}


@dataclass(frozen=True)
class Choice:
    """One date as joining would find it. `why` says what stands in the way, if anything does."""

    date: date
    occurrence_id: str
    starts_at: datetime
    ends_at: datetime
    seated: bool
    why: str
    is_full: bool

    @property
    def is_free(self) -> bool:
        return not self.why and not self.seated


@dataclass(frozen=True)
class GroupWords:
    series: Series
    service: Service
    leader: str
    next_at: datetime | None
    ends_at: datetime | None
    choices: tuple[Choice, ...]
    membership: Membership | None
    own: tuple[Appointment, ...]
    wait: WaitlistEntry | None

    @property
    def leader_first(self) -> str:
        return self.leader.split()[0]

    @property
    def free_dates(self) -> int:
        return sum(one.is_free for one in self.choices)

    @property
    def is_full(self) -> bool:
        """No seat on any date that is ahead."""
        return bool(self.choices) and all(one.is_full or one.seated for one in self.choices)


def group_words(session: Session, series: Series, member_id: str, *, now: datetime) -> GroupWords:
    own = tuple(seats_of(session, series.id, member_id, after=now))
    plan = plan_join(session, series.id, member_id, from_date=date.min, now=now)
    next_at, ends_at = _next(session, series, plan, now)
    waits = [one for one in waits_of(session, member_id, now=now) if one.series_id == series.id]
    return GroupWords(
        series,
        service_of(session, series.service_id),
        find_person(session, series.practitioner_id).name,
        next_at,
        ends_at,
        tuple(_choice(one) for one in plan),
        membership_of(session, series.id, member_id, now=now),
        own,
        waits[0] if waits else None,
    )


def groups_for(session: Session, member_id: str, *, now: datetime) -> list[GroupWords]:
    """The groups that this member may join, by weekday; those they are in already come first."""
    running = [
        one
        for one in groups_of(session, today=now.date())
        if may_book(session, service_of(session, one.service_id), member_id)
    ]
    found = [group_words(session, one, member_id, now=now) for one in running]
    return sorted(found, key=lambda one: (one.membership is None, one.series.weekday))


def zone_of(series: Series) -> ZoneInfo:
    return ZoneInfo(series.timezone)


def _next(
    session: Session, series: Series, plan: list[PlannedSeat], now: datetime
) -> tuple[datetime | None, datetime | None]:
    """The next date, full or not; before the first rows are there, the first by the rule."""
    active = [one for one in dates_of(session, series.id, after=now) if one.status == "active"]
    if active:
        return active[0].starts_at, active[0].ends_at
    due = due_dates(series, now.date(), now.date() + 400 * _DAY)
    if not due:
        return None, None
    starts_at = regular_start(series, due[0])
    return starts_at, starts_at + timedelta(minutes=series.minutes)


def _choice(one: PlannedSeat) -> Choice:
    there = one.occurrence
    why = _WHY.get(one.conflict, "Not possible") if one.conflict else ""
    full = one.conflict == "slot_taken"
    return Choice(one.date, there.id, there.starts_at, there.ends_at, one.seated, why, full)
