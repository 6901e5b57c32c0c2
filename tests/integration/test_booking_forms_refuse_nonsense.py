"""Whatever is typed into the forms of booking and hours gets a clear answer; the rest of the form stays."""

import pytest

from scheduling.hours import load_hours
from tests.builders.scheduling import work_hours
from tests.clinic import Clinic
from tests.pages import Page, Visit

NUL = "a\x00b"
HIDDEN = "a\u202eb"
ENDLESS = ("remove-0-" + "9" * 5000, "remove-" + "9" * 5000 + "-0", "add-" + "9" * 5000)
"""Longer than what Python reads as a number."""
MARKUP = "<script>alert(1)</script>{{ 7 * 7 }}"
ON_TUESDAY = "3:00 pm, Tuesday 1 December"


def confirm_page(clinic: Clinic) -> tuple[Visit, Page, str]:
    jonah = clinic.visit(clinic.jonah)
    return jonah, jonah.press(jonah.open(clinic.path), ON_TUESDAY), "Book this time"


def desk_page(clinic: Clinic) -> tuple[Visit, Page, str]:
    dana = clinic.visit(clinic.dana)
    path = f"/staff/book/{clinic.jonah.id}/{clinic.service.slug}"
    return dana, dana.press(dana.open(path), "1:00 pm, Tuesday 1 December"), "Book it"


@pytest.mark.parametrize("where", [confirm_page, desk_page])
@pytest.mark.parametrize(
    ("note", "answer"),
    [
        (NUL, "letters nobody can see"),
        (HIDDEN, "letters nobody can see"),
        ("a" * 2001, "too long: there is room for 2000"),
    ],
)
def test_a_note_that_cannot_be_kept_is_refused_and_stays(
    clinic: Clinic, where: object, note: str, answer: str
) -> None:
    assert callable(where)
    visit, page, button = where(clinic)
    refused = visit.press(page, button, note=note)
    assert refused.status == 422
    assert answer in refused.text
    assert refused.form_with(button).fields["note"] != [""]
    assert clinic.appointments() == []


@pytest.mark.parametrize("where", [confirm_page, desk_page])
def test_markup_and_line_breaks_in_a_note_are_just_text(clinic: Clinic, where: object) -> None:
    assert callable(where)
    visit, page, button = where(clinic)
    visit.press(page, button, note=f"First\r\n{MARKUP}")
    [appointment] = clinic.appointments()
    assert appointment.note == f"First\n{MARKUP}"
    shown = visit.client.get(f"/appointments/{appointment.id}", follow_redirects=True).get_data(as_text=True)
    assert "<script>alert" not in shown
    assert "{{ 7 * 7 }}" in shown


@pytest.mark.parametrize("path", ["/hold", ""])
@pytest.mark.parametrize(
    "slot", ["", NUL, "nobody.20261201T2100Z", "x.20269999T9999Z", MARKUP, "a" * 5000, "\r\n.\r\n"]
)
def test_an_invented_time_is_refused_in_words(clinic: Clinic, path: str, slot: str) -> None:
    jonah, page, button = confirm_page(clinic)
    token = page.form_with(button).fields["csrf_token"][0]
    sent = {"csrf_token": token, "slot": slot, "time": slot, "typed": "1", "note": "Keep me"}
    refused = jonah.client.post(clinic.path + path, data=sent)
    assert refused.status_code == 422
    assert "That time cannot be booked" in refused.get_data(as_text=True)
    assert "Keep me" in refused.get_data(as_text=True)
    assert clinic.appointments() == []


def test_a_time_in_the_past_or_next_year_is_refused_in_words(clinic: Clinic) -> None:
    jonah, page, button = confirm_page(clinic)
    for instant, answer in (("20261120T2100Z", "too soon"), ("20281128T2100Z", "too far ahead")):
        refused = jonah.press(page, button, time=f"{clinic.dana.id}.{instant}")
        assert refused.status == 422
        assert answer in refused.text


@pytest.mark.parametrize("path", ["/hold", "/release", ""])
def test_ten_megabytes_are_too_much(clinic: Clinic, path: str) -> None:
    jonah = clinic.visit(clinic.jonah)
    assert jonah.client.post(clinic.path + path, data={"note": "a" * 10_000_000}).status_code == 413


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=9999-12-31", "from=0001-01-01", "with=%00", "from=%0d%0a"]
)
def test_an_odd_address_shows_the_usual_page(clinic: Clinic, query: str) -> None:
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open(f"{clinic.path}?{query}")
    assert page.status == 200
    assert page.h1 == ["Book a time"]


@pytest.mark.parametrize("path", ["/staff/book", "/staff/people"])
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        (NUL, "letters nobody can see"),
        ("a\r\nb", "line break"),
        ("a" * 81, "too long"),
        (MARKUP, "Nobody of that name"),
    ],
)
def test_a_search_for_nonsense_says_so(clinic: Clinic, path: str, name: str, answer: str) -> None:
    dana = clinic.visit(clinic.dana)
    assert answer in dana.press(dana.open(path), "Find", name=name).text


@pytest.mark.parametrize(
    ("field", "typed", "answer"),
    [
        ("from-0", "25:00", "“25:00” is not a time we can read."),
        ("from-0", "", "Say when it starts, too."),
        ("until-0", "", "Say when it ends, too."),
        ("until-0", "08:00", "8:00 am is not after 9:00 am."),
        ("until-0", NUL, "is not a time we can read"),
        ("until-0", "12:00\r\n13:00", "is not a time we can read"),
        ("until-0", MARKUP, "is not a time we can read"),
        ("until-0", "9" * 5000, "is not a time we can read"),
        ("timezone", "Mars/Olympus", "That time zone is not in our list."),
        ("timezone", NUL, "That time zone is not in our list."),
    ],
)
def test_hours_that_make_no_sense_are_said_beside_the_row(
    clinic: Clinic, field: str, typed: str, answer: str
) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open("/staff/availability")
    refused = dana.press(page, "Save these hours", **{field: typed, "from-4": "10:15"})
    assert refused.status == 422
    assert answer in refused.text
    assert refused.form_with("Save").fields["from-4"] == ["10:15"]
    with clinic.database.read() as session:
        assert load_hours(session, clinic.dana.id).windows[4].start_minute == 540


@pytest.mark.parametrize(
    ("day", "what", "start", "until", "answer"),
    [
        ("", "hours", "09:00", "10:00", "Choose a date"),
        ("31 December", "off", "", "", "Choose a date"),
        ("2026-11-26", "off", "", "", "That date is over."),
        ("2099-11-26", "off", "", "", "more than four years ahead"),
        ("2026-12-03", "hours", "", "", "Say from when until when"),
        ("2026-12-03", "hours", "10:00", "09:00", "9:00 am is not after 10:00 am."),
        ("2027-03-14", "hours", "02:30", "04:00", "2:30 am does not exist on Sunday 14 March"),
        ("2027-03-14", "hours", "01:00", "02:30", "the clocks go forward. 3:00 am does."),
    ],
)
def test_dates_that_make_no_sense_are_said_beside_the_row(
    clinic: Clinic, day: str, what: str, start: str, until: str, answer: str
) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open("/staff/availability"), "Add a date")
    typed = {"date": [day], "what": [what], "date-from": [start], "date-until": [until]}
    refused = dana.press(page, "Save these hours", **typed)
    assert refused.status == 422
    assert answer in refused.text
    assert refused.form_with("Save").fields["date-from"] == [start]


def test_overlaps_and_a_date_twice_are_said(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open("/staff/availability")
    both = dana.press(
        page,
        "Save these hours",
        from_0=["09:00", "11:00"],
        until_0=["12:00", "13:00"],
        date=["2026-12-03", "2026-12-03"],
        what=["off", "hours"],
        **{"date-from": ["", "09:00"], "date-until": ["", "12:00"]},
    )
    assert "This overlaps 9:00 am to 12:00 pm." in both.text
    assert "Thursday 3 December is also there as a day off. Keep one of the two." in both.text
    assert "Two things to put right" in both.text


def test_rows_come_and_go_without_losing_what_was_typed(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        work_hours(session, clinic.dana, [])
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open("/staff/availability"), "Add hours on Monday")
    page = dana.press(page, "Add hours on Monday", from_0="09:00", until_0="12:00")
    page = dana.press(page, "Add hours on Tuesday", from_0=["09:00", "13:00"], until_0=["12:00", "17:00"])
    page = dana.press(page, "Remove Monday, range 1")
    assert page.form_with("Save").fields["from-0"] == ["13:00"]
    assert page.form_with("Save").fields["from-1"] == [""]


@pytest.mark.parametrize(
    "wish", ["add-9", "add-", "remove-0-99", "remove-x-y", "remove-date-5", "sing", *ENDLESS]
)
def test_a_made_up_button_breaks_nothing(clinic: Clinic, wish: str) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open("/staff/availability")
    fields = page.form_with("Save").fields | {"do": [wish]}
    answer = dana.client.post("/staff/availability", data=fields, follow_redirects=True)
    assert answer.status_code == 200
