"""Whoever was asked to leave neither renames what they left behind nor rewrites it, by no way in."""

import pytest
from flask import Flask

from auth.people import Person
from realtime.asking import edit
from realtime.errors import Removed
from realtime.joining import choose_name
from realtime.persons import act_on_person
from realtime.room import find_participant
from tests.builders.rooms import Evening
from tests.posting import browser_of, send


def remove_first(evening: Evening) -> None:
    with evening.database.write() as session:
        act_on_person(session, evening.room_id, evening.desk, "Second Cup", "remove", now=evening.now)


def test_they_keep_the_name_they_had(evening: Evening) -> None:
    remove_first(evening)
    with pytest.raises(Removed), evening.database.write() as session:
        choose_name(session, evening.room_id, evening.members[0], "Loud Words", now=evening.now)


def test_they_rewrite_nothing(evening: Evening) -> None:
    asked = evening.ask(evening.members[0])
    remove_first(evening)
    with pytest.raises(Removed), evening.database.write() as session:
        edit(session, evening.room_id, evening.members[0], asked["question"], text="Other", now=evening.now)


def test_words_of_danger_of_theirs_are_heard_all_the_same(evening: Evening) -> None:
    asked = evening.ask(evening.members[0])
    remove_first(evening)
    with evening.database.write() as session:
        heard = edit(
            session, evening.room_id, evening.members[0], asked["question"],
            text="I want to kill myself", now=evening.now,
        )  # fmt: skip
    assert heard["state"] == "escalated"


def test_the_page_says_so_and_the_form_leads_there(app: Flask, evening: Evening) -> None:
    remove_first(evening)
    with evening.database.read() as session:
        ana = session.get_one(Person, evening.members[0].person_id)
    browser, room = browser_of(app, ana), f"/meetings/{evening.meeting.slug}/live"
    answer = send(browser, f"{room}/name", {"name": "own", "own": "Loud Words"}, page="/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, room)
    with evening.database.read() as session:
        place = find_participant(session, evening.room_id, ana.id)
    assert place is not None
    assert place.pseudonym == "Second Cup"


def test_nothing_in_the_table_of_names_can_be_guessed_without_the_key(evening: Evening) -> None:
    """Two words from short lists are a thousand names: a plain digest of one would be as good as the name."""
    import hashlib

    from safety.lookalikes import skeleton

    with evening.database.read() as session:
        place = find_participant(session, evening.room_id, evening.members[0].person_id)
    assert place is not None
    guess = f"{evening.room_id}:{skeleton('Second Cup')}".encode()
    assert place.key != hashlib.sha256(guess).hexdigest()
