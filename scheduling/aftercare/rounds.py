"""The nightly round: once a day, early in the morning of each zone, every running plan is looked at.

A round goes stretch by stretch, each in a short transaction that also keeps how far it has come. So a round
goes on where a worker died, and of several workers each stretch is settled by one.
"""

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session, aliased

from foundation.database import Database, lock
from foundation.zones import find_zone, zone_names
from scheduling.aftercare.concern_records import Round
from scheduling.aftercare.facts_read import Followed, followed, next_followed
from scheduling.aftercare.judging import Judged, judge_members, settle_all, to_settle
from scheduling.aftercare.passed_over import AWAY, BROKEN, note_passed_over, tell_passed_over
from scheduling.aftercare.plan_contacts import finish_contact
from scheduling.aftercare.plan_records import BY_STAFF, CarePlan, ContactState, PlannedContact, PlanStatus
from scheduling.aftercare.rules import CareRules
from scheduling.aftercare.rules_file import care_rules

EARLY_HOUR = 3
"""Local hour from which on a new day is judged: the day before is over, and nobody has begun to work."""
STRETCH = 200
"""Members in one transaction: others wait for none of them longer than a blink."""
GIVEN_UP = timedelta(days=14)
"""A contact that nobody made within so long after its last day is counted as missed."""

log = logging.getLogger("evenside.aftercare")


@dataclass(frozen=True)
class Walk:
    """One zone's round of one local day, as far as it has come."""

    timezone: str
    day: date
    after: str = ""


def walks_due(session: Session, *, now: datetime) -> list[Walk]:
    """The rounds that are to be begun or to be gone on with."""
    zones = select(CarePlan.timezone).where(CarePlan.status == PlanStatus.ACTIVE).distinct()
    rounds = {one.timezone: one for one in session.scalars(select(Round))}
    walks = [_walk(name, rounds.get(name), now) for name in sorted(session.scalars(zones))]
    return [one for one in walks if one is not None]


def judge_stretch(database: Database, walk: Walk, *, now: datetime) -> Walk | None:
    """Judge the next members of this round. None when the round is over, or another worker is at it.

    What is wrong with one member's data stops nobody else's judging: then they are judged one by one, and who
    cannot be is passed over and noted.
    """
    try:
        return _judge(database, walk, STRETCH, now)
    except AWAY:
        raise
    except BROKEN as error:
        why = type(error).__name__
        log.warning("a stretch is judged one by one", extra={"zone": walk.timezone, "why": why})
        return _one_by_one(database, walk, now)


def _judge(database: Database, walk: Walk, limit: int, now: datetime) -> Walk | None:
    """Reading and judging, which take the time, happen before the transaction."""
    rules = care_rules()
    with database.read() as session:
        members = followed(session, CarePlan.timezone == walk.timezone, after=walk.after, limit=limit)
        judged = to_settle(session, judge_members(session, members, rules, now=now))
        late = _late(session, members, walk.day)
    after = members[-1].member_id if len(members) == limit else None

    def keep(session: Session) -> bool:
        return _keep(session, walk, after, judged, late, rules, now)

    goes_on = database.change(keep) and after is not None
    return replace(walk, after=after or "") if goes_on else None


def _one_by_one(database: Database, walk: Walk, now: datetime) -> Walk | None:
    here: Walk | None = walk
    for _member in range(STRETCH):
        if here is not None:
            here = _judge_one(database, here, now)
    return here


def _judge_one(database: Database, walk: Walk, now: datetime) -> Walk | None:
    try:
        return _judge(database, walk, 1, now)
    except AWAY:
        raise
    except BROKEN as error:
        return _pass_over(database, walk, type(error).__name__, now)


def _pass_over(database: Database, walk: Walk, why: str, now: datetime) -> Walk | None:
    with database.read() as session:
        found = next_followed(session, CarePlan.timezone == walk.timezone, after=walk.after)
    if found is None:
        return None
    plan_id, member_id = found

    def keep(session: Session) -> bool:
        is_ours = _advance(session, walk, member_id, now)
        if is_ours:
            note_passed_over(session, plan_id, why, now=now)
        return is_ours

    if not database.change(keep):
        return None
    tell_passed_over(plan_id, why)
    return replace(walk, after=member_id)


def _walk(timezone: str, last: Round | None, now: datetime) -> Walk | None:
    local = now.astimezone(_clock_of(timezone))
    day = local.date() if local.hour >= EARLY_HOUR else local.date() - timedelta(days=1)
    if last is None or last.day < day:
        return Walk(timezone, day)
    return Walk(timezone, last.day, last.after) if last.done_at is None else None


def _clock_of(timezone: str) -> ZoneInfo:
    """A zone that nobody knows has its round by UTC, and its members are passed over and noted."""
    return find_zone(timezone if timezone in zone_names() else "UTC")


def _keep(
    session: Session,
    walk: Walk,
    after: str | None,
    judged: list[Judged],
    late: list[str],
    rules: CareRules,
    now: datetime,
) -> bool:
    """Whether it was ours to keep: then the whole stretch, and how far it reached, is written at once."""
    if not _advance(session, walk, after, now):
        return False
    _let_go(session, late, now)
    settle_all(session, judged, rules, now=now)
    return True


def _let_go(session: Session, late: list[str], now: datetime) -> None:
    """Those that still wait, read together."""
    waiting = PlannedContact.id.in_(late), PlannedContact.state == ContactState.DUE
    for contact in session.scalars(select(PlannedContact).where(*waiting)).all():
        finish_contact(session, contact.id, state=ContactState.MISSED, by=None, now=now)


def _advance(session: Session, walk: Walk, after: str | None, now: datetime) -> bool:
    """Take the place from `walk.after` to `after`; the one who comes second finds it moved."""
    lock(session, f"round:{walk.timezone}")
    row = session.get(Round, walk.timezone)
    if row is None or row.day < walk.day:
        return walk.after == "" and _begin(session, walk, row, after, now)
    moved = session.execute(
        update(Round)
        .where(Round.timezone == walk.timezone, Round.day == walk.day, Round.after == walk.after)
        .where(Round.done_at.is_(None))
        .values(after=after or walk.after, done_at=None if after else now)
    )
    return isinstance(moved, CursorResult) and moved.rowcount == 1


def _begin(session: Session, walk: Walk, row: Round | None, after: str | None, now: datetime) -> bool:
    row = row or Round(timezone=walk.timezone)
    row.day, row.after, row.done_at = walk.day, after or "", None if after else now
    session.add(row)
    session.flush()
    return True


def _late(session: Session, members: list[Followed], today: date) -> list[str]:
    """Contacts whose time is over: check-ins and measures at once, the team's own when the next one of their
    kind has come, or after two weeks. Until then the team still sees them on the worklist.
    """
    ids = [one.member_id for one in members]
    over = (
        PlannedContact.member_id.in_(ids),
        PlannedContact.state == ContactState.DUE,
        PlannedContact.due_by < today,
    )
    later = aliased(PlannedContact)
    followed_up = (
        select(later.id)
        .where(later.plan_id == PlannedContact.plan_id, later.kind == PlannedContact.kind)
        .where(later.due_from > PlannedContact.due_from, later.due_from <= today)
        .where(later.state != ContactState.DROPPED)
        .exists()
    )
    by_staff = PlannedContact.kind.in_(sorted(BY_STAFF))
    given_up = ~by_staff | (PlannedContact.due_by < today - GIVEN_UP) | followed_up
    return list(session.scalars(select(PlannedContact.id).where(*over, given_up)))
