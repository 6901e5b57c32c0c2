"""Quentin's appointment with Dana, and the mails that are true of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy.orm import Session

from auth.people import Person
from foundation.database import Database
from foundation.outbox import Claimed
from foundation.settings import Settings
from mail import render as renderer
from scheduling.appointments import Appointment, cancel, find_appointment, move
from scheduling.approval import decline
from tests.builders.people import a_member
from tests.builders.post import claimed
from tests.builders.scheduling import a_booking, a_service, a_working_practitioner

STARTS = timedelta(days=3, hours=21)


@dataclass
class Story:
    """Quentin, in Chicago, has booked Dana, in Los Angeles, on Tuesday at nine in the morning her time."""

    database: Database
    settings: Settings
    now: datetime
    member: Person
    practitioner: Person
    appointment: Appointment

    def told(self, kind: str, person: Person | None = None, **refs: Any) -> EmailMessage | None:
        to = (person or self.member).id
        chosen = {"appointment": self.appointment.id, "revision": self.appointment.revision, "to": to} | refs
        return self.render(kind, chosen)

    def render(self, kind: str, refs: dict[str, Any], key: str = "a:key") -> EmailMessage | None:
        with self.database.read() as session:
            return render(session, claimed(kind, refs, key), self.settings, now=self.now)

    def move(self, by: timedelta = timedelta(hours=2)) -> None:
        with self.database.write() as session:
            there = find_appointment(session, self.appointment.id)
            self.appointment = move(
                session,
                there.id,
                there.starts_at + by,
                revision=there.revision,
                by=self.member.id,
                now=self.now,
            )

    def ask(self) -> None:
        """Book something that the practitioner says yes to first."""
        with self.database.write() as session:
            service = a_service(session, self.practitioner, approval=True)
            self.appointment = a_booking(
                session,
                self.now + STARTS,
                now=self.now,
                member=self.member,
                practitioner=self.practitioner,
                service=service,
            )

    def decline(self) -> None:
        with self.database.write() as session:
            self.appointment = decline(
                session, self.appointment.id, by=self.practitioner.id, reason="a secret", now=self.now
            )

    def cancel(self, by: Person) -> None:
        with self.database.write() as session:
            self.appointment = cancel(session, self.appointment.id, by=by.id, now=self.now)


def a_story(database: Database, settings: Settings, now: datetime) -> Story:
    with database.write() as session:
        practitioner = a_working_practitioner(session, name="Dana Osterhout")
        member = a_member(session, name="Quentin Zabala", timezone="America/Chicago", email="qz@example.org")
        service = a_service(session, practitioner)
        appointment = a_booking(
            session, now + STARTS, now=now, member=member, practitioner=practitioner, service=service
        )
    settings = replace(
        settings, mail_from="Evenside <hello@evenside.example>", base_url="https://evenside.example"
    )
    return Story(database, settings, now, member, practitioner, appointment)


def render(session: Session, told: Claimed, settings: Settings, *, now: datetime) -> EmailMessage | None:
    """The mail as whoever gets it reads it, or None when there is nothing to say."""
    mail = renderer.render(session, told, settings, now=now)
    return None if mail is None else mail.message


def text_of(mail: EmailMessage | None, subtype: str = "plain") -> str:
    assert mail is not None
    return next(str(p.get_content()) for p in mail.walk() if p.get_content_type() == f"text/{subtype}")
