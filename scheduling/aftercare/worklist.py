"""The worklist: who needs a contact today and why, the most pressing first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from sqlalchemy import LargeBinary, or_, select, type_coerce
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.columns import SealBroken
from foundation.keyring import KEYRING
from safety.flags import Flag
from scheduling.aftercare.checkup_records import Checkup, Outcome
from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.plan_records import BY_STAFF, CarePlan, ContactState, PlannedContact, PlanStatus
from scheduling.aftercare.step_records import Step, StepState
from scheduling.listening import APPOINTMENT, MEMBER

UNREADABLE = "Something stood here that can no longer be read: call, and tell whoever runs this house"
_GROUNDS = "care_concern.grounds"
_DISPOSED = "disposed"
_A_DAY = timedelta(days=1)


class Why(IntEnum):
    """Why somebody is on the list; the lower, the sooner."""

    ALERT = 0
    CONCERN_FIRST = 10
    OVERDUE = 20
    CONCERN = 30
    LAST_DAY = 40
    STEP = 50
    CONCERN_LAST = 60
    DUE = 70


_CONCERNS = {1: Why.CONCERN_FIRST, 2: Why.CONCERN, 3: Why.CONCERN_LAST}


@dataclass(frozen=True)
class Reason:
    """One reason. `ref` is the alert, concern, step or planned contact; `words` a rule's sentence.

    Of a planned contact, its `kind` and its last local day `due_by`; of a step, its `direction`; of a
    concern, since when it stands.
    """

    why: Why
    ref: str
    words: str = ""
    kind: str = ""
    due_by: date | None = None
    direction: int = 0
    since: datetime | None = None


@dataclass(frozen=True)
class Cared:
    """A member with a running plan. `today` is the local day of the plan."""

    member_id: str
    name: str
    plan_id: str
    practitioner_id: str
    timezone: str
    began: date
    level: int
    today: date


@dataclass(frozen=True)
class Tried:
    """Word that was left today, or a contact that the member declined."""

    id: str
    outcome: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """A member on the list; `reasons` are never empty, the most pressing first."""

    member: Cared
    reasons: tuple[Reason, ...]
    tried: Tried | None = None

    @property
    def contact_id(self) -> str | None:
        """The planned contact that an outcome finishes: the next to run out, or the last that ran out."""
        planned = [(one.due_by, one.ref) for one in self.reasons if one.due_by is not None]
        ahead = [one for one in planned if one[0] >= self.member.today]
        return (min(ahead) if ahead else max(planned))[1] if planned else None

    @property
    def can_wait(self) -> bool:
        """Whether nothing asks for today: each contact has a later day until which it is in time."""
        return self.reasons[0].why is Why.DUE

    @property
    def rank(self) -> tuple[int, date, int, str]:
        """Order on the list: the most pressing reason, then the earliest day, then the most reasons."""
        earliest = min((one.due_by for one in self.reasons if one.due_by), default=date.max)
        return self.reasons[0].why, earliest, -len(self.reasons), self.member.name.casefold()


@dataclass(frozen=True)
class Worklist:
    """`waiting` in order; `tried` were tried today and come back tomorrow; `caseload` counts everybody."""

    waiting: tuple[Line, ...]
    tried: tuple[Line, ...]
    caseload: int

    @property
    def today(self) -> int:
        """How many wait today; the others of `waiting` can wait for a later day, and stand after them."""
        return sum(not one.can_wait for one in self.waiting)


def cared_by(session: Session, practitioner_id: str, *, now: datetime) -> list[Cared]:
    """Everybody present whose running plan this practitioner is responsible for, by name."""
    columns = (
        CarePlan.member_id, Person.name, CarePlan.id, CarePlan.practitioner_id, CarePlan.timezone,
        CarePlan.starts_on, CarePlan.level,
    )  # fmt: skip
    mine = CarePlan.practitioner_id == practitioner_id, CarePlan.status == PlanStatus.ACTIVE
    rows = select(*columns).join(Person, Person.id == CarePlan.member_id)
    found = session.execute(rows.where(*mine, Person.departed_at.is_(None)).order_by(Person.name)).all()
    todays = {row[4]: now.astimezone(ZoneInfo(row[4])).date() for row in found}
    return [Cared(*row, todays[row[4]]) for row in found]


def worklist(session: Session, practitioner_id: str, *, since: datetime, now: datetime) -> Worklist:
    """Who needs a contact today. `since` is when the day of whoever reads this began."""
    members = {one.member_id: one for one in cared_by(session, practitioner_id, now=now)}
    reasons: dict[str, list[Reason]] = {}
    for member_id, reason in _all_reasons(session, practitioner_id, members, now):
        reasons.setdefault(member_id, []).append(reason)
    tried = _tried(session, since)
    lines = sorted(
        (
            Line(members[one], tuple(sorted(why, key=lambda reason: reason.why)), tried.get(one))
            for one, why in reasons.items()
        ),
        key=lambda line: line.rank,
    )
    waiting = [one for one in lines if not _rests_today(one)]
    return Worklist(tuple(waiting), tuple(one for one in lines if _rests_today(one)), len(members))


def line_of(session: Session, member: Cared, *, now: datetime) -> Line | None:
    """The same for one member; None when nothing asks for a contact."""
    found = _all_reasons(session, member.practitioner_id, {member.member_id: member}, now)
    reasons = sorted((reason for _one, reason in found), key=lambda reason: reason.why)
    return Line(member, tuple(reasons)) if reasons else None


def _rests_today(line: Line) -> bool:
    """Word was left, or the member declined: enough for a day, unless somebody is in danger or asks since."""
    if line.tried is None or line.reasons[0].why is Why.ALERT:
        return False
    return not any(one.since is not None and one.since > line.tried.at for one in line.reasons)


def _all_reasons(
    session: Session, practitioner_id: str, members: Mapping[str, Cared], now: datetime
) -> Iterator[tuple[str, Reason]]:
    found = (
        *_alerts(session, members),
        *_concerns(session, practitioner_id),
        *_planned(session, practitioner_id, members, now),
        *_steps(session, practitioner_id),
    )
    return ((member_id, reason) for member_id, reason in found if member_id in members)


def _mine(practitioner_id: str) -> tuple[object, ...]:
    return CarePlan.practitioner_id == practitioner_id, CarePlan.status == PlanStatus.ACTIVE


def _alerts(session: Session, members: Mapping[str, Cared]) -> Iterator[tuple[str, Reason]]:
    """The oldest open one of each. None out of a meeting's room: who somebody is stays in there."""
    outside = or_(Flag.place.startswith(MEMBER), Flag.place.startswith(APPOINTMENT))
    rows = select(Flag.person_id, Flag.id).where(Flag.state != _DISPOSED, outside)
    oldest: dict[str, str] = {}
    for member_id, flag_id in session.execute(rows.order_by(Flag.raised_at)):
        if member_id is not None and member_id in members:
            oldest.setdefault(member_id, flag_id)
    for member_id, flag_id in oldest.items():
        yield member_id, Reason(Why.ALERT, flag_id)


def _concerns(session: Session, practitioner_id: str) -> Iterator[tuple[str, Reason]]:
    """One whose words do not open stands there all the same, and hides nobody else's."""
    sealed = type_coerce(Concern.grounds, LargeBinary)
    columns = Concern.member_id, Concern.id, sealed, Concern.weight, Concern.raised_at
    rows = select(*columns).join(CarePlan, CarePlan.member_id == Concern.member_id)
    rows = rows.where(*_mine(practitioner_id), Concern.ended_at.is_(None))  # type: ignore[arg-type]
    for member_id, concern_id, grounds, weight, since in session.execute(rows.order_by(Concern.raised_at)):
        why = _CONCERNS.get(weight, Why.CONCERN_LAST)
        yield member_id, Reason(why, concern_id, _opened(grounds), since=since)


def _opened(grounds: bytes) -> str:
    try:
        return KEYRING.open(bytes(grounds), _GROUNDS)
    except SealBroken:
        return UNREADABLE


def _steps(session: Session, practitioner_id: str) -> Iterator[tuple[str, Reason]]:
    rows = select(Step.member_id, Step.id, Step.direction).join(CarePlan, CarePlan.id == Step.plan_id)
    rows = rows.where(*_mine(practitioner_id), Step.state == StepState.PROPOSED)  # type: ignore[arg-type]
    for member_id, step_id, direction in session.execute(rows):
        yield member_id, Reason(Why.STEP, step_id, direction=direction)


def _planned(
    session: Session, practitioner_id: str, members: Mapping[str, Cared], now: datetime
) -> Iterator[tuple[str, Reason]]:
    """What the team is to do itself and nothing is booked for; each by the local day of its plan."""
    columns = (
        PlannedContact.member_id, PlannedContact.id, PlannedContact.kind, PlannedContact.due_from,
        PlannedContact.due_by, PlannedContact.plan_id,
    )  # fmt: skip
    open_now = (
        PlannedContact.practitioner_id == practitioner_id,
        PlannedContact.state == ContactState.DUE,
        PlannedContact.kind.in_(sorted(BY_STAFF)),
        PlannedContact.due_from <= (now + _A_DAY).date(),
    )
    rows = select(*columns).where(*open_now).order_by(PlannedContact.due_by)
    for member_id, contact_id, kind, due_from, due_by, plan_id in session.execute(rows):
        member = members.get(member_id)
        if member is not None and member.plan_id == plan_id and due_from <= member.today:
            yield member_id, Reason(_how_due(due_by, member.today), contact_id, kind=kind, due_by=due_by)


def _how_due(due_by: date, today: date) -> Why:
    if due_by < today:
        return Why.OVERDUE
    return Why.LAST_DAY if due_by == today else Why.DUE


def _tried(session: Session, since: datetime) -> dict[str, Tried]:
    """The last try of today by member, whoever of the team made it. A day's tries are few."""
    rests = Checkup.outcome.in_([Outcome.LEFT_WORD, Outcome.DECLINED])
    rows = (
        select(Checkup.member_id, Checkup.id, Checkup.outcome, Checkup.at)
        .where(Checkup.at >= since, Checkup.taken_back_at.is_(None), rests)
        .order_by(Checkup.at)
    )
    return {one: Tried(contact, how, at) for one, contact, how, at in session.execute(rows)}
