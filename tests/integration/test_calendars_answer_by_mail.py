"""Answers to invitations, read from a mailbox: taken once, and from the right person alone (0023)."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from foundation.database import Database
from foundation.settings import Settings
from jobs.deliver import Post
from jobs.replying import loop
from jobs.replying.loop import look
from jobs.replying.mailboxes import LARGEST, Handle, MailboxAway, Maildir, mailbox_at
from mail.send import Folder
from scheduling.appointments import cancel, find_appointment, move
from scheduling.calendars.replying.answers import Outcome
from scheduling.calendars.replying.reading import NoReply, read_reply
from scheduling.calendars.replying.records import CalendarReply
from scheduling.series_dates import series_appointments
from tests.builders.answers import an_answer
from tests.builders.mailed import render
from tests.builders.post import owed
from tests.builders.scheduling import a_booking
from tests.builders.series import DECEMBER, FEB_15, MONDAYS, Practice, at, dates_of
from tests.calendar_reader import read_calendar
from tests.conftest import Clock
from tests.imap_server import imap_server
from tests.posting import browser_of

MAILBOX = "maildir:///tmp/none"


@dataclass
class Story:
    """Dana has booked Ana for a Tuesday; answers lie in `box`."""

    database: Database
    settings: Settings
    clock: Clock
    box: Path
    practice: Practice
    one: Any
    taken: list[bytes] = field(default_factory=list)

    def arrives(self, mail: bytes) -> Outcome:
        """What becomes of it when the worker looks."""
        new = self.box / "new"
        new.mkdir(parents=True, exist_ok=True)
        (new / f"{len(self.taken):03}").write_bytes(mail)
        self.taken.append(mail)
        (outcome,) = look(self.post, Maildir(self.box))
        return outcome

    @property
    def post(self) -> Post:
        return Post(self.database, self.settings, Folder(self.box / "out"), self.clock, threading.Event())

    def status(self) -> str:
        with self.database.read() as session:
            return find_appointment(session, self.one.id).status

    def said(self, sender: str | None = None, answer: str = "DECLINED", **more: Any) -> bytes:
        return an_answer(sender or self.practice.ana.email, self.one.uid, answer, **more)


@pytest.fixture
def story(database: Database, settings: Settings, clock: Clock, tmp_path: Path) -> Story:
    clock.set(DECEMBER)
    with database.write() as session:
        practice = Practice(session, cancel_minutes=24 * 60)
        who: Any = {"member": practice.ana, "practitioner": practice.dana, "service": practice.service}
        one = a_booking(session, at(2027, 1, 5), now=DECEMBER, booked_by=practice.dana.id, **who)
    chosen = replace(settings, replies_url=MAILBOX)
    return Story(database, chosen, clock, tmp_path / "box", practice, one)


@pytest.mark.parametrize("answer", ["ACCEPTED", "TENTATIVE"])
def test_a_yes_or_perhaps_is_noted_and_shown_to_who_works_with_it(
    story: Story, app: Flask, answer: str
) -> None:
    assert story.arrives(story.said(answer=answer)) == Outcome.NOTED
    assert story.status() == "booked"
    page = browser_of(app, story.practice.dana).get(f"/staff/appointments/{story.one.id}").text
    assert {"ACCEPTED": "Accepted by mail", "TENTATIVE": "Perhaps by mail"}[answer] in page


def test_a_members_no_in_time_cancels_and_both_are_told(story: Story, app: Flask) -> None:
    assert story.arrives(story.said()) == Outcome.CANCELLED
    assert story.status() == "cancelled"
    with story.database.read() as session:
        told = {one.refs["to"] for one in owed(session, ["appointment.cancelled"])}
    assert told == {story.practice.ana.id, story.practice.dana.id}
    page = browser_of(app, story.practice.dana).get(f"/staff/appointments/{story.one.id}").text
    assert "Declined by mail" in page


def asked_mails(story: Story) -> list[Any]:
    with story.database.read() as session:
        found = [
            render(session, one, story.settings, now=story.clock())
            for one in owed(session, ["appointment.asked"])
        ]
    return [one for one in found if one is not None]


def test_a_late_no_asks_instead(story: Story) -> None:
    story.clock.set(story.one.starts_at - timedelta(hours=3))
    assert story.arrives(story.said()) == Outcome.ASKED
    assert story.status() == "booked"
    (mail,) = asked_mails(story)
    assert (mail["To"], mail["Subject"]) == (story.practice.ana.email, "Your appointment still stands")
    assert f"/appointments/{story.one.id}" in mail.get_body(("plain",)).get_content()


def test_a_practitioners_no_asks_instead(story: Story) -> None:
    assert story.arrives(story.said(story.practice.dana.email)) == Outcome.ASKED
    assert (story.status(), asked_mails(story)[0]["To"]) == ("booked", story.practice.dana.email)


def test_the_same_mail_counts_once_however_often_it_is_read(story: Story) -> None:
    mail = story.said(answer="ACCEPTED")
    assert [story.arrives(mail), story.arrives(mail)] == [Outcome.NOTED, Outcome.NOTED]
    with story.database.read() as session:
        assert session.scalar(select(func.count()).select_from(CalendarReply)) == 1
    assert len(list((story.box / "cur").iterdir())) == 2


def test_whoever_is_not_the_attendee_is_refused(story: Story) -> None:
    ana, ben, dana = (one.email for one in (story.practice.ana, story.practice.ben, story.practice.dana))
    forged = [
        story.said(ben),
        story.said("stranger@example.org"),
        story.said(ben, attendee=ana),
        story.said(ana, attendee=ben),
        story.said(dana, attendee=ana),
    ]
    assert [story.arrives(mail) for mail in forged] == [Outcome.FORGED] * 5
    assert story.status() == "booked"
    with story.database.read() as session:
        kept = session.scalars(select(CalendarReply)).all()
    assert {(one.person_id, one.answer) for one in kept} == {(None, None)}


def test_a_wrong_uid_an_old_state_and_a_past_date_are_refused(story: Story) -> None:
    assert story.arrives(an_answer(story.practice.ana.email, "nothing", "DECLINED")) == Outcome.UNKNOWN
    with story.database.write() as session:
        move(session, story.one.id, at(2027, 1, 6), revision=0, by=story.practice.dana.id, now=DECEMBER)
    assert story.arrives(story.said(sequence=0)) == Outcome.OUTDATED
    assert story.arrives(story.said(sequence=1, answer="ACCEPTED")) == Outcome.NOTED
    with story.database.write() as session:
        cancel(session, story.one.id, by=story.practice.dana.id, now=DECEMBER)
    assert story.arrives(story.said(sequence=2, answer="ACCEPTED")) == Outcome.OVER


def test_no_to_one_date_of_a_series_cancels_that_date_and_no_to_all_of_it_asks(story: Story) -> None:
    with story.database.write() as session:
        series = story.practice.series(session, MONDAYS)
    ana = story.practice.ana.email
    that = "RECURRENCE-ID;TZID=America/Chicago:20270215T160000\r\n"  # Ana's program writes it in her own zone
    assert story.arrives(an_answer(ana, series.uid, "DECLINED", recurrence=that)) == Outcome.CANCELLED
    with story.database.read() as session:
        assert dates_of(session, series)[FEB_15].is_cancelled
    assert story.arrives(an_answer(ana, series.uid, "DECLINED", sequence=9)) == Outcome.ASKED
    with story.database.read() as session:
        assert sum(one.is_cancelled for one in series_appointments(session, series.id)) == 1


BOMBS = {
    "not a mail": b"\x00" * 100,
    "nothing": b"",
    "two calendars": None,
    "deep": b"Content-Type: multipart/mixed; boundary=x\n\n"
    + b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 3000,
    "many parts": b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n"
    + b"--x\n\nz\n" * 20_000,
    "too large": b"From: a@b.example\n\n" + b"x" * LARGEST,
    "a line of 200 kB": b"From: a@b.example\nContent-Type: text/calendar\n\n" + b"A" * 200_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_mail_that_means_harm_is_put_away_and_the_next_is_read(story: Story, name: str) -> None:
    bomb = BOMBS[name] if BOMBS[name] is not None else story.said() + story.said()
    outcome = story.arrives(bomb or b" ")
    assert outcome in {Outcome.UNREADABLE, Outcome.FORGED, Outcome.CANCELLED} and (
        outcome != Outcome.CANCELLED or name == "two calendars"
    )
    if name != "two calendars":
        assert story.arrives(story.said(answer="ACCEPTED")) == Outcome.NOTED


def test_a_mail_that_nobody_can_make_sense_of_stops_no_other(story: Story) -> None:
    """A NUL, which PostgreSQL takes nowhere; and a date that no other zone has."""
    with story.database.write() as session:
        series = story.practice.series(session, MONDAYS)
    ana = story.practice.ana.email
    assert story.arrives(an_answer(ana, "a\0b", "DECLINED")) == Outcome.UNREADABLE
    for moment in ("00010101T000000Z", "99991231T235959Z"):
        far = an_answer(ana, series.uid, "DECLINED", recurrence=f"RECURRENCE-ID:{moment}\r\n")
        assert story.arrives(far) == Outcome.UNKNOWN
    assert story.arrives(story.said(answer="ACCEPTED")) == Outcome.NOTED


class Breaking:
    def __init__(self, post: Post) -> None:
        self.looks, self.post = 0, post

    def read(self, handle: Handle) -> int:
        self.looks += 1
        if self.looks > 1:
            self.post.stop.set()
        raise AssertionError("nobody has thought of this")


def test_what_nobody_has_thought_of_ends_one_look_and_not_all(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "REST_SECONDS", 0.01)
    box = Breaking(story.post)
    loop.run(box.post, box)
    assert box.looks == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"From: Somebody <ana@example.org>", b"From: ana@example.org <other@example.org>"),
        (b"METHOD:REPLY", b"METHOD:REQUEST"),
        (b"METHOD:REPLY", b"X:Y"),
        (b"PARTSTAT=DECLINED", b"PARTSTAT=DELEGATED"),
        (b"SEQUENCE:0", b"SEQUENCE:-1"),
        (b"SEQUENCE:0", b"SEQUENCE:" + b"9" * 40),
        (b"UID:", b"X-UID:"),
        (b"From: ", b"From: other@example.org, "),
        (b"MAILTO:", b"https:"),
    ],
)
def test_what_is_no_answer_is_not_read_as_one(old: bytes, new: bytes) -> None:
    mail = an_answer("ana@example.org", "one", "DECLINED")
    assert read_reply(mail).answer == "DECLINED" and old in mail
    with pytest.raises(NoReply):
        read_reply(mail.replace(old, new))


def test_an_invitation_asks_only_whom_somebody_else_booked(story: Story) -> None:
    """And nobody at all where no mailbox is read: an answer would reach no one."""
    for settings, expected in ((story.settings, 1), (replace(story.settings, replies_url=None), 0)):
        with story.database.read() as session:
            found = [
                render(session, one, settings, now=DECEMBER) for one in owed(session, ["appointment.booked"])
            ]
        asked = {str(mail["To"]): "RSVP=TRUE" in _calendar_of(mail) for mail in found if mail is not None}
        assert asked == {story.practice.ana.email: bool(expected), story.practice.dana.email: False}


def _calendar_of(mail: Any) -> str:
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    text = str(part.get_content()).replace("\r\n", "\n").replace("\n", "\r\n")
    assert read_calendar(text.encode()).value("METHOD") == part.get_param("method") == "REQUEST"
    return text.replace("\r\n ", "")


def test_an_imap_folder_is_read_like_a_folder_of_files(story: Story) -> None:
    mails = [story.said(answer="ACCEPTED"), b"From: a@b.example\r\n\r\n" + b"x" * LARGEST]
    with imap_server(mails, user="us@x", password="word") as server:
        url = f"imap://us%40x:word@127.0.0.1:{server.port}/Answers"
        assert look(story.post, mailbox_at(url)) == [Outcome.NOTED, Outcome.UNREADABLE]
        assert look(story.post, mailbox_at(url)) == []
        assert server.folders == {"Answers"}
        assert not server.fetched_whole(2)
        wrong = f"imap://us%40x:other@127.0.0.1:{server.port}/Answers"
        assert look(story.post, mailbox_at(wrong)) == []
    assert look(story.post, mailbox_at(url)) == []


class Away:
    def read(self, handle: Handle) -> int:
        raise MailboxAway("the mail server: TimeoutError")


def test_a_mailbox_that_is_away_stops_nothing(story: Story) -> None:
    assert look(story.post, Away()) == []


def test_when_it_was_answered_is_kept(story: Story) -> None:
    story.arrives(story.said(answer="ACCEPTED"))
    with story.database.read() as session:
        kept: datetime = session.scalars(select(CalendarReply)).one().received_at
    assert kept == DECEMBER
