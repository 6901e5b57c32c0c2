"""The console with many waiting: pages of thirty, single cards, and as few statements however many wait."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import event

from auth.actor import actor_for
from auth.people import Person
from foundation.database import Database
from realtime.moderating import Order, moderate
from tests.builders.full_desk import FullDesk, a_full_desk
from tests.builders.people import a_coordinator

FEW, MANY = 35, 110


@pytest.fixture
def full(database: Database, now: datetime) -> FullDesk:
    return a_full_desk(database, "friday", pending=FEW, members=12, now=now)


def desk_of(app: Flask, full: FullDesk, person: Person | None = None) -> Any:
    app.config["WTF_CSRF_ENABLED"] = False
    browser: Any = cast(Any, app.test_client())
    with full.database.read() as session:
        browser.sign_in(session.get_one(Person, (person or full.jonah).id))
    return browser


def cards(page: Any) -> list[str]:
    return re.findall(r'data-key="(\w{20})" data-part="waiting"', page.text)


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    heard: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        heard.append(statement)

    engines = {database.engine, database._reading}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", hear)


def test_thirty_are_shown_and_the_rest_is_a_link_away(app: Flask, full: FullDesk) -> None:
    desk = desk_of(app, full)
    first = desk.get("/staff/live/friday")
    assert cards(first) == full.waiting[:30]
    assert f'data-count="waiting">{FEW}<' in first.text
    assert "?skip=30" in first.text
    assert cards(desk.get("/staff/live/friday?skip=30")) == full.waiting[30:]


def test_what_is_looked_for_is_found_by_word_name_number_and_reason(app: Flask, full: FullDesk) -> None:
    desk = desk_of(app, full)
    assert cards(desk.get("/staff/live/friday?words=EVENING+33+comes")) == full.waiting[32:34]
    assert cards(desk.get("/staff/live/friday?words=held+35")) == [full.waiting[34]]
    assert len(cards(desk.get("/staff/live/friday?words=quiet+LANTERN"))) == 3
    assert cards(desk.get("/staff/live/friday?why=abuse")) == [full.waiting[24]]
    none = desk.get("/staff/live/friday?words=marmalade")
    assert cards(none) == []
    assert "Nothing that waits fits this." in none.text


def test_mine_and_nobodys_are_told_apart(app: Flask, full: FullDesk) -> None:
    desk = desk_of(app, full)
    desk.post("/staff/live/friday/moderate", data={"question": full.waiting[3], "action": "claim"})
    assert cards(desk.get("/staff/live/friday?whose=mine")) == [full.waiting[3]]
    assert full.waiting[3] not in cards(desk.get("/staff/live/friday?whose=unclaimed"))
    assert len(cards(desk.get("/staff/live/friday?whose=new"))) == 30


def test_one_card_is_fetched_as_it_is_now_with_what_happened(
    app: Flask, full: FullDesk, now: datetime
) -> None:
    moved, waits = full.waiting[:2]
    desk_of(app, full, full.celeste).post(
        "/staff/live/friday/moderate", data={"question": moved, "action": "reject", "reason": "names"}
    )
    told = desk_of(app, full).get(f"/staff/live/friday/cards?ids={moved}.{waits}").text
    assert f'data-key="{moved}" data-part="aside"' in told
    assert 'data-said="Celeste returned it."' in told
    assert f'data-key="{waits}" data-part="waiting"' in told
    assert "<html" not in told


def test_cards_of_another_room_are_not_here(app: Flask, full: FullDesk, now: datetime) -> None:
    other = a_full_desk(full.database, "monday", pending=1, members=2, now=now)
    desk = desk_of(app, full)
    for path in (f"cards?ids={other.waiting[0]}", f"questions/{other.waiting[0]}", "cards?ids=none"):
        assert desk.get(f"/staff/live/friday/{path}").status_code == 404, path
    opened = desk.post(f"/staff/live/friday/questions/{other.waiting[0]}/open", data={"do": "edit"})
    assert opened.status_code == 404
    assert desk.get("/staff/live/friday/cards?ids=").status_code in {400, 422}


def test_the_parts_of_a_desk_are_for_those_who_lead_it(app: Flask, full: FullDesk, now: datetime) -> None:
    with full.database.write() as session:
        stranger = a_coordinator(session, name="Nora Vale")
        member = session.get_one(Person, full.members[0].person_id)
    one = full.waiting[0]
    for person in (stranger, member):
        browser = desk_of(app, full, person)
        for path in (f"cards?ids={one}", "part/waiting", "panels?only=hands", f"questions/{one}"):
            assert browser.get(f"/staff/live/friday/{path}").status_code == 403, path
        opened = browser.post(f"/staff/live/friday/questions/{one}/open", data={"do": "edit"})
        assert opened.status_code == 403
    assert desk_of(app, full).get("/staff/live/friday/part/nonsense").status_code == 404


def test_whoever_opens_one_has_it_and_what_was_typed_survives_a_refusal(app: Flask, full: FullDesk) -> None:
    jonah, celeste, one = desk_of(app, full), desk_of(app, full, full.celeste), full.waiting[0]
    page = jonah.post(
        f"/staff/live/friday/questions/{one}/open", data={"do": "edit"}, follow_redirects=True
    ).text
    assert "The words the room will read" in page
    refused = celeste.post(f"/staff/live/friday/questions/{one}/open", data={"do": "edit"})
    assert "Jonah has this one." in refused.text
    sent = {"question": one, "version": 99, "do": "edit", "action": "approve", "text": "Half a thought"}
    stale = jonah.post("/staff/live/friday/moderate", data=sent)
    assert stale.status_code == 409
    assert "Half a thought</textarea>" in stale.text


def test_an_edit_shows_what_went_out_and_what_came_in(app: Flask, full: FullDesk) -> None:
    desk, one = desk_of(app, full), full.waiting[0]
    better = "How do you spend the quiet hour when evening 0 comes?"
    desk.post("/staff/live/friday/moderate", data={"question": one, "action": "edit", "text": better})
    told = desk.get(f"/staff/live/friday/cards?ids={one}").text
    assert "<del>first</del>" in told
    assert "<ins>quiet</ins>" in told


def test_unkind_words_say_whom_they_are_aimed_at_before_they_are_opened(
    app: Flask, full: FullDesk, now: datetime
) -> None:
    unkind = full.ask("Shut up, you idiot of No. 3, Slow Lantern", now=now)
    told = desk_of(app, full).get(f"/staff/live/friday/cards?ids={unkind}").text
    assert "It is unkind and speaks of No. 3, Slow Lantern." in told


def test_merging_offers_what_is_in_the_room_and_finds_the_rest(
    app: Flask, full: FullDesk, now: datetime
) -> None:
    for one in full.waiting[:3]:
        approve(full, one, now)
    desk = desk_of(app, full)
    page = desk.get(f"/staff/live/friday/questions/{full.waiting[4]}?do=merge").text
    assert "No. 1, 0 votes" in page
    assert "when evening 7 comes" not in page.split('name="into"')[1]
    found = desk.get(f"/staff/live/friday/questions/{full.waiting[4]}?do=merge&words=evening+7").text
    assert "when evening 7 comes" in found.split('name="into"')[1]


def test_no_statement_more_for_a_desk_with_three_times_as_many(app: Flask, database: Database) -> None:
    now = app.extensions["evenside"].clock()
    few = a_full_desk(database, "few", pending=FEW, members=12, now=now)
    many = a_full_desk(database, "many", pending=MANY, members=12, now=now)
    counted = {}
    for full in (few, many):
        desk = desk_of(app, full)
        desk.get(f"/staff/live/{full.slug}")
        with counting(database) as act:
            desk.post(
                f"/staff/live/{full.slug}/moderate", data={"question": full.waiting[0], "action": "approve"}
            )
        with counting(database) as card:
            desk.get(f"/staff/live/{full.slug}/cards?ids={full.waiting[0]}")
        with counting(database) as page:
            desk.get(f"/staff/live/{full.slug}")
        counted[full.slug] = (len(act), len(card), len(page))
    assert counted["many"] == counted["few"]
    acted, fetched, whole = counted["many"]
    assert fetched < 25
    assert acted < 60
    assert whole < 60


def approve(full: FullDesk, question: str, now: datetime) -> None:
    with full.database.write() as session:
        order = Order(question, "approve")
        moderate(session, full.room_id, actor_for(full.jonah), order, now=now)
