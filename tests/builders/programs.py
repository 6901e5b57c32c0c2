"""A house in which programs meet something of everything: bookings, a series, a group, a room, a wait."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import actor_for
from auth.people import Person
from auth.tokens import issue_token
from foundation.database import Database
from realtime.joining import join
from scheduling.appointments import hold
from scheduling.groups import add_group
from scheduling.series import BookSeries, book_series
from scheduling.services import Service
from scheduling.waitlist import join_waitlist
from tests.builders.people import a_coordinator, a_member, a_practitioner
from tests.builders.rooms import a_room
from tests.builders.scheduling import a_booking, a_meeting, a_service, work_hours

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
TUESDAY_NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
_WEEK = timedelta(weeks=1)


@dataclass
class Programs:
    """Tokens by role, and what there is to name, by the name that calls use for it."""

    tokens: dict[str, str] = field(default_factory=dict)
    known: dict[str, list[Any]] = field(default_factory=dict)


def a_full_house(database: Database) -> Programs:
    """Dana and Ines work nine to five in UTC; Ana has bookings, Cora sees to everything."""
    with database.write() as session:
        dana = work_hours(session, a_practitioner(session, timezone="UTC"))
        ines = work_hours(session, a_practitioner(session, name="Ines", timezone="UTC"))
        ana, ben, cora = a_member(session), a_member(session, name="Ben"), a_coordinator(session)
        talk = a_service(session, dana, ines, slug="talk", step_minutes=60)
        asked = a_service(session, dana, slug="asked", approval=True)
        circle = a_service(session, dana, slug="circle", seats=8)
        known = _known([dana, ines], [ana, ben], [talk, asked, circle])
        known |= _booked(session, dana, ana, (talk, asked, circle))
        roles = {"member": ana, "practitioner": dana, "coordinator": cora}
        tokens = {name: issue_token(session, one, label="Program", now=NOW) for name, one in roles.items()}
    return Programs(tokens, known)


def _known(team: list[Person], members: list[Person], services: list[Service]) -> dict[str, list[Any]]:
    starts = [TUESDAY_NOON + timedelta(minutes=step) for step in (0, 60, 90, 1440, 2880, -7200, 10**6)]
    return {
        "service": [one.slug for one in services],
        "practitioner": [one.id for one in team],
        "practitioner_id": [one.id for one in team],
        "member": [one.id for one in members],
        "starts_at": [one.isoformat() for one in starts] + ["2026-12-01T12:00:00"],
        "rrule": ["FREQ=WEEKLY;COUNT=4", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270201", "FREQ=WEEKLY;COUNT=522"],
        "from": ["2026-12-01", "2026-11-27"],
        "to": ["2026-12-24", "2036-12-01"],
        "timezone": ["UTC", "America/New_York"],
        "status": ["booked", "arrived", "noshow"],
        "revision": [0, 1, None],
        "cursor": [""],
        "override": ["", "", "They asked for it"],
        "occurrence": [None],
        "from_date": ["2026-12-02", "2026-12-09", "2026-12-16"],
        "skip": [[], ["2026-12-08"]],
        "moved": [[]],
        "weekly": [[{"weekday": 1, "from": "09:00", "until": "17:00"}], []],
        "overrides": [[{"date": "2026-12-24", "ranges": [{"from": "22:00", "until": "26:00"}]}], []],
    }


def _booked(
    session: Session, dana: Person, ana: Person, services: tuple[Service, ...]
) -> dict[str, list[Any]]:
    talk, asked, circle = services
    with_dana: dict[str, Any] = {"practitioner": dana, "member": ana, "now": NOW}
    bookings = [
        a_booking(session, TUESDAY_NOON + timedelta(hours=2 * number), service=service, **with_dana)
        for number, service in enumerate((talk, asked))
    ]
    past = a_booking(session, TUESDAY_NOON - _WEEK, service=talk, **{**with_dana, "now": NOW - 2 * _WEEK})
    repeated = BookSeries(talk.id, dana.id, ana.id, TUESDAY_NOON + timedelta(days=1), 3, dana.id)
    series = book_series(session, repeated, now=NOW)
    wait = join_waitlist(session, member_id=ana.id, service_id=talk.id, by=ana.id, now=NOW)
    kept = hold(
        session,
        service_id=talk.id,
        practitioner_id=dana.id,
        member_id=ana.id,
        starts_at=TUESDAY_NOON + timedelta(days=3),
        now=NOW,
    )
    group = _group(session, circle, dana)
    room = a_meeting(session, slug="friday", hosts=[dana])
    join(session, a_room(session, room, now=NOW).id, actor_for(dana), now=NOW)
    return {
        "appointment_id": [one.id for one in [*bookings, past]],
        "series_id": [series.id],
        "wait_id": [wait.id],
        "hold_id": [kept.id],
        "series": [group],
        "slug": ["friday"],
        "stream": ["pub", "mod", "member"],
    }


def _group(session: Session, circle: Service, dana: Person) -> str:
    return add_group(
        session,
        service_id=circle.id,
        practitioner_id=dana.id,
        title="Circle",
        timezone="UTC",
        weekday=3,
        minute_of_day=10 * 60,
        minutes=50,
        first_date=date(2026, 12, 3),
        by=dana.id,
        now=NOW,
    ).id
