"""Members with running plans and a season behind them, written straight into the tables, for two benchmarks.

Most are well; some fell silent, some missed contacts, some score high: so that rules have something to find.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from auth.people import Person, PersonRole, Role, add_person
from foundation.columns import new_id
from foundation.database import Base
from scheduling.aftercare.checkup_records import Checkup
from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.aftercare.plan_records import CarePlan, PlannedContact, PlanTemplate
from scheduling.aftercare.templates import lay_default
from scheduling.appointment_records import Appointment
from scheduling.journal_records import MeetingAttendance
from scheduling.services import add_service
from tests.builders.scheduling import a_meeting

ZONE = "America/Los_Angeles"
WEEKS = 13
THERAPIST = "dana@clinic.example"
_QUIET, _CONCERNED, _HIGH = 15, 10, 25
"""One in so many fell silent three weeks ago, has a concern that stands, scores high."""
_AT_ONCE = 20_000


def fill(session: Session, members: int, *, now: datetime) -> str:
    """So many members of one practitioner; returns who that is."""
    dana = add_person(session, email=THERAPIST, name="Dana Whitlock", roles=[Role.PRACTITIONER], now=now)
    lay_default(session, now=now)
    template = session.scalars(select(PlanTemplate.id)).first()
    service = add_service(session, slug="follow-up", name="Follow-up", practitioner_ids=[dana.id])
    meeting = a_meeting(session, hosts=[dana])
    season = _Season(dana.id, str(template), service.id, meeting.id, now)
    ids = [new_id() for _ in range(members)]
    for model, rows in season.tables(ids):
        for start in range(0, len(rows), _AT_ONCE):
            session.execute(insert(model), rows[start : start + _AT_ONCE])
    session.execute(text("ANALYZE"))  # an installation that is in use has long been looked at
    return dana.id


class _Season:
    """The rows of everybody's last thirteen weeks."""

    def __init__(self, dana: str, template: str, service: str, meeting: str, now: datetime) -> None:
        self.dana, self.template, self.service, self.meeting, self.now = dana, template, service, meeting, now
        self.today = now.astimezone(UTC).date()

    def tables(self, ids: Sequence[str]) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
        numbered = list(enumerate(ids))
        yield Person, [self._person(one, number) for number, one in numbered]
        yield PersonRole, [{"person_id": one, "role": "member"} for one in ids]
        plans = {one: new_id() for one in ids}
        yield CarePlan, [self._plan(one, plans[one]) for one in ids]
        for model, of_one in (
            (PlannedContact, self._planned), (Checkup, self._checkups), (MeasureResponse, self._scores),
            (MeetingAttendance, self._meetings), (Appointment, self._sessions), (Concern, self._concern),
        ):  # fmt: skip
            yield model, [row for number, one in numbered for row in of_one(one, number, plans[one])]

    def _weeks(self, number: int, first: int = WEEKS) -> range:
        """Weeks ago; whoever fell silent gave no sign for three."""
        return range(first, 3 if number % _QUIET == 0 else 0, -1)

    def _at(self, weeks: int, number: int) -> datetime:
        return self.now - timedelta(weeks=weeks) + timedelta(hours=number % 24)

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _person(self, one: str, number: int) -> dict[str, Any]:
        named = {"id": one, "email": f"m{number}@mail.example", "name": f"Member {number}", "timezone": ZONE}
        return named | {"theme": "system", "created_at": self.now, "phone": f"+1312555{number:04d}"[:15]}

    def _plan(self, one: str, plan: str) -> dict[str, Any]:
        who = {"id": plan, "member_id": one, "practitioner_id": self.dana, "template_id": self.template}
        who |= {"begun_by": self.dana}
        when = {"created_at": self.now, "changed_at": self.now, "confirmed_at": self.now}
        return who | when | {"timezone": ZONE, "starts_on": self._day(-7 * WEEKS), "status": "active"}

    def _planned(self, one: str, number: int, plan: str) -> Iterator[dict[str, Any]]:
        """Each week a check-in and every other week a call; a few calls are due today or overdue."""
        common = {"plan_id": plan, "member_id": one, "practitioner_id": self.dana}
        for week in range(-WEEKS, WEEKS):
            due = {"due_from": self._day(7 * week), "due_by": self._day(7 * week + 6)}
            state = "done" if week < -1 else "due"
            yield {**common, **due, "id": new_id(), "kind": "check_in", "code": "check-in", "state": state}
            if (week + number) % 2 == 0:
                state = "done" if week < 0 else "due"
                yield {**common, **due, "id": new_id(), "kind": "call", "code": "", "state": state}

    def _checkups(self, one: str, number: int, _plan: str) -> Iterator[dict[str, Any]]:
        common = {"member_id": one, "by_id": self.dana, "note": "Sleeps better, and walks in the mornings."}
        for week in self._weeks(number)[::2]:
            yield {**common, "id": new_id(), "outcome": "reached", "at": self._at(week, number)}

    def _scores(self, one: str, number: int, _plan: str) -> Iterator[dict[str, Any]]:
        high = number % _HIGH == 0
        for week in self._weeks(number):
            yield self._score(one, "check-in", self._at(week, number), 3, 0)
        for week in self._weeks(number)[::4]:
            yield self._score(one, "phq-9", self._at(week, number), 16 if high else 4, 3 if high else 0)
            yield self._score(one, "gad-7", self._at(week, number), 5, 1)

    def _score(self, one: str, code: str, at: datetime, value: int, level: int) -> dict[str, Any]:
        told = json.dumps({"value": value, "band": "so", "level": level})
        when = {"started_at": at, "changed_at": at, "completed_at": at}
        who = {"id": new_id(), "member_id": one, "code": code, "version": 1}
        return who | when | {"answers": "{}", "score": told}

    def _meetings(self, one: str, number: int, _plan: str) -> Iterator[dict[str, Any]]:
        for week in self._weeks(number):
            at = self._at(week, number)
            named = f"{self.meeting}:{at.date().isoformat()}"
            common = {"person_id": one, "meeting_id": self.meeting, "minutes": 80, "came": True}
            yield common | {"occurrence_id": named, "starts_at": at, "source": "presence", "noted_at": at}

    def _sessions(self, one: str, number: int, _plan: str) -> Iterator[dict[str, Any]]:
        for week in self._weeks(number)[::4]:
            yield self._session(
                one, self._at(week, number), "noshow" if number % _CONCERNED == 0 else "fulfilled"
            )
        if number % 3 == 0:
            yield self._session(one, self._at(-1, number), "booked")

    def _session(self, one: str, at: datetime, status: str) -> dict[str, Any]:
        who = {"id": new_id(), "service_id": self.service, "practitioner_id": self.dana, "member_id": one}
        when = {"starts_at": at, "ends_at": at + timedelta(minutes=50), "created_at": at, "changed_at": at}
        return who | when | {"booked_by": self.dana, "status": status}

    def _concern(self, one: str, number: int, _plan: str) -> Iterator[dict[str, Any]]:
        if number % _CONCERNED == 0:
            words = {"rule": "silence", "grounds": "Nothing heard for 15 days", "weight": 2}
            yield {"id": new_id(), "member_id": one, "raised_at": self.now, **words}
