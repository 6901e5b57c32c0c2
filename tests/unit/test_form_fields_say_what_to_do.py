"""What a form answers to what people type: plain words, and the typed text still there."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from werkzeug.datastructures import MultiDict

from web.forms import (
    AddressField,
    DayField,
    Form,
    LineField,
    MinuteField,
    PhoneField,
    TextField_,
    ZoneField,
    instant_of,
)
from web.signin_forms import CodeForm

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


class Everything(Form):
    title = LineField("Title", most=10, missing="Give it a title.")
    nickname = LineField("Nickname", most=10, missing=None)
    note = TextField_("Note", most=20, missing=None)
    email = AddressField()
    phone = PhoneField()
    zone = ZoneField()
    day = DayField("Day")
    time = MinuteField("Time")


GOOD = {
    "title": " Circle ",
    "email": "Ana@Example.org",
    "phone": "312 555 0100",
    "zone": "America/Chicago",
    "day": "2026-11-27",
    "time": "19:30",
}


def filled(**changes: str) -> Everything:
    form = Everything(MultiDict({**GOOD, **changes}))
    form.validate()
    return form


def errors(form: Form) -> dict[str, Any]:
    return {name: list(found) for name, found in form.errors.items()}


def test_good_answers_are_read() -> None:
    form = filled(extra="ignored")
    assert errors(form) == {}
    read = form.data
    assert (read["title"], read["nickname"], read["email"]) == ("Circle", "", "ana@example.org")
    assert (read["phone"], read["day"], read["time"]) == ("+13125550100", date(2026, 11, 27), 1170)


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("title", "", "Give it a title."),
        ("title", "   ", "Give it a title."),
        ("title", "thirteen char", "3 letters too long"),
        ("title", "a\r\nBcc: b", "line break"),
        ("title", "a\x00b", "nobody can see"),
        ("title", "a\u202eb", "nobody can see"),
        ("note", "x" * 21, "1 letter too long"),
        ("note", "a\x00b", "nobody can see"),
        ("email", "ana", "does not look like an e-mail address"),
        ("email", "ana@example.org\nBcc: b@example.org", "line break"),
        ("phone", "ring me", "area code"),
        ("zone", "Mars/Olympus", "Choose a city"),
        ("day", "tomorrow", "That is not a day"),
        ("day", "", "Choose a day."),
        ("time", "25:00", "not on the clock"),
        ("time", "soon", "Write the time like 19:00."),
    ],
)
def test_each_mistake_has_its_words(field: str, typed: str, says: str) -> None:
    found = errors(filled(**{field: typed}))
    assert list(found) == [field]
    assert len(found[field]) == 1
    assert says in found[field][0]


def test_what_was_typed_stays_on_the_page() -> None:
    form = filled(phone="ring me", day="tomorrow", time="25:00")
    for field, typed in (("phone", "ring me"), ("day", "tomorrow"), ("time", "25:00")):
        assert f'value="{typed}"' in str(form[field]())


def test_a_phone_number_is_shown_as_it_is_said() -> None:
    assert 'value="(312) 555-0100"' in str(Everything(data={"phone": "+13125550100"}).phone())


def test_one_city_is_chosen_even_if_two_groups_could_hold_it() -> None:
    assert str(Everything(data={"zone": "America/Chicago"}).zone()).count("selected") == 1


def test_several_lines_keep_their_line_ends_in_one_way() -> None:
    assert filled(note="one\r\ntwo").note.data == "one\ntwo"


def test_a_time_that_the_clocks_skip_names_the_next_one() -> None:
    form = filled(day="2027-03-14", time="02:30")
    assert instant_of(form.day, form.time, LOS_ANGELES) is None
    assert "The next one is 3:00 am." in form.time.errors[-1]
    assert "Los Angeles" in form.time.errors[-1]


def test_a_time_that_comes_twice_is_the_first() -> None:
    form = filled(day="2026-11-01", time="01:30")
    assert instant_of(form.day, form.time, LOS_ANGELES) == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("40719", "That is five digits. The code in the mail has six."),
        ("4", "That is one digit. The code in the mail has six."),
        ("4071931", "That is seven digits. The code in the mail has six."),
        ("40719x", "The code is six digits, without letters."),
        ("٤٠٧١٩٣", "The code is six digits, without letters."),
        ("", "Type the six digits from the mail."),
    ],
)
def test_a_code_says_what_is_wrong_with_it(typed: str, says: str) -> None:
    form = CodeForm(MultiDict({"code": typed}))
    assert not form.validate()
    assert form.code.errors == [says]
