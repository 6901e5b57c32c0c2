"""Mails about a kept time and a weekly group: when, with whom, until when; none once it is untrue."""

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.database import Database
from foundation.outbox import Claimed, Delivery
from foundation.settings import Settings
from scheduling.appointments import book, cancel
from scheduling.groups import add_group, change_following, end_group
from scheduling.memberships import join_group, leave_group
from scheduling.waitlist import accept_offer, join_waitlist, pass_on
from tests.builders.groups import GroupHouse
from tests.builders.mailed import render
from tests.builders.people import a_member
from tests.builders.scheduling import House

NINE = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
"""In Chicago."""
THREE = NINE + timedelta(hours=1)
FIRST = date(2026, 12, 1)


class Offered:
    """Ana in Chicago is asked whether she takes four o'clock of Dana's."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.house = House(session, offer_minutes=30, notice_minutes=10)
        self.ana, other = self.house.ana, a_member(session, name="Priya Quiet")
        self.ana.timezone = "America/Chicago"
        taken = book(session, self.house.order(other, THREE), now=now)
        ids: dict[str, Any] = {
            "member_id": self.ana.id,
            "service_id": self.house.service.id,
            "by": self.ana.id,
        }
        self.entry = join_waitlist(session, **ids, now=now)
        cancel(session, taken.id, by=other.id, now=NINE)


@pytest.fixture
def offered(database: Database, now: datetime) -> Offered:
    with database.write() as session:
        return Offered(session, now)


def the_mail(
    session: Session, kind: str, settings: Settings, now: datetime, to: str | None = None
) -> EmailMessage | None:
    """The only one of its kind, or the only one for this person."""
    found = session.scalars(select(Delivery).where(Delivery.kind == kind)).all()
    [one] = [one for one in found if to in {None, one.refs["to"]}]
    claimed = Claimed(one.id, one.key, one.kind, one.refs, 1, one.not_after)
    return render(session, claimed, settings, now=now)


def words(mail: EmailMessage | None) -> str:
    assert mail is not None
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_an_offer_says_until_when_and_where(database: Database, offered: Offered, settings: Settings) -> None:
    with database.read() as session:
        mail = the_mail(session, "waitlist.offer", settings, NINE)
    assert mail and (mail["Subject"], mail["To"]) == ("A time has come free", offered.ana.email)
    text = words(mail)
    assert "kept for you until Monday 30 November, 9:30 am, Chicago (CST)" in text
    assert "Monday 30 November, 10:00 to 10:50 am, Chicago (CST)\nWith Dana." in text
    assert "http://127.0.0.1:8000/waitlist" in text and "Priya" not in text


def test_an_offer_is_not_mailed_once_it_is_answered_or_over(
    database: Database, offered: Offered, settings: Settings
) -> None:
    with database.write() as session:
        over = NINE + timedelta(minutes=30)
        assert the_mail(session, "waitlist.offer", settings, over) is None
        accept_offer(session, offered.entry.id, by=offered.ana.id, now=NINE)
        assert the_mail(session, "waitlist.offer", settings, NINE) is None


def test_who_let_it_pass_is_told(database: Database, offered: Offered, settings: Settings) -> None:
    over = NINE + timedelta(minutes=30)
    with database.write() as session:
        pass_on(session, now=over)
        mail = the_mail(session, "waitlist.over", settings, over)
    assert mail and mail["Subject"] == "The time that was kept for you"
    assert "You are still on the list." in words(mail)


def test_a_group_is_told_in_one_mail_each(database: Database, now: datetime, settings: Settings) -> None:
    with database.write() as session:
        house = GroupHouse(session)
        group = add_group(
            session,
            service_id=house.service.id,
            practitioner_id=house.dana.id,
            title="Tuesday evening",
            timezone="America/Los_Angeles",
            weekday=1,
            minute_of_day=19 * 60,
            minutes=50,
            first_date=FIRST,
            by=house.dana.id,
            now=now,
        )
        for one in (house.ana, a_member(session, name="Priya Quiet")):
            join_group(session, group.id, one.id, from_date=FIRST, by=one.id, now=now)
        leave_group(session, group.id, one.id, by=one.id, now=now)
        joined = words(the_mail(session, "group.joined", settings, now, house.ana.id))
        assert joined.startswith("You have a seat every week from Tuesday 1 December on.")
        assert "Tuesday 8 December, 7:00 to 7:50 pm, Los Angeles (PST)\n" in joined
        assert "With Dana." in joined and "Priya" not in joined
        later = datetime(2026, 12, 9, 2, 0, tzinfo=UTC)
        change_following(session, group.id, FIRST + timedelta(days=7), later, by=house.dana.id, now=now)
        changed = words(the_mail(session, "group.changed", settings, now))
        assert "another one from Tuesday 8 December on" in changed and "6:00 to 6:50 pm" in changed
        end_group(session, group.id, from_date=FIRST, by=house.dana.id, now=now)
        ended = the_mail(session, "group.ended", settings, now)
        assert "No date of yours is left." in words(ended)
        assert the_mail(session, "group.changed", settings, now) is None
        assert ended and ended["To"] == find_person(session, house.ana.id).email
