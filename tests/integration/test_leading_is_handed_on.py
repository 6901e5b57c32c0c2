"""Leading goes from one to another at the desk: offered, accepted or not; members read who it is."""

from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select

from auth.actor import Actor, actor_for
from auth.people import Person, Role
from auth.permissions import NotAllowed
from foundation.audit import AuditEntry
from foundation.database import Database
from realtime.errors import NotAtTheDesk, NotLeading
from realtime.eventlog import PUB, events_after, payload
from realtime.hosting import hand_over, hosting_view, leader_name
from realtime.models import Question, Room
from realtime.presence import be_seen
from scheduling.meeting_records import Duty, MeetingPerson
from tests.builders.people import a_person
from tests.builders.rooms import Evening, an_evening
from tests.pages import Visit


class Team:
    """An evening hosted by Dana, with Jonah and Marta at the desk."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.evening: Evening = an_evening(database, now=now)
        self.jonah = self.evening.desk
        self.dana = self._hosts("Dana Whitlock", Role.PRACTITIONER)
        self.marta = self._hosts("Marta Ruiz", Role.MODERATOR)
        self.all_come()

    def _hosts(self, name: str, role: Role) -> Actor:
        with self.evening.database.write() as session:
            person = a_person(session, role, name=name)
            duty = Duty.HOST if role is Role.PRACTITIONER else Duty.MODERATOR
            session.add(
                MeetingPerson(meeting_id=self.evening.meeting.id, person_id=person.id, duty=duty.value)
            )
            return actor_for(person)

    def all_come(self, *but: Actor) -> None:
        for one in (self.jonah, self.dana, self.marta):
            if one not in but:
                self.comes(one)

    def comes(self, actor: Actor) -> None:
        with self.evening.database.write() as session:
            be_seen(session, self.evening.room_id, actor.person_id, moderates=True, now=self.evening.now)

    def hands(self, actor: Actor, to: Actor) -> dict[str, Any]:
        with self.evening.database.write() as session:
            return hand_over(session, self.evening.room_id, actor, to.person_id, now=self.evening.now)

    def leader(self) -> str | None:
        with self.evening.database.read() as session:
            return leader_name(session, session.get_one(Room, self.evening.room_id))

    def offered(self) -> str | None:
        with self.evening.database.read() as session:
            found = hosting_view(session, session.get_one(Room, self.evening.room_id))["offered"]
            return cast(str | None, found)

    def later(self, **span: float) -> None:
        self.evening.now += timedelta(**span)

    def told_members(self) -> list[str]:
        with self.evening.database.read() as session:
            events = events_after(session, self.evening.room_id, PUB, 0, limit=500)
            return [payload(one)["host"] for one in events if one.kind == "host"]

    def visit(self, app: Flask, actor: Actor) -> Visit:
        app.config["WTF_CSRF_ENABLED"] = False
        browser: Any = cast(Any, app.test_client())
        with self.evening.database.read() as session:
            browser.sign_in(session.get_one(Person, actor.person_id))
        return Visit(browser)


@pytest.fixture
def team(database: Database, now: datetime) -> Team:
    return Team(database, now)


def test_it_is_offered_and_then_accepted(team: Team) -> None:
    assert team.leader() == "Dana"
    team.hands(team.dana, team.jonah)
    assert (team.leader(), team.offered()) == ("Dana", "Jonah")
    assert team.told_members() == [], "members hear of it when it is so"
    team.hands(team.jonah, team.jonah)
    assert (team.leader(), team.offered()) == ("Jonah", None)
    assert team.told_members() == ["Jonah"]


def test_an_offer_is_declined_or_taken_back(team: Team) -> None:
    team.hands(team.dana, team.jonah)
    team.hands(team.jonah, team.dana)
    assert (team.leader(), team.offered()) == ("Dana", None)
    team.hands(team.dana, team.jonah)
    team.hands(team.dana, team.dana)
    assert (team.leader(), team.offered()) == ("Dana", None)
    with pytest.raises(NotLeading):
        team.hands(team.jonah, team.jonah)


def test_nobody_takes_it_from_somebody_who_is_there(team: Team) -> None:
    for to in (team.marta, team.jonah):
        with pytest.raises(NotLeading):
            team.hands(team.marta, to)
    assert team.leader() == "Dana"


def test_only_somebody_at_the_desk_can_be_asked(team: Team) -> None:
    team.later(minutes=2)
    team.all_come(team.jonah)
    with pytest.raises(NotAtTheDesk):
        team.hands(team.dana, team.jonah)
    team.hands(team.dana, team.marta)
    assert team.offered() == "Marta"


def test_while_the_leader_is_away_whoever_is_there_takes_it(team: Team) -> None:
    team.later(minutes=2)
    team.all_come(team.dana)
    team.hands(team.jonah, team.jonah)
    assert team.leader() == "Jonah"
    team.comes(team.dana)
    with pytest.raises(NotLeading):
        team.hands(team.dana, team.dana)


def test_members_neither_lead_nor_are_asked(team: Team) -> None:
    alma = team.evening.members[0]
    with pytest.raises(NotAllowed):
        team.hands(alma, alma)
    with pytest.raises(NotAtTheDesk):
        team.hands(team.dana, alma)


def test_answers_are_under_the_name_of_whoever_leads(team: Team) -> None:
    first, second = (team.evening.approved(team.evening.members[0], text) for text in ("One?", "Two?"))
    team.evening.moderate(first, "answer")
    team.hands(team.dana, team.marta)
    team.hands(team.marta, team.marta)
    team.evening.moderate(second, "answer")
    with team.evening.database.read() as session:
        by = {one.id: one.answered_by for one in session.scalars(select(Question))}
    assert (by[first], by[second]) == ("Dana", "Marta")


def test_it_is_in_the_audit(team: Team) -> None:
    team.hands(team.dana, team.jonah)
    team.hands(team.jonah, team.jonah)
    with team.evening.database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "room.host"))
        assert [one.actor_id for one in entries.all()] == [team.dana.person_id, team.jonah.person_id]


def test_it_works_by_form_and_members_read_the_first_name(team: Team, app: Flask) -> None:
    stage = f"/staff/live/{team.evening.meeting.slug}/presenter"
    room = f"/meetings/{team.evening.meeting.slug}/live"
    dana, jonah, alma = (team.visit(app, one) for one in (team.dana, team.jonah, team.evening.members[0]))
    assert "Dana leads" in alma.open(room).text
    offered = dana.press(dana.open(stage), "Offer it", host=team.jonah.person_id)
    assert "Offered to Jonah" in offered.text
    assert "Dana asks you to lead." in jonah.open(stage).text
    taken = jonah.press(jonah.open(stage), "Lead from now on")
    assert taken.path == stage
    assert "You lead." in taken.text
    page = alma.open(room).text
    assert "Jonah leads" in page
    assert "Reed" not in page


def test_what_the_host_sees_of_an_alert_has_no_words_in_it(team: Team, app: Flask) -> None:
    stage = f"/staff/live/{team.evening.meeting.slug}/presenter"
    team.evening.ask(team.evening.members[0], "I want to die tonight")
    shown = team.visit(app, team.dana).open(stage).text
    assert "The desk is needed." in shown
    assert "want to die" not in shown
    assert "Second Cup" not in shown


def test_a_refusal_on_the_hosts_screen_stays_there(team: Team, app: Flask) -> None:
    stage = f"/staff/live/{team.evening.meeting.slug}/presenter"
    sent = {"host": team.marta.person_id, "back": "presenter"}
    jonah = team.visit(app, team.jonah)
    refused = jonah.client.post(f"/staff/live/{team.evening.meeting.slug}/room", data=sent)
    assert refused.status_code == 422
    assert "Somebody else leads now." in refused.text
    assert "stage-q" in refused.text
    assert jonah.open(stage).status == 200
