"""Coming in: the privacy check, a name that ties no evenings together, places, and what is refused inside."""

import re
from datetime import timedelta
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import select

from auth.people import Person
from foundation.database import Database
from realtime.errors import NameTaken, RoomFull, UsedBefore
from realtime.joining import choose_name, join, suggested_names
from realtime.models import Participant
from realtime.room import room_of
from realtime.steering import Steer, steer
from scheduling.meetings import occurrences_of
from tests.builders.people import a_member
from tests.builders.rooms import Evening
from tests.builders.visits import give, room, visit
from tests.pages import Page, Visit


def test_the_privacy_check_is_asked_and_never_required(app: Flask, evening: Evening) -> None:
    give(evening, audience="open")
    with evening.database.write() as session:
        newcomer = a_member(session, name="New Comer")
    browser: Any = cast(Any, app.test_client())
    browser.sign_in(newcomer)
    app.config["WTF_CSRF_ENABLED"] = False
    lobby = Visit(browser).open(room(evening))
    for words in ("Are you somewhere private?", "Headphones", "message previews", "Exit"):
        assert words in lobby.text
    browser.post(f"{room(evening)}/name", data={"name": "own", "own": "Quiet Ladder"})
    assert place_of(evening, newcomer.id).ready_at is None
    both = {"name": "own", "own": "Quiet Ladder", "alone": "on", "screen": "on"}
    browser.post(f"{room(evening)}/name", data=both)
    assert place_of(evening, newcomer.id).ready_at == evening.now


def place_of(evening: Evening, person_id: str) -> Participant:
    with evening.database.read() as session:
        return session.scalars(select(Participant).where(Participant.person_id == person_id)).one()


def test_a_name_does_not_tie_two_evenings_together(evening: Evening) -> None:
    """Nor does a look-alike of it; and no suggestion is a name of before."""
    alma = evening.members[0]
    with evening.database.write() as session:
        next_week = occurrences_of(evening.meeting, evening.now, evening.now + timedelta(days=8))[1]
        later = room_of(session, next_week, now=evening.now)
        for again in ("Second Cup", "second cup", "S\u0435cond Cup"):
            with pytest.raises(UsedBefore):
                choose_name(session, later.id, alma, again, now=evening.now)
        choose_name(session, later.id, evening.members[1], "Second Cup", now=evening.now)
        with pytest.raises(NameTaken):
            choose_name(session, later.id, alma, "Sec\u03bfnd Cup", now=evening.now)
        choose_name(session, later.id, alma, "Night Owl", now=evening.now)


def test_suggestions_are_never_a_name_of_before(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter([["Second Cup", "Early Road"], ["Second  Cup", "Salt Door"]])
    monkeypatch.setattr("realtime.pseudonyms._made_up", lambda _handful, _chance: next(made))
    with evening.database.write() as session:
        next_week = occurrences_of(evening.meeting, evening.now, evening.now + timedelta(days=8))[1]
        later = room_of(session, next_week, now=evening.now)
        assert suggested_names(session, later.id, evening.members[0], 2) == ["Early Road", "Salt Door"]


def test_a_full_room_says_so_and_those_inside_stay(app: Flask, evening: Evening) -> None:
    give(evening, capacity=2)
    with evening.database.write() as session:
        late = a_member(session, name="Late Comer")
        with pytest.raises(RoomFull):
            join(session, evening.room_id, cast(Any, actor_of(late)), now=evening.now)
        join(session, evening.room_id, evening.members[0], now=evening.now)
        join(session, evening.room_id, evening.desk, now=evening.now)
    browser: Any = cast(Any, app.test_client())
    app.config["WTF_CSRF_ENABLED"] = False
    browser.sign_in(late)
    refused = browser.post(f"{room(evening)}/name", data={"name": "own", "own": "Night Owl"})
    assert refused.status_code == 422
    assert "Every place in this room is taken tonight." in refused.text


def actor_of(person: Person) -> Any:
    from auth.actor import actor_for

    return actor_for(person)


def test_a_recording_is_said_in_the_room_and_before_it(app: Flask, evening: Evening) -> None:
    give(evening, audience="open")
    member, desk = visit(app, evening, 0), visit(app, evening, -1)
    assert is_hidden(member, room(evening), "recorded")
    desk.client.post(f"/staff/live/{evening.meeting.slug}/room", data={"recorded": "1", "back": "presenter"})
    assert not is_hidden(member, room(evening), "recorded")
    with evening.database.write() as session:
        late = a_member(session)
    browser: Any = cast(Any, app.test_client())
    browser.sign_in(late)
    lobby = Visit(browser).open(room(evening))
    assert "The call is being recorded tonight" in lobby.text
    assert not is_hidden(Visit(browser), room(evening), "recorded")
    desk.client.post(f"/staff/live/{evening.meeting.slug}/room", data={"recorded": "0"})
    assert is_hidden(member, room(evening), "recorded")


def is_hidden(visit: Visit, path: str, part: str) -> bool:
    (tag,) = re.findall(rf'<[a-z]+ [^>]*id="{part}"[^>]*>', visit.client.get(path).text)
    return " hidden" in tag


def test_members_cannot_say_that_it_is_recorded(app: Flask, evening: Evening) -> None:
    refused = visit(app, evening, 0).client.post(
        f"/staff/live/{evening.meeting.slug}/room", data={"recorded": "1"}
    )
    assert refused.status_code == 403
    with evening.database.write() as session, pytest.raises(Exception, match="moderators"):
        steer(session, evening.room_id, evening.members[0], Steer(recorded=True), now=evening.now)


@pytest.mark.parametrize(("act", "field"), [("ask", "text"), ("chat", "say"), ("edit", "edit-")])
def test_what_was_refused_stays_in_its_own_form(app: Flask, evening: Evening, act: str, field: str) -> None:
    """Chat that is off does not end up in the composer."""
    asked = evening.ask(evening.members[0])["question"]
    long = "x" * 600
    member = visit(app, evening, 0)
    sent = {"id": "again", "text": long, "question": asked, "version": "1"}
    page = member.client.post(
        f"{room(evening)}/{act}", data=sent if act == "edit" else {"id": "a", "text": long}
    )
    held = [name for name in ("text", "say", f"edit-{asked}") if long in control(page.text, name)]
    assert held == [f"edit-{asked}" if field == "edit-" else field]


def control(page: str, name: str) -> str:
    found = re.search(rf'<(?:textarea|input)[^>]*id="{name}"[^>]*>(?:[^<]*)', page)
    return found.group() if found else ""


def test_worry_about_somebody_is_thanked_with_lines_to_call(app: Flask, evening: Evening) -> None:
    question = evening.approved(evening.members[1])
    member = visit(app, evening, 0)
    page: Page = member.press(member.open(room(evening)), "I am worried", about=question)
    assert "Thank you for saying so." in page.text
    assert "988" in page.text
    assert not is_hidden(member, f"{room(evening)}?thanked=1", "thanks")
    assert is_hidden(member, room(evening), "thanks")


def test_a_raised_hand_knows_its_place_in_words(app: Flask, evening: Evening) -> None:
    first, second = visit(app, evening, 0), visit(app, evening, 1)
    first.client.post(f"{room(evening)}/hand", data={"up": "1"})
    app.config["CLOCK"].set(evening.now + timedelta(seconds=5))
    second.client.post(f"{room(evening)}/hand", data={"up": "1"})
    assert "Your hand is up, first in line." in first.open(room(evening)).text
    assert "Your hand is up, number 2 in line." in second.open(room(evening)).text


def test_the_page_of_an_ended_evening_is_drawn_outside_the_transaction(
    app: Flask, evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads that the evening is over holds nothing that others wait for."""
    evening.steer(close=True)
    underway: list[bool] = []
    writing = {"now": False}
    house = app.extensions["evenside"]
    write = type(house.database).write
    from contextlib import contextmanager

    @contextmanager
    def watched(self: Database, *args: Any, **kwargs: Any) -> Any:
        with write(self, *args, **kwargs) as session:
            writing["now"] = True
            try:
                yield session
            finally:
                writing["now"] = False

    from flask import render_template

    def drawn(template: str, **shown: Any) -> str:
        underway.append(writing["now"])
        return render_template(template, **shown)

    monkeypatch.setattr(type(house.database), "write", watched)
    monkeypatch.setattr("web.live.render_template", drawn)
    assert "That was tonight" in visit(app, evening, 0).client.get(room(evening)).text
    assert underway == [False]
