"""Second factors for stories: an app in somebody's pocket, and a way in by mail alone."""

from datetime import datetime, timedelta

import pyotp
from flask import Flask
from sqlalchemy.orm import Session

from auth.authenticator_apps import begin_app, confirm_app
from auth.links import issue_link
from auth.people import Person
from foundation.database import Database
from tests.pages import Page, Visit

HALF_A_MINUTE = timedelta(seconds=30)


class App:
    """An authenticator app that somebody has set up."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def shows(self, now: datetime) -> str:
        return self.totp.at(now)

    def does_not_show(self, now: datetime) -> str:
        """Six digits that are wrong for a minute around."""
        shown = {self.totp.at(now, counter_offset=step) for step in (-2, -1, 0, 1, 2)}
        return next(
            code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in shown
        )


def an_app(session: Session, person: Person, *, now: datetime) -> App:
    """Set up a minute ago, so that what it shows now was not used before."""
    before = now - 2 * HALF_A_MINUTE
    app = App(begin_app(session, person.id, now=before))
    assert confirm_app(session, person.id, app.shows(before), now=before)
    return app


def comes_by_mail(app: Flask, database: Database, person: Person) -> tuple[Visit, Page]:
    """A browser that has opened a link from a mail, and the page that it was led to."""
    client = app.test_client()
    with database.write() as session:
        token = issue_link(session, person, now=app.config["CLOCK"]())
    visit = Visit(client)
    return visit, visit.press(visit.open(f"/sign-in/{token}"), "Sign in")
