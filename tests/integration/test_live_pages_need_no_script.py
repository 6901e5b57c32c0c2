"""The whole evening by plain form posts: the waiting room, the room, the desk, the host's screen."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any, cast

import pytest
from flask import Flask

from auth.people import Person
from foundation.database import Database
from realtime.lifecycle import sweep
from tests.builders.people import a_coordinator
from tests.builders.rooms import Evening, an_evening

STARTS = timedelta(hours=7)


class Reader:
    """A browser without JavaScript."""

    def __init__(self, app: Flask, person_id: str, slug: str) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self.browser: Any = cast(Any, app.test_client())
        self.room, self.desk = f"/meetings/{slug}/live", f"/staff/live/{slug}"
        with app.extensions["evenside"].database.read() as session:
            person = session.get_one(Person, person_id)
        cast(Any, self.browser).sign_in(person)

    def see(self, path: str | None = None) -> str:
        return words(self.browser.get(path or self.room).text)

    def post(self, path: str, **form: object) -> Any:
        return self.browser.post(path, data=form, follow_redirects=True)

    def send(self, act: str, **form: object) -> str:
        return words(self.post(f"{self.room}/{act}", **form).text)

    def lead(self, act: str, **form: object) -> str:
        return words(self.post(f"{self.desk}/{act}", **form).text)


def words(page: str) -> str:
    """What a reader reads: no markup, no templates, single spaces."""
    shown = re.sub(r"<template.*?</template>|<head.*?</head>|<dialog.*?</dialog>", " ", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=2, opened=False)


@pytest.fixture
def ana(app: Flask, evening: Evening) -> Reader:
    return Reader(app, evening.members[0].person_id, evening.meeting.slug)


@pytest.fixture
def ben(app: Flask, evening: Evening) -> Reader:
    return Reader(app, evening.members[1].person_id, evening.meeting.slug)


@pytest.fixture
def jonah(app: Flask, evening: Evening) -> Reader:
    return Reader(app, evening.desk.person_id, evening.meeting.slug)


def question_ids(reader: Reader) -> list[str]:
    page = reader.browser.get(reader.desk).text
    return list(dict.fromkeys(re.findall(r'name="question" value="(\w{20})"', page)))


def test_the_waiting_room_says_when_where_and_who(ana: Reader) -> None:
    page = ana.see()
    assert "Waiting room" in page
    assert "Friday 27 November, 7:00 pm Los Angeles (PST)" in page
    assert "Are you somewhere private?" in page
    assert "You are Second Cup tonight" in page
    assert re.search(r"\d people are here|One person is here", page)


def test_a_name_that_is_refused_stays_typed_with_its_reason(ana: Reader) -> None:
    response = ana.post(f"{ana.room}/name", name="own", own="J0nah")
    assert response.status_code == 422
    assert 'value="J0nah"' in response.text
    assert 'aria-invalid="true"' in response.text
    assert "close to a host’s name" in words(response.text)
    assert "You are Paper Boat tonight" in ana.send("name", name="own", own="Paper Boat")


def test_an_evening_by_forms_alone(ana: Reader, ben: Reader, jonah: Reader) -> None:
    assert "Open the room" in jonah.see(jonah.desk)
    jonah.lead("room", open="1")
    assert "Ask the hosts" in ana.see()
    assert "A moderator reads it next" in ana.send(
        "ask", id="one", text="How do you spend Sundays?", anonymous="y"
    )
    assert "How do you spend Sundays?" not in ben.see()
    assert "How do you spend Sundays?" in jonah.see(jonah.desk)
    (question,) = question_ids(jonah)
    jonah.lead("moderate", question=question, action="approve", version=1)
    assert "How do you spend Sundays?" in ben.see()
    ben.send("vote", question=question, on="1")
    assert "1 want this answered. You are one of them" in ben.see()
    jonah.lead("moderate", question=question, action="answer", back="presenter")
    assert "Now answering" in ana.see()
    assert "How do you spend Sundays?" in jonah.see(f"{jonah.desk}/presenter")
    jonah.lead("moderate", question=question, action="done")
    assert "Answered" in ana.see()
    jonah.lead("room", close="1")
    assert "That was tonight" in ana.see()


def test_a_returned_question_comes_back_with_a_reason_and_never_a_hard_word(
    ana: Reader, jonah: Reader
) -> None:
    jonah.lead("room", open="1")
    ana.send("ask", id="one", text="What does Peter from work think?")
    (question,) = question_ids(jonah)
    jonah.lead("moderate", question=question, action="reject", reason="names")
    page = ana.see()
    assert "Not in the room tonight" in page
    assert "It names people or places." in page
    assert not re.search(r"reject|flagged|violat|declin", page, re.I)


def test_an_edit_and_taking_back_work_by_form(ana: Reader, jonah: Reader) -> None:
    jonah.lead("room", open="1")
    ana.send("ask", id="one", text="How do I sleep?")
    (question,) = question_ids(jonah)
    assert "How do I sleep at all?" in ana.send(
        "edit", question=question, version=1, text="How do I sleep at all?"
    )
    assert "Somebody else changed it" in ana.send("edit", question=question, version=1, text="Again?")
    assert "Taken back" in ana.send("withdraw", question=question, version=2)
    assert "Nothing waits." in jonah.see(jonah.desk)


def test_what_was_typed_stays_when_it_is_refused(ana: Reader, jonah: Reader) -> None:
    jonah.lead("room", open="1", slow="300")
    ana.send("ask", id="one", text="The first?")
    response = ana.post(f"{ana.room}/ask", id="two", text="The second, too soon?")
    assert response.status_code == 429
    assert "The second, too soon?</textarea>" in response.text
    assert "One question at a time tonight" in response.text


@pytest.mark.parametrize(
    "text", ["", "   ", "a\x00b", "x" * 501, "\u202eabc", "<script>alert(1)</script> and why?"]
)
def test_odd_texts_get_a_clear_answer_or_stay_text(ana: Reader, jonah: Reader, text: str) -> None:
    jonah.lead("room", open="1")
    response = ana.post(f"{ana.room}/ask", id="one", text=text)
    assert response.status_code in {200, 422}
    assert "<script>alert" not in response.text


def test_words_of_danger_show_help_on_every_page_of_the_room_until_it_is_over(
    ana: Reader, jonah: Reader
) -> None:
    jonah.lead("room", open="1")
    page = ana.send("ask", id="one", text="I want to die tonight")
    assert "We are getting a person for you now. You do not have to wait alone." in page
    assert 'id="care" aria-labelledby="care-h">' in ana.browser.get(ana.room).text
    desk = jonah.see(jonah.desk)
    assert "Somebody needs you: Second Cup" in desk
    flag = re.findall(r'name="flag" value="(\w{20})"', jonah.browser.get(jonah.desk).text)[0]
    assert "You are with Second Cup" in jonah.lead("alert", flag=flag, action="claim")
    asked = re.findall(r'name="question" value="(\w{20})"', jonah.browser.get(jonah.desk).text)[0]
    jonah.lead("moderate", question=asked, action="reply", text="Are you somewhere safe?")
    assert "A moderator answers you: Are you somewhere safe?" in ana.see()
    assert "say how each alert ended" in jonah.lead("room", close="1")
    jonah.lead("alert", flag=flag, outcome="safe", reason="We spoke.")
    assert "You are with" not in jonah.see(jonah.desk)
    assert 'id="care" aria-labelledby="care-h" hidden' in ana.browser.get(ana.room).text


def test_chat_hand_and_concern_work_by_form(ana: Reader, jonah: Reader) -> None:
    jonah.lead("room", open="1", chat="1")
    assert "I ring my sister." in ana.send("chat", id="c", text="I ring my sister.")
    assert "Your hand is up." in ana.send("hand", up="1")
    assert "Second Cup has not spoken" in jonah.see(jonah.desk)
    assert "A moderator looks at it now" in ana.send("concern", id="k", about="", text="Somebody sounds low")
    assert "Somebody sounds low" in jonah.see(jonah.desk)
    assert "Taking the odd ones." in jonah.lead("say", id="b", text="Taking the odd ones.")
    assert "Taking the odd ones." not in ana.see()


def test_whoever_was_removed_reads_so_and_finds_help(ana: Reader, jonah: Reader) -> None:
    jonah.lead("room", open="1")
    jonah.lead("person", pseudonym="Second Cup", action="remove")
    assert "Your evening here has ended" in ana.see()
    assert "Your evening here has ended" in ana.send("ask", id="x", text="Hello?")


def test_the_desk_is_for_those_who_lead(ana: Reader, evening: Evening, app: Flask) -> None:
    for path in ("", "/presenter"):
        assert ana.browser.get(ana.desk + path).status_code == 403
    with evening.database.write() as session:
        cora = a_coordinator(session, name="Cora Lind")
    other = Reader(app, cora.id, evening.meeting.slug)
    assert other.browser.get(other.desk).status_code == 403
    assert other.post(f"{other.desk}/room", open="1").status_code == 403
    assert evening.meeting.title not in other.see("/staff/live"), "no door is shown that stays shut"


def test_an_unknown_meeting_or_question_looks_missing(ana: Reader, jonah: Reader) -> None:
    jonah.lead("room", open="1")
    assert ana.browser.get("/meetings/no-such/live").status_code == 404
    assert ana.post(f"{ana.room}/withdraw", question="none").status_code == 404


def test_a_form_without_its_token_is_refused(app: Flask, ana: Reader) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert ana.post(f"{ana.room}/ask", id="x", text="Hello?").status_code == 400


def test_the_desk_says_why_a_room_was_held(jonah: Reader, evening: Evening, clock: Any) -> None:
    jonah.lead("room", open="1")
    clock.set(evening.now + timedelta(minutes=2))
    with evening.database.write() as session:
        sweep(session, clock())
    assert "Nobody was at the desk" in jonah.see(jonah.desk)
