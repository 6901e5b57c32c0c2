"""Mails tell one person one thing that is still true, and nothing to whoever glances at their phone."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from foundation.database import Database
from foundation.settings import Settings
from mail.compose import Unsendable
from mail.messages import LETTERS
from safety.flags import claim_flag, raise_flag
from scheduling.series import BookSeries, book_series, series_appointments
from scheduling.series_changes import cancel_following, change_following
from tests.builders.elsewhere import a_calendar_elsewhere
from tests.builders.letters import Acts
from tests.builders.mailed import STARTS, Story, a_story, render, text_of
from tests.builders.people import a_coordinator, a_member, a_moderator
from tests.builders.plans import a_month_begun
from tests.builders.post import code_refs, owed
from tests.builders.scheduling import a_service

SAYS_WHY = re.compile(
    r"addict|recover|sober|relapse|alcohol|drug|substance|therap|treatment|clinic|patient|crisis|member|alumn",
    re.IGNORECASE,
)
NAMES = ("Quentin", "Zabala", "Osterhout")


@pytest.fixture
def story(database: Database, settings: Settings, now: datetime) -> Story:
    return a_story(database, settings, now)


def every_mail(story: Story) -> dict[str, EmailMessage]:
    """One of each kind, in an order in which each is true."""
    found = {"signin.link": story.render("signin.link", code_refs(story.now))}
    notice = {"email": story.member.email, "person": story.member.id, "what": "app.added"}
    found["account.notice"] = story.render("account.notice", notice | {"at": story.now.isoformat()})
    found["person.invited"] = story.render("person.invited", {"person": story.member.id})
    found["account.address"] = story.render("account.address", code_refs(story.now))
    found["appointment.booked"] = story.told("appointment.booked")
    found["appointment.reminder"] = story.told("appointment.reminder", before=60)
    story.move()
    found["appointment.moved"] = story.told("appointment.moved")
    found["appointment.asked"] = story.told("appointment.asked")
    story.cancel(by=story.practitioner)
    found["appointment.cancelled"] = story.told("appointment.cancelled")
    story.ask()
    found["appointment.requested"] = story.told("appointment.requested")
    story.decline()
    found["appointment.declined"] = story.told("appointment.declined")
    with story.database.write() as session:
        called = a_coordinator(session)
        flag = raise_flag(
            session, place="room:x", source="question", source_id=None, person_id=story.member.id,
            known_as="Tin Roof", text="a secret", rule="r", now=story.now,
        )  # fmt: skip
    found["flag.unclaimed"] = story.render("flag.unclaimed", {"flag": flag.id, "to": called.id})
    with story.database.write() as session:
        source = a_calendar_elsewhere(session, story.practitioner, now=story.now)
    to = {"source": source, "to": story.practitioner.id}
    found["calendar.broken"] = story.render("calendar.broken", to)
    found["check_in.reminder"] = story.render("check_in.reminder", a_check_in(story))
    found |= mails_of_a_series(story)
    acts = Acts(story.database, story.member, story.practitioner, story.now)
    found |= {kind: story.render(kind, refs) for kind, refs in acts.every()}
    return {kind: mail for kind, mail in found.items() if mail is not None}


def a_check_in(story: Story) -> dict[str, Any]:
    """A plan that begins today asks something today."""
    today = story.now.date()
    with story.database.write() as session:
        a_month_begun(session, story.member, story.practitioner, today, now=story.now)
    return {"to": story.member.id, "day": today.isoformat()}


def mails_of_a_series(story: Story) -> dict[str, EmailMessage | None]:
    """Four weeks, then another hour, then no more."""
    starts_at = story.now + STARTS + timedelta(days=1)
    with story.database.write() as session:
        service = a_service(session, story.practitioner)
        people = story.practitioner.id, story.member.id
        order = BookSeries(service.id, *people, starts_at, 4, booked_by=story.practitioner.id)
        series = book_series(session, order, now=story.now)
        days = [one.series_date for one in series_appointments(session, series.id) if one.series_date]
    refs = {"series": series.id, "to": story.member.id, "dates": [day.isoformat() for day in days]}
    acts: dict[str, Any] = {"by": story.practitioner.id, "now": story.now}
    found = {"series.booked": story.render("series.booked", refs)}
    with story.database.write() as session:
        change_following(session, series.id, days[0], starts_at + timedelta(hours=1), **acts)
    found["series.changed"] = story.render("series.changed", refs)
    with story.database.write() as session:
        cancel_following(session, series.id, days[1], **acts)
    found["series.cancelled"] = story.render("series.cancelled", refs)
    return found


def test_R25_every_kind_has_a_subject_sender_and_preview_that_say_nothing(story: Story) -> None:
    mails = every_mail(story)
    assert set(mails) == set(LETTERS)
    for mail in mails.values():
        preview = text_of(mail).strip().splitlines()[0]
        seen = f"{mail['Subject']} {mail['From']} {preview}"
        assert SAYS_WHY.search(seen) is None
        assert not [name for name in NAMES if name in seen]


def test_no_mail_names_a_member_or_fetches_anything(story: Story) -> None:
    for kind, mail in every_mail(story).items():
        body = text_of(mail) + text_of(mail, "html")
        assert "Quentin" not in body and "Zabala" not in body and "secret" not in body, kind
        assert not re.search(r"<img|<link|src=|url\(|style=", text_of(mail, "html")), kind
        links = re.findall(r"https?://[^\s\"<]+", body)
        assert links and all(link.startswith("https://evenside.example/") for link in links), kind


def test_every_mail_goes_to_one_person_and_asks_for_no_answer(story: Story) -> None:
    for mail in every_mail(story).values():
        assert len(mail["To"].addresses) == 1
        assert (mail["Cc"], mail["Bcc"], mail["Auto-Submitted"]) == (None, None, "auto-generated")
        assert mail["From"].addresses[0].addr_spec == "hello@evenside.example"


def test_the_practitioner_is_not_told_the_members_name_either(story: Story) -> None:
    mail = story.told("appointment.booked", story.practitioner)
    assert "Quentin" not in text_of(mail) and "Your calendar says with whom" in text_of(mail)


def test_times_are_said_in_the_readers_zone_and_where_the_other_one_is(story: Story) -> None:
    text = text_of(story.told("appointment.booked"))
    assert "Tuesday 1 December, 11:00 to 11:50 am, Chicago (CST)" in text
    assert "Where Dana is: Tuesday 1 December, 9:00 to 9:50 am, Los Angeles (PST)" in text
    hers = text_of(story.told("appointment.booked", story.practitioner))
    assert "9:00 to 9:50 am, Los Angeles (PST)" in hers
    assert "Chicago" not in hers


def test_the_sign_in_mail_carries_the_link_and_the_code(story: Story) -> None:
    text = text_of(story.render("signin.link", code_refs(story.now)))
    assert "123456" in text and "https://evenside.example/sign-in/tok3n" in text and "10 minutes" in text


def test_a_sign_in_mail_that_is_over_is_not_sent(story: Story) -> None:
    refs = code_refs(story.now - timedelta(minutes=10))
    assert story.render("signin.link", refs) is None


def test_the_same_delivery_keeps_its_message_id(story: Story) -> None:
    refs = code_refs(story.now)
    first, again, other = (story.render("signin.link", refs, key) for key in ("k:1", "k:1", "k:2"))
    assert first is not None and again is not None and other is not None
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f]{40}@evenside\.example>", first["Message-ID"])


@pytest.mark.parametrize(
    "address", ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "", "a"]
)
def test_an_address_that_is_more_than_one_is_refused(story: Story, address: str) -> None:
    with pytest.raises(Unsendable):
        story.render("signin.link", code_refs(story.now, email=address))


def test_a_kind_nobody_knows_is_refused(story: Story) -> None:
    with pytest.raises(Unsendable):
        story.render("newsletter", {})


def test_what_people_wrote_is_never_a_template(story: Story) -> None:
    with story.database.write() as session:
        session.merge(story.practitioner).name = "{{7*7}}<b> Osterhout"
    mail = story.told("appointment.booked")
    assert "With {{7*7}}<b>, by video." in text_of(mail)
    assert "With {{7*7}}&lt;b&gt;, by video." in text_of(mail, "html")


def test_an_old_revision_is_not_told(story: Story) -> None:
    booked = story.appointment.revision
    story.move()
    for kind in ("appointment.booked", "appointment.reminder", "appointment.moved"):
        assert story.told(kind, revision=booked) is None
    assert story.told("appointment.moved") is not None


def test_nothing_is_told_of_a_cancelled_appointment_but_that(story: Story) -> None:
    story.cancel(by=story.member)
    assert story.told("appointment.booked") is None
    assert story.told("appointment.reminder") is None
    assert "Thank you for telling us" in text_of(story.told("appointment.cancelled"))
    assert "Thank you" not in text_of(story.told("appointment.cancelled", story.practitioner))


def test_nothing_is_told_once_it_has_begun(story: Story) -> None:
    story.now = story.appointment.starts_at
    assert story.told("appointment.reminder") is None
    assert story.told("appointment.booked") is None


def test_nothing_is_told_to_somebody_who_has_left_or_was_never_part_of_it(story: Story) -> None:
    with story.database.write() as session:
        stranger = a_member(session, name="Stranger")
        session.merge(story.member).departed_at = story.now
    assert story.told("appointment.booked", stranger) is None
    assert story.told("appointment.booked") is None


def test_a_claimed_alert_calls_nobody(story: Story) -> None:
    with story.database.write() as session:
        called, desk = a_coordinator(session), a_moderator(session)
        flag = raise_flag(
            session, place="room:x", source="question", source_id=None, person_id=None, known_as="x",
            text="x", rule="r", now=story.now,
        )  # fmt: skip
        claim_flag(session, flag.id, by=desk.id, now=story.now)
    assert story.render("flag.unclaimed", {"flag": flag.id, "to": called.id}) is None


def test_a_reminder_says_how_soon(story: Story) -> None:
    def reminded(before: timedelta) -> str:
        story.now = story.appointment.starts_at - before
        return text_of(story.told("appointment.reminder", before=int(before.total_seconds()) // 60))

    assert "Your appointment is in 3 days." in reminded(timedelta(days=3))
    assert "Your appointment is tomorrow." in reminded(timedelta(days=1))
    assert "Your appointment is in 59 minutes." in reminded(timedelta(minutes=59))


def test_what_booking_promises_can_be_sent(story: Story) -> None:
    """Each row that the domain owes renders; reminders too, when they fall due."""
    with story.database.read() as session:
        rows = owed(session)
        kinds = {row.kind for row in rows}
        assert kinds == {"appointment.booked", "appointment.reminder"}
        assert all(render(session, row, story.settings, now=story.now) is not None for row in rows)
