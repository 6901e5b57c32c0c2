"""Members of an evening with a browser, and what can be set on their meeting."""

from typing import Any, cast

from flask import Flask

from auth.people import Person
from scheduling.meetings import Meeting
from tests.builders.rooms import Evening
from tests.pages import Visit


def visit(app: Flask, evening: Evening, number: int) -> Visit:
    """The browser of a member, by their number; the moderator's is -1."""
    app.config["WTF_CSRF_ENABLED"] = False
    browser: Any = cast(Any, app.test_client())
    actor = evening.desk if number < 0 else evening.members[number]
    with evening.database.read() as session:
        browser.sign_in(session.get_one(Person, actor.person_id))
    return Visit(browser)


def room(evening: Evening) -> str:
    return f"/meetings/{evening.meeting.slug}/live"


def give(evening: Evening, **columns: object) -> None:
    """Change the meeting as a coordinator would."""
    with evening.database.write() as session:
        meeting = session.get_one(Meeting, evening.meeting.id)
        for name, value in columns.items():
            setattr(meeting, name, value)
