"""Each night every running plan is held against the rules, once a day and zone, whoever else is at it too."""

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from auth.people import Person
from cli.doctor import doctor
from foundation.audit import AuditEntry
from foundation.database import Database
from foundation.settings import Settings
from jobs.deliver import Post
from jobs.judging import judge_due
from mail.send import sender_for
from safety.flags import raise_flag
from scheduling.aftercare import rounds
from scheduling.aftercare.call_requests import ask_for_call
from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.concerns import open_concerns
from scheduling.aftercare.contacts import Outcome, note_contact
from scheduling.aftercare.judging import judge_again
from scheduling.aftercare.plan_records import CarePlan, ContactKind, PlannedContact
from scheduling.aftercare.rounds import judge_stretch, walks_due
from scheduling.aftercare.steps import decide_step, open_step
from tests.builders.aftercare import a_contact_due, in_care, scored
from tests.builders.people import a_member, a_practitioner
from tests.conftest import Clock

EARLY = datetime(2026, 11, 28, 11, 0, tzinfo=UTC)
"""Three in the morning in Los Angeles, five in Chicago."""
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def post(database: Database, settings: Settings, clock: Clock) -> Post:
    clock.set(EARLY)
    return Post(database, settings, sender_for(settings), clock, threading.Event())


def cared_for(
    database: Database, name: str = "Ana", *, weeks: int = 8, **plan: object
) -> tuple[Person, CarePlan]:
    with database.write() as session:
        dana, member = a_practitioner(session), a_member(session, name=name)
        began = FRIDAY - timedelta(weeks=weeks)
        return member, in_care(session, member, dana, began=began, **plan)  # type: ignore[arg-type]


def concerns_of(database: Database, member: Person) -> list[str]:
    with database.read() as session:
        return [one.grounds for one in open_concerns(session, member.id)]


def a_step_up(database: Database, member: Person) -> str:
    with database.read() as session:
        step = open_step(session, member.id)
        return step.grounds if step and step.direction == 1 else ""


def test_silence_is_noticed_proposed_and_over_when_they_write(post: Post) -> None:
    member, _plan = cared_for(post.database)
    assert judge_due(post) == 1
    assert concerns_of(post.database, member) == ["Nothing heard for 57 days"]
    assert a_step_up(post.database, member) == "Nothing heard for 57 days"
    with post.database.write() as session:
        scored(session, member, "check-in", EARLY, 2, 0)
        judge_again(session, member.id, now=EARLY + timedelta(hours=1))
    assert concerns_of(post.database, member) == []
    assert a_step_up(post.database, member) == ""


def test_a_day_is_judged_once_and_the_next_with_its_own_figures(post: Post, clock: Clock) -> None:
    member, _plan = cared_for(post.database)
    assert judge_due(post) == 1
    assert judge_due(post) == 0
    clock.set(EARLY + timedelta(hours=23))
    assert judge_due(post) == 0
    clock.set(EARLY + timedelta(days=1))
    assert judge_due(post) == 1
    assert concerns_of(post.database, member) == ["Nothing heard for 58 days"]
    with post.database.read() as session:
        raised = session.scalars(select(AuditEntry).where(AuditEntry.action == "concern.raised")).all()
        assert len(raised) == 1


def test_each_zone_has_its_own_morning(post: Post, clock: Clock) -> None:
    cared_for(post.database, timezone="America/Los_Angeles")
    cared_for(post.database, timezone="Asia/Kolkata")
    with post.database.read() as session:
        walks = {one.timezone: one.day for one in walks_due(session, now=EARLY - timedelta(minutes=1))}
    assert walks == {"America/Los_Angeles": FRIDAY, "Asia/Kolkata": date(2026, 11, 28)}


def test_a_round_goes_on_where_it_was_and_two_settle_each_stretch_once(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "STRETCH", 2)
    members = [cared_for(post.database, name)[0] for name in ("Ann", "Bea", "Cal", "Dee", "Eli")]
    with post.database.read() as session:
        [walk] = walks_due(session, now=EARLY)
    ahead = judge_stretch(post.database, walk, now=EARLY)
    assert ahead is not None
    assert judge_stretch(post.database, walk, now=EARLY) is None
    assert sum(len(concerns_of(post.database, one)) for one in members) == 2
    assert judge_due(post) == 1
    assert [len(concerns_of(post.database, one)) for one in members] == [1] * 5


def test_two_words_left_without_an_answer_are_two_missed(post: Post) -> None:
    member, plan = cared_for(post.database, weeks=1)
    with post.database.write() as session:
        for days_ago in (3, 2):
            at = EARLY - timedelta(days=days_ago)
            note_contact(session, member.id, Outcome.LEFT_WORD, by=plan.practitioner_id, now=at)
    judge_due(post)
    assert concerns_of(post.database, member) == ["2 contacts in a row did not come about"]


def test_what_somebody_has_seen_to_rests_for_two_weeks(post: Post, clock: Clock) -> None:
    member, plan = cared_for(post.database, weeks=1)
    with post.database.write() as session:
        scored(session, member, "phq-9", EARLY - timedelta(days=1), 17, 3)
    judge_due(post)
    assert concerns_of(post.database, member) == ["PHQ-9 stands at 17, moderately severe or more"]
    with post.database.write() as session:
        note_contact(session, member.id, Outcome.REACHED, by=plan.practitioner_id, now=EARLY)
    clock.set(EARLY + timedelta(days=1))
    judge_due(post)
    assert concerns_of(post.database, member) == []
    clock.set(EARLY + timedelta(days=14, hours=1))
    judge_due(post)
    assert concerns_of(post.database, member)


def test_a_decision_rests_too(post: Post, clock: Clock) -> None:
    member, plan = cared_for(post.database)
    judge_due(post)
    with post.database.write() as session:
        step = open_step(session, member.id)
        assert step is not None
        decide_step(
            session,
            step.id,
            accept=False,
            reason="On a journey until Sunday.",
            by=plan.practitioner_id,
            now=EARLY,
        )
    for days_on, asked in ((1, False), (13, False), (15, True)):
        clock.set(EARLY + timedelta(days=days_on))
        judge_due(post)
        assert bool(a_step_up(post.database, member)) is asked


def test_what_nobody_did_in_its_time_is_over(post: Post) -> None:
    """Forms at once; the team's own when the next has come, or after two weeks."""
    _member, plan = cared_for(post.database, weeks=7)
    with post.database.write() as session:
        day = FRIDAY - timedelta(days=1)
        check_in = a_contact_due(session, plan, day, day, ContactKind.CHECK_IN)
        late_call = a_contact_due(session, plan, day, day)
        old_checkup = a_contact_due(session, plan, day - timedelta(days=7), day, ContactKind.CHECKUP)
        next_checkup = a_contact_due(session, plan, day, FRIDAY + timedelta(days=7), ContactKind.CHECKUP)
        old_follow_up = a_contact_due(session, plan, day, day - timedelta(days=0), ContactKind.FOLLOW_UP)
        old_follow_up.due_from = old_follow_up.due_by = FRIDAY - timedelta(days=15)
    judge_due(post)
    with post.database.read() as session:
        states = {
            one: session.get_one(PlannedContact, one.id).state for one in (check_in, late_call, old_checkup)
        }
        assert list(states.values()) == ["missed", "due", "missed"]
        assert session.get_one(PlannedContact, next_checkup.id).state == "due"
        assert session.get_one(PlannedContact, old_follow_up.id).state == "missed"


def test_asking_to_be_rung_is_being_in_touch(post: Post) -> None:
    member, _plan = cared_for(post.database)
    with post.database.write() as session:
        ask_for_call(session, member.id, now=EARLY - timedelta(days=1))
    judge_due(post)
    assert [words.split(":")[0] for words in concerns_of(post.database, member)] == ["Asked to be rung"]
    assert a_step_up(post.database, member) == ""


def test_words_out_of_a_room_tell_the_rules_nothing(post: Post) -> None:
    member, _plan = cared_for(post.database, weeks=1)
    with post.database.write() as session:
        raise_flag(
            session, place="room:abc", source="question", source_id=None, person_id=member.id,
            known_as="Tin Roof", text="", rule="", now=EARLY - timedelta(days=1),
        )  # fmt: skip
    judge_due(post)
    assert concerns_of(post.database, member) == []


def test_what_rules_say_is_sealed(post: Post) -> None:
    cared_for(post.database)
    judge_due(post)
    with post.database.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT rule, grounds FROM care_concern").one()
        step = connection.exec_driver_sql("SELECT grounds FROM care_step").scalar_one()
    assert all(b"ilen" not in bytes(one) and b"heard" not in bytes(one) for one in (*kept, step))
    with post.database.read() as session:
        assert session.scalars(select(Concern)).one().weight == 2


def test_a_rules_file_that_is_not_understood_is_named_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "ours.toml"
    rules.write_text('[[rule]]\nname = "quiet"\nsays = "Quiet"\nwhen = ["days_slient >= 3"]\nconcern = 1\n')
    monkeypatch.setenv("EVENSIDE_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("EVENSIDE_CARE_RULES_FILE", str(rules))
    said = CliRunner().invoke(doctor)
    assert said.exit_code != 0
    assert "EVENSIDE_CARE_RULES_FILE" in f"{said.output}{said.exception}"
    assert "there is no figure days_slient" in f"{said.output}{said.exception}"
