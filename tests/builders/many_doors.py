"""A house in which two people have one of everything, and somebody of each role to knock at their doors."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from auth.people import Person, Role, add_person, people_with
from cli.demo import fill
from foundation.database import Database
from scheduling.attendance_proofs import Wish, issue
from tests.browser.their_things import theirs
from tests.builders.people import a_coordinator, a_member, a_moderator, a_practitioner
from tests.schema import new_sqlite

if TYPE_CHECKING:
    from tests.conftest import Browser

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
STRANGER, GUEST, MEMBER, PRACTITIONER = "stranger", "guest", "member", "practitioner outside the care team"
MODERATOR, COORDINATOR, HALFWAY = "moderator", "coordinator", "coordinator halfway in"
HELPER = "practitioner of the care team"
"""Whose members' things they are; not among ROLES, since to them nothing of it looks missing."""
ROLES = (STRANGER, GUEST, MEMBER, PRACTITIONER, MODERATOR, COORDINATOR, HALFWAY)
OF_THE_HOUSE = {"slug": "drop-in", "code": "phq-9", "part": "queue", "form": "csv", "question_id": "none"}


@dataclass
class Doors:
    """`things` fills the names in rules; `marks` are words that only the owner and their helpers may read."""

    app: Flask
    database: Database
    things: dict[str, str]
    marks: tuple[str, ...]
    people: dict[str, Person]

    def browser(self, role: str) -> FlaskClient:
        client = cast("Browser", self.app.test_client())
        if role != STRANGER:
            client.sign_in(self.people[role], stepped_up=role != HALFWAY)
        return client


def many_doors(folder: Path) -> Doors:
    """On SQLite alone: what is asked of the database is asked in other stories, on both engines."""
    database = new_sqlite(folder)
    with database.write() as session:
        fill(session, people=8, appointments=20, seed=1, now=NOW)
        owner = people_with(session, Role.MEMBER)[0]
        helper = people_with(session, Role.PRACTITIONER)[0]
        people = _people(session) | {HELPER: helper}
        things = _things(session, owner, helper)
    marks = (owner.name, owner.email or "", "Marcus", "+13125550141")
    return Doors(_application(folder), database, things, marks, people)


def _people(session: Session) -> dict[str, Person]:
    coordinator = a_coordinator(session, name="Cora Lind")
    return {
        GUEST: add_person(session, email="gil@example.org", name="Gil Ferro", roles=[], now=NOW),
        MEMBER: a_member(session, name="Omar Quist"),
        PRACTITIONER: a_practitioner(session, name="Nora Sandoval"),
        MODERATOR: a_moderator(session, name="Mo Tanaka"),
        COORDINATOR: coordinator,
        HALFWAY: coordinator,
    }


def _things(session: Session, owner: Person, helper: Person) -> dict[str, str]:
    of_helper = theirs(session, helper, now=NOW)
    held = {name: of_helper[name] for name in ("block_id", "source_id", "list_id")}
    wish = Wish(owner.name, date(2026, 6, 1), date(2026, 11, 27), False)
    paper = issue(session, owner.id, wish, org="Evenside", zone=ZoneInfo("America/Los_Angeles"), now=NOW)
    more = {"practitioner_id": helper.id, "proof_id": paper.id, "person_id": owner.id}
    return theirs(session, owner, now=NOW) | held | more | OF_THE_HOUSE


def _application(folder: Path) -> Flask:
    from tests.conftest import Browser, Clock, settings_in
    from web.app import create_app

    app = create_app(settings_in(folder), clock=Clock(NOW))
    app.config["CLOCK"] = Clock(NOW)
    app.test_client_class = Browser
    return app
