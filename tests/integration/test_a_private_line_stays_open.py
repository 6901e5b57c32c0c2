"""The private line: opened with every alert, for the person and their helper, whatever the room does."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth.actor import Actor, actor_for
from auth.people import Person
from foundation.database import Database
from realtime.alerts import claim_alert, dispose_alert, keep_answers
from realtime.asking import edit
from realtime.eventlog import MOD, PUB, events_after, member_stream, payload
from realtime.joining import choose_name
from realtime.lines import speak_to_person, speak_to_team
from realtime.models import Participant
from realtime.persons import act_on_person
from realtime.taking_part import chat, voice_concern
from safety.checklist import AnswerTooLong, checklist_of
from safety.flags import AboutYourself, Flag, NotClaimedByYou, UnknownFlag, claim_flag, raise_flag
from safety.private_line import LineOver, NothingSaid, line_of
from tests.builders.people import a_coordinator, a_moderator, a_practitioner
from tests.builders.rooms import Evening, an_evening
from tests.builders.visits import room, visit
from tests.conftest import Browser, Clock
from tests.posting import send

WORDS = "I do not want to be here anymore"
MORE = "I am going to kill myself now"


@pytest.fixture
def evening(database: Database, clock: Clock) -> Evening:
    return an_evening(database, now=clock(), members=2)


def do(evening: Evening, command: Callable[[Session], object]) -> object:
    with evening.database.write() as session:
        return command(session)


def latest(evening: Evening) -> Flag:
    with evening.database.read() as session:
        return session.scalars(select(Flag).order_by(Flag.raised_at.desc(), Flag.id.desc())).all()[0]


def flags(evening: Evening) -> list[Flag]:
    with evening.database.read() as session:
        return list(session.scalars(select(Flag)))


def a_claimed_alert(evening: Evening) -> Flag:
    evening.ask(evening.members[0], WORDS)
    flag = latest(evening)
    do(evening, lambda s: claim_alert(s, evening.room_id, evening.desk, flag.id, now=evening.now))
    return flag


def said(evening: Evening, flag: Flag) -> list[tuple[bool, str]]:
    with evening.database.read() as session:
        return [(one.from_team, one.text) for one in line_of(session, flag.id)]


def heard(evening: Evening, stream: str) -> list[dict[str, object]]:
    with evening.database.read() as session:
        return [payload(one) for one in events_after(session, evening.room_id, stream, 0, limit=999)]


def own_stream(evening: Evening, who: Actor) -> str:
    with evening.database.read() as session:
        mine = Participant.room_id == evening.room_id, Participant.person_id == who.person_id
        return member_stream(session.scalars(select(Participant.id).where(*mine)).one())


def person(evening: Evening, who: Actor) -> Person:
    with evening.database.read() as session:
        return session.get_one(Person, who.person_id)


def test_both_sides_speak_and_only_they_hear_that_something_was_said(evening: Evening) -> None:
    flag, who = a_claimed_alert(evening), evening.members[0]
    public = heard(evening, PUB)
    do(evening, lambda s: speak_to_person(s, evening.desk, flag.id, "I am here with you.", now=evening.now))
    do(evening, lambda s: speak_to_team(s, who, flag.id, "thank you", now=evening.now))
    assert said(evening, flag) == [(True, "I am here with you."), (False, "thank you")]
    assert [one["kind"] for one in heard(evening, own_stream(evening, who))][-2:] == ["line", "line"]
    assert heard(evening, PUB) == public
    events = heard(evening, MOD) + heard(evening, own_stream(evening, who))
    assert not any("thank you" in str(one) for one in events)


def test_every_way_of_writing_opens_one(evening: Evening, database: Database) -> None:
    who, other = evening.members
    asked = evening.ask(who, "How do I sleep?")
    evening.steer(chat=True)
    now = evening.now
    do(evening, lambda s: edit(s, evening.room_id, who, asked["question"], text=WORDS, now=now))
    do(evening, lambda s: chat(s, evening.room_id, who, client_id="c1", text=WORDS, now=now))
    do(evening, lambda s: choose_name(s, evening.room_id, who, "want to die", now=now))
    do(evening, lambda s: voice_concern(s, evening.room_id, other, about="Second Cup", text="", now=now))
    with database.write() as session:
        raise_flag(
            session, place=f"member:{who.person_id}", source="booking_note", source_id=None,
            person_id=who.person_id, known_as="Member 0", text=WORDS, rule="x", now=now,
        )  # fmt: skip
    for flag in flags(evening):
        with database.write() as session:
            claim_flag(session, flag.id, by=evening.desk.person_id, now=now)
            speak_to_person(session, evening.desk, flag.id, "I am here.", now=now)
            speak_to_team(session, who, flag.id, "hello", now=now)
    assert {flag.source for flag in flags(evening)} == {"question", "chat", "name", "concern", "booking_note"}
    assert all(said(evening, flag) == [(True, "I am here."), (False, "hello")] for flag in flags(evening))


def test_a_concern_is_not_told_to_whom_it_is_about_until_somebody_speaks_with_them(
    evening: Evening, client: Browser
) -> None:
    about, worried = evening.members
    do(evening, lambda s: voice_concern(s, evening.room_id, worried, about="Second Cup", now=evening.now))
    flag = latest(evening)
    client.sign_in(person(evening, about))
    assert client.get(f"/help/line/{flag.id}").status_code == 404
    assert heard(evening, own_stream(evening, about)) == []
    do(evening, lambda s: claim_alert(s, evening.room_id, evening.desk, flag.id, now=evening.now))
    do(evening, lambda s: speak_to_person(s, evening.desk, flag.id, "How is tonight?", now=evening.now))
    assert "How is tonight?" in client.get(f"/help/line/{flag.id}").text


def test_nobody_else_reads_or_writes_on_it(evening: Evening, client: Browser) -> None:
    flag = a_claimed_alert(evening)
    with pytest.raises(UnknownFlag):
        do(evening, lambda s: speak_to_team(s, evening.members[1], flag.id, "me too", now=evening.now))
    client.sign_in(person(evening, evening.members[1]))
    assert client.get(f"/help/line/{flag.id}").status_code == 404
    assert client.get(f"/staff/flags/{flag.id}").status_code == 403


def test_only_whoever_has_claimed_it_speaks_for_the_team(evening: Evening) -> None:
    evening.ask(evening.members[0], WORDS)
    flag = latest(evening)
    with pytest.raises(NotClaimedByYou):
        do(evening, lambda s: speak_to_person(s, evening.desk, flag.id, "Hello", now=evening.now))


def test_it_goes_on_when_the_person_is_removed_or_the_room_has_closed(
    evening: Evening, client: Browser
) -> None:
    flag, who = a_claimed_alert(evening), evening.members[0]
    do(evening, lambda s: act_on_person(
        s, evening.room_id, evening.desk, "Second Cup", "remove", now=evening.now))  # fmt: skip
    client.sign_in(person(evening, who))
    send(client, f"/help/line/{flag.id}/say", {"text": "still here"}, page="/help/line")
    assert said(evening, flag) == [(False, "still here")]
    assert "/help/line" in client.get(f"/meetings/{evening.meeting.slug}/live").text
    do(evening, lambda s: dispose_alert(
        s, evening.room_id, evening.desk, flag.id, outcome="safe", reason="A sister came.", now=evening.now,
    ))  # fmt: skip
    evening.steer(close=True)
    page = client.get(f"/help/line/{flag.id}").text
    assert "This conversation ended" in page
    assert "still here" in page


def test_more_words_of_danger_sound_again_and_are_never_limited(evening: Evening) -> None:
    flag, who = a_claimed_alert(evening), evening.members[0]
    before = [one["kind"] for one in heard(evening, MOD)].count("alert")
    for _ in range(40):
        do(evening, lambda s: speak_to_team(s, who, flag.id, MORE, now=evening.now))
    assert [one["kind"] for one in heard(evening, MOD)].count("alert") == before + 40
    assert len(said(evening, flag)) == 40


def test_after_the_ending_danger_begins_a_new_alert_and_other_words_are_kept_in_the_field(
    evening: Evening, client: Browser
) -> None:
    flag, who = a_claimed_alert(evening), evening.members[0]
    do(evening, lambda s: dispose_alert(
        s, evening.room_id, evening.desk, flag.id, outcome="safe", reason="Well.", now=evening.now,
    ))  # fmt: skip
    with pytest.raises(LineOver):
        do(evening, lambda s: speak_to_team(s, who, flag.id, "good night", now=evening.now))
    do(evening, lambda s: speak_to_team(s, who, flag.id, MORE, now=evening.now))
    assert sorted(one.state for one in flags(evening)) == ["disposed", "raised"]
    client.sign_in(person(evening, who))
    answer = send(client, f"/help/line/{flag.id}/say", {"text": "one more thing"}, page="/help/line")
    assert answer.status_code == 422
    assert "one more thing" in answer.text
    send(client, f"/help/line/{flag.id}/again", {"text": "one more thing"}, page="/help/line")
    assert sorted(one.state for one in flags(evening)) == ["disposed", "raised", "raised"]


def test_the_whole_of_it_works_by_forms_at_the_console_and_outside(
    evening: Evening, client: Browser, database: Database
) -> None:
    evening.ask(evening.members[0], WORDS)
    flag = latest(evening)
    client.sign_in(person(evening, evening.desk))
    console = f"/staff/live/{evening.meeting.slug}"
    assert "Unanswered so far" in client.get(console).text
    here = f"/staff/flags/{flag.id}"
    claim = {"flag": flag.id, "action": "claim", "back": evening.meeting.slug}
    assert send(client, f"{here}/act", claim, page=console).location == console
    send(client, f"{here}/act", {"flag": flag.id, "action": "say", "text": "I am with you."}, page=here)
    kept = {"flag": flag.id, "action": "keep", "plan": "No plan", "place": "At home"}
    send(client, f"{here}/act", kept, page=here)
    page = client.get(console).text
    assert "I am with you." in page
    assert "Time, not yet" in page
    answer = send(client, f"{here}/end", {"outcome": "", "reason": "A sister came."}, page=here)
    assert "A sister came." in answer.text
    send(client, f"{here}/end", {"outcome": "safe", "reason": "A sister came."}, page=here)
    assert latest(evening).state == "disposed"
    client.sign_in(person(evening, evening.members[0]))
    assert "I am with you." in client.get("/help/line").text


def test_the_one_on_call_answers_from_outside_and_learns_no_name(
    evening: Evening, client: Browser, database: Database
) -> None:
    with database.write() as session:
        cora = a_coordinator(session, name="Cora Lind")
    evening.ask(evening.members[0], WORDS)
    flag = latest(evening)
    client.sign_in(cora)
    page = client.get(f"/staff/flags/{flag.id}").text
    assert "Second Cup" in page
    assert "Member 0" not in page
    send(client, f"/staff/flags/{flag.id}/claim", page=f"/staff/flags/{flag.id}")
    assert latest(evening).claimed_by == cora.id


def test_a_therapist_who_is_not_called_cannot_read_it(evening: Evening, client: Browser) -> None:
    with evening.database.write() as session:
        a_coordinator(session, name="Cora Lind")
        dana = a_practitioner(session)
    evening.ask(evening.members[0], WORDS)
    client.sign_in(dana)
    assert client.get(f"/staff/flags/{latest(evening).id}").status_code == 404


def test_what_was_heard_is_sealed_and_kept_by_whoever_has_it(evening: Evening) -> None:
    flag = a_claimed_alert(evening)
    answers = {"plan": "Pills, she says", "place": "Kitchen"}
    do(evening, lambda s: keep_answers(s, evening.desk, flag.id, answers, now=evening.now))
    do(evening, lambda s: keep_answers(s, evening.desk, flag.id, {"time": "Tonight"}, now=evening.now))
    kept = checklist_of(latest(evening))
    heard_so_far = {key: words for key, words in kept.items() if words}
    assert heard_so_far == {"plan": "Pills, she says", "time": "Tonight", "place": "Kitchen"}
    with evening.database.read() as session:
        stored = session.connection().exec_driver_sql("select checklist from safety_flag").scalar_one()
    assert b"Pills" not in bytes(stored)
    with pytest.raises(AnswerTooLong):
        do(evening, lambda s: keep_answers(s, evening.desk, flag.id, {"plan": "x" * 501}, now=evening.now))
    with evening.database.write() as session:
        celeste = actor_for(a_moderator(session, name="Celeste Ray"))
    with pytest.raises(NotClaimedByYou):
        do(evening, lambda s: keep_answers(s, celeste, flag.id, {"plan": ""}, now=evening.now))


def test_nobody_is_their_own_helper(evening: Evening) -> None:
    with evening.database.write() as session:
        flag = raise_flag(
            session, place=f"room:{evening.room_id}", source="backstage", source_id=None,
            person_id=evening.desk.person_id, known_as="Jonah, moderator", text=WORDS, rule="x",
            now=evening.now,
        )  # fmt: skip
    with pytest.raises(AboutYourself):
        do(evening, lambda s: claim_alert(s, evening.room_id, evening.desk, flag.id, now=evening.now))


def test_nothing_written_is_said_and_nothing_is_stored(evening: Evening) -> None:
    flag = a_claimed_alert(evening)
    with pytest.raises(NothingSaid):
        do(evening, lambda s: speak_to_team(s, evening.members[0], flag.id, "  \n ", now=evening.now))
    assert said(evening, flag) == []


def test_an_open_line_is_found_again_from_the_help_page(evening: Evening, client: Browser) -> None:
    a_claimed_alert(evening)
    client.sign_in(person(evening, evening.members[0]))
    assert "/help/line" in client.get("/help").text
    client.sign_in(person(evening, evening.members[1]))
    assert "Right now nothing waits" in client.get("/help/line").text


def test_from_the_waiting_room_one_writes_on_the_line_and_goes_in(
    app: Flask, database: Database, clock: Clock
) -> None:
    """Two forms of their own: the line's once stood inside the room's, and a browser then knew neither."""
    evening = an_evening(database, now=clock(), members=1)
    who = evening.members[0].person_id
    do(
        evening,
        lambda s: raise_flag(
            s, place="appointment:x", source="booking_note", source_id=None, person_id=who, known_as="Ana",
            text=WORDS, rule="named", now=evening.now,
        ),
    )  # fmt: skip
    member = visit(app, evening, 0)
    with evening.database.write() as session:
        session.execute(delete(Participant))
    lobby = member.open(room(evening))
    assert "Waiting room" in lobby.h1
    assert "It is the knife again" in member.press(lobby, "Send it to us", text="It is the knife again.").text
    inside = member.press(member.open(room(evening)), "Go in")
    assert "Waiting room" not in inside.h1
