"""A practitioner's calendar elsewhere: uploaded or fetched, it keeps time busy on every way to book."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from foundation.database import Database
from scheduling.calendars.importing.leases import Validators, claim_next, note_broken
from scheduling.calendars.importing.reading import Reading
from scheduling.calendars.importing.records import BusyBlock, BusySource, WholeDays
from scheduling.calendars.importing.sources import (
    add_address,
    count_whole_days,
    find_source,
    keep,
    remove_source,
    sources_of,
)
from scheduling.conflicts import lock_time
from scheduling.occupancy import Occupancy
from scheduling.refusals import SlotTaken
from scheduling.seconds import seconds_at
from tests.builders.calendars import calendar_of, event
from tests.builders.people import a_practitioner
from tests.clinic import NOW, TUESDAY_3PM, Clinic
from tests.pages import Page, Visit, read_page

PLACE = "/staff/availability/elsewhere"
BOUNDARY = "in-between"
HOUR = timedelta(hours=1)


def upload(visit: Visit, data: bytes, **more: str) -> Page:
    page = visit.open(PLACE)
    fields = {name: values[-1] for name, values in page.form_with("Upload it").fields.items()}
    body = in_parts({**fields, "file-title": "Private", **more}, data)
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return read_page(visit.client.post(f"{PLACE}/file", data=body, content_type=kind, follow_redirects=True))


def in_parts(fields: dict[str, str], file: bytes) -> bytes:
    """A form with a file, as browsers send it; the test client would leave a temporary file open."""
    named = {f'name="{name}"': value.encode() for name, value in fields.items()}
    named['name="file-file"; filename="private.ics"'] = file
    parts = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value
        for head, value in named.items()
    ]
    return b"\r\n".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


def busy_at(starts_at: datetime) -> bytes:
    ends_at = starts_at + HOUR
    return calendar_of(event(start=f"{starts_at:%Y%m%dT%H%M%SZ}", end=f"{ends_at:%Y%m%dT%H%M%SZ}"))


def a_source(clinic: Clinic, reading: Reading | None = None) -> BusySource:
    """Dana's, by its address; read once if there is a reading."""
    with clinic.database.write() as session:
        source = add_address(
            session,
            clinic.dana.id,
            title="Private",
            address="https://calendar.example.org/secret.ics",
            whole_days=WholeDays.BUSY,
            now=NOW,
        )
        if reading is not None:
            keep(session, source, reading, Validators("1"), now=NOW)
    return source


def an_hour(starts_at: datetime, *, whole_day: bool = False) -> Reading:
    spans = [(seconds_at(starts_at), seconds_at(starts_at + HOUR))]
    return Reading([] if whole_day else spans, spans if whole_day else [], 1, 0, [])


def test_what_is_uploaded_cannot_be_booked_and_says_no_word(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    page = upload(dana, busy_at(TUESDAY_3PM))
    assert "Added. What is busy there is busy here now." in page.text
    assert "Uploaded just now." in page.text
    picker = clinic.visit(clinic.jonah).open(clinic.path)
    with pytest.raises(LookupError):
        picker.form_with("3:00 pm, Tuesday 1 December")
    assert picker.form_with("4:00 pm, Tuesday 1 December")
    with pytest.raises(SlotTaken):
        clinic.booked()
    week = dana.open("/staff/?day=2026-12-01")
    assert "Busy elsewhere" in week.text
    assert "Secret words" not in week.text
    with clinic.database.read() as session:
        kept = session.execute(select(BusySource.__table__)).mappings().one()
    assert "Secret" not in str(dict(kept))


def test_it_may_overlap_what_is_booked_already(clinic: Clinic) -> None:
    clinic.booked()
    page = upload(clinic.visit(clinic.dana), busy_at(TUESDAY_3PM))
    assert "Added." in page.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (calendar_of(event("RRULE:FREQ=SECONDLY")), "FREQ=SECONDLY is not taken"),
        (calendar_of(event("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")), "takes too long"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * 1_000_000, "it is larger than 1 MB"),
        (b"", "no file was chosen"),
    ],
)
def test_a_bad_file_is_refused_by_its_rule(clinic: Clinic, data: bytes, says: str) -> None:
    page = upload(clinic.visit(clinic.dana), data)
    assert page.status == 422
    assert says in page.text
    assert page.form_with("Upload it").fields["file-title"] == ["Private"]
    with clinic.database.read() as session:
        assert sources_of(session, clinic.dana.id) == []


def test_a_file_past_all_bounds_is_not_even_read(clinic: Clinic) -> None:
    assert upload(clinic.visit(clinic.dana), b"X" * 3_000_000).status == 413


def test_an_address_inside_is_refused_where_it_is_typed(clinic: Clinic) -> None:
    dana, address = clinic.visit(clinic.dana), "https://169.254.169.254/latest"
    page = dana.press(dana.open(PLACE), "Add it", link_title="Private", link_address=address)
    assert page.status == 422
    assert "private network" in page.text
    assert page.form_with("Add it").fields["link-address"] == [address]


def test_adding_looking_and_removing(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.press(
        dana.open(PLACE), "Add it", link_title="Private", link_address="webcal://calendar.example.org/s.ics"
    )
    assert "Not read yet" in page.text
    assert "calendar.example.org" not in page.text
    page = dana.press(page, "Look now at Private")
    assert "It is looked at now" in page.text
    page = dana.press(dana.open(page.link("Remove Private")), "Remove it")
    assert "None yet" in page.text


def test_anothers_calendar_is_not_there(clinic: Clinic) -> None:
    source = a_source(clinic)
    with clinic.database.write() as session:
        ines = a_practitioner(session, name="Ines")
    visit = clinic.visit(ines)
    assert visit.open(f"{PLACE}/{source.id}/remove").status == 404
    jonah = clinic.visit(clinic.jonah)
    assert jonah.open(PLACE).status == 403


def test_the_owner_chooses_what_whole_days_do(clinic: Clinic) -> None:
    source = a_source(clinic, an_hour(TUESDAY_3PM, whole_day=True))
    dana = clinic.visit(clinic.dana)
    with pytest.raises(SlotTaken):
        clinic.booked()
    page = dana.press(dana.open(PLACE), "Let them keep nothing busy")
    assert "Events without a time keep nothing busy." in page.text
    clinic.booked()
    with clinic.database.write() as session:
        count_whole_days(session, source.id, clinic.dana.id, WholeDays.BUSY, now=NOW)
        active = select(func.count()).where(Occupancy.kind == "external", Occupancy.status == "active")
        assert session.scalar(active) == 1


def test_a_new_copy_takes_the_place_of_the_old_and_removal_frees_all(clinic: Clinic) -> None:
    source = a_source(clinic, an_hour(TUESDAY_3PM))
    with clinic.database.write() as session:
        mine = find_source(session, source.id, clinic.dana.id)
        keep(session, mine, an_hour(TUESDAY_3PM + HOUR), Validators("2"), now=NOW)
    clinic.booked()
    with clinic.database.write() as session:
        remove_source(session, source.id, clinic.dana.id, now=NOW)
        assert session.scalar(select(func.count()).select_from(BusyBlock)) == 0
        assert session.scalar(select(func.count()).where(Occupancy.kind == "external")) == 0


def test_of_two_workers_one_gets_the_lease_and_a_dead_ones_ends(database: Database, clinic: Clinic) -> None:
    a_source(clinic)
    with database.write() as session:
        first = claim_next(session, BusySource, now=NOW)
        assert first is not None
        assert claim_next(session, BusySource, now=NOW + timedelta(seconds=59)) is None
        second = claim_next(session, BusySource, now=NOW + timedelta(minutes=4))
        assert second is not None
        assert second.claim == first.claim + 1


def test_after_three_days_without_a_copy_members_ask_first(clinic: Clinic) -> None:
    source = a_source(clinic, an_hour(TUESDAY_3PM))
    with clinic.database.write() as session:
        mine = find_source(session, source.id, clinic.dana.id)
        note_broken(mine, "nothing is at its address any more", now=NOW - timedelta(days=4))
    assert "By now members ask you first" in clinic.visit(clinic.dana).open(PLACE).text
    assert clinic.booked(TUESDAY_3PM + HOUR).status == "pending"
    with clinic.database.write() as session:
        keep(
            session,
            find_source(session, source.id, clinic.dana.id),
            an_hour(TUESDAY_3PM),
            Validators(),
            now=NOW,
        )
    assert clinic.booked(TUESDAY_3PM + 2 * HOUR).status == "booked"


@pytest.mark.parametrize("first", ["the booking", "the calendar"])
def test_a_booking_and_a_new_copy_come_one_after_the_other(clinic: Clinic, first: str) -> None:
    """Whichever holds Dana's time first: the other waits, and then sees all of what it did."""
    source, outcomes, begun = a_source(clinic), [], threading.Event()

    def read_a_copy() -> None:
        with clinic.database.write() as session:
            lock_time(session, clinic.dana.id)
            begun.set()
            keep(
                session,
                find_source(session, source.id, clinic.dana.id),
                an_hour(TUESDAY_3PM),
                Validators(),
                now=NOW,
            )

    def book() -> None:
        try:
            clinic.booked()
            outcomes.append("booked")
        except SlotTaken:
            outcomes.append("taken")

    reading, booking = threading.Thread(target=read_a_copy), threading.Thread(target=book)
    if first == "the booking":
        booking.start()
        booking.join()
        reading.start()
    else:
        reading.start()
        assert begun.wait(30)
        booking.start()
    for one in (reading, booking):
        one.join()
    assert outcomes == ["booked" if first == "the booking" else "taken"]


def test_health_is_said_in_plain_words(clinic: Clinic) -> None:
    source = a_source(clinic, an_hour(TUESDAY_3PM))
    dana = clinic.visit(clinic.dana)
    clinic.set_clock(NOW + timedelta(minutes=12))
    assert "Last good copy 12 minutes old." in dana.open(PLACE).text
    with clinic.database.write() as session:
        mine = find_source(session, source.id, clinic.dana.id)
        mine.fresh_at = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
        words = "a web page, perhaps one to sign in, came instead of a calendar"
        note_broken(mine, words, now=datetime(2026, 11, 24, 20, 0, tzinfo=UTC))
    page = dana.open(PLACE)
    assert f"Broken since Tuesday: {words}." in page.text
    assert "Last good copy 3 h old. What was busy stays busy." in page.text
    with pytest.raises(SlotTaken):
        clinic.booked()
