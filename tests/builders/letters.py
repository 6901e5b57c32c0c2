"""What makes each letter of groups, waiting, inviting and missing true, one after the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.database import Database
from foundation.outbox import Delivery
from scheduling.appointments import Status, book, cancel
from scheduling.groups import add_group, change_following, end_group
from scheduling.memberships import join_group, leave_group
from scheduling.service_invitations import invite
from scheduling.waitlist import join_waitlist, pass_on
from tests.builders.people import a_member
from tests.builders.scheduling import a_service, an_order

Letters = Iterator[tuple[str, dict[str, Any]]]
_FIRST = date(2026, 12, 1)


@dataclass(frozen=True)
class Acts:
    """A member and a practitioner to whom it happens; each act gives the kind and what it speaks of."""

    database: Database
    member: Person
    practitioner: Person
    now: datetime

    def every(self) -> Letters:
        for acts in (self.waiting, self.group, self.invited, self.missed):
            yield from acts()

    def waiting(self) -> Letters:
        """A time is offered, and passed on."""
        free = self.now + timedelta(days=3, hours=23)
        with self._writing() as session:
            service = a_service(session, self.practitioner, offer_minutes=30)
            other = a_member(session, name="Zabala Other")
            taken = book(session, an_order(service, self.practitioner, other, free), now=self.now)
            wanted: dict[str, Any] = {"member_id": self.member.id, "service_id": service.id}
            join_waitlist(session, **wanted, by=self.member.id, now=self.now)
            cancel(session, taken.id, by=other.id, now=self.now)
        yield self._owed("waitlist.offer")
        with self._writing() as session:
            pass_on(session, now=self.now + timedelta(days=1))
        yield self._owed("waitlist.over")

    def group(self) -> Letters:
        """They join twice and leave once; the hour changes, then it ends."""
        leader: dict[str, Any] = {"by": self.practitioner.id, "now": self.now}
        with self._writing() as session:
            group_id = add_group(
                session,
                service_id=a_service(session, self.practitioner, seats=8).id,
                practitioner_id=self.practitioner.id,
                title="Tuesday evening",
                timezone="America/Los_Angeles",
                weekday=1,
                minute_of_day=19 * 60,
                minutes=50,
                first_date=_FIRST,
                **leader,
            ).id
        yield self._after("group.joined", lambda s: self._join(s, group_id))
        yield self._after("group.left", lambda s: leave_group(s, group_id, self.member.id, **leader))
        with self._writing() as session:
            self._join(session, group_id)
        later = datetime.combine(_FIRST, datetime.min.time(), self.now.tzinfo) + timedelta(days=1, hours=2)
        yield self._after("group.changed", lambda s: change_following(s, group_id, _FIRST, later, **leader))
        yield self._after("group.ended", lambda s: end_group(s, group_id, from_date=_FIRST, **leader))

    def invited(self) -> Letters:
        with self._writing() as session:
            service = a_service(session, self.practitioner, audience="invitation")
            ids = {"service_id": service.id, "member_id": self.member.id}
            invite(session, **ids, by=self.practitioner.id, now=self.now)
        yield self._owed("service.invitation")

    def missed(self) -> Letters:
        with self._writing() as session:
            service = a_service(session, self.practitioner)
            soon = self.now + timedelta(days=5, hours=22)
            made = book(session, an_order(service, self.practitioner, self.member, soon), now=self.now)
            made.status = Status.NOSHOW.value
        yield "appointment.missed", {"appointment": made.id, "to": self.member.id}

    def _join(self, session: Session, group_id: str) -> None:
        join_group(session, group_id, self.member.id, from_date=_FIRST, by=self.member.id, now=self.now)

    def _after(self, kind: str, act: Callable[[Session], object]) -> tuple[str, dict[str, Any]]:
        with self._writing() as session:
            act(session)
        return self._owed(kind)

    def _owed(self, kind: str) -> tuple[str, dict[str, Any]]:
        with self.database.read() as session:
            owed = session.scalars(select(Delivery).where(Delivery.kind == kind)).all()
            return kind, next(one.refs for one in owed if one.refs["to"] == self.member.id)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self.database.write() as session:
            yield session
