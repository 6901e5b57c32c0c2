"""Slots stand on the viewer's days; what reads alike is told apart; a button's value survives the trip."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from web.slot_days import Marked, days_of, read_choice, write_choice

CHICAGO = ZoneInfo("America/Chicago")
NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Free:
    starts_at: datetime
    practitioner_id: str = "dana"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=50)


def test_a_late_slot_stands_on_the_day_of_the_viewer() -> None:
    slot = Free(datetime(2026, 12, 2, 5, 0, tzinfo=UTC))
    [tuesday] = days_of([slot], date(2026, 12, 1), date(2026, 12, 1), CHICAGO)
    assert [choice.label for choice in tuesday.choices] == ["11:00 pm"]


def test_a_weekend_appears_only_when_it_has_something() -> None:
    first, last = date(2026, 11, 27), date(2026, 12, 3)
    assert len(days_of([], first, last, CHICAGO)) == 5
    saturday = Free(datetime(2026, 11, 28, 18, 0, tzinfo=UTC))
    assert len(days_of([saturday], first, last, CHICAGO)) == 7


def test_the_hour_that_comes_twice_says_which_clock_it_means() -> None:
    twice = [Free(datetime(2027, 11, 7, hour, 0, tzinfo=UTC)) for hour in (5, 6, 7)]
    [sunday] = days_of(twice, date(2027, 11, 7), date(2027, 11, 7), NEW_YORK)
    assert [choice.label for choice in sunday.choices] == ["1:00 am EDT", "1:00 am EST", "2:00 am"]


def test_marks_replace_free_slots_and_stand_in_order() -> None:
    slot = Free(datetime(2026, 12, 1, 21, 0, tzinfo=UTC))
    lost = Marked("dana", slot.starts_at - timedelta(hours=1), "taken")
    kept = Marked("dana", slot.starts_at, "chosen")
    [day] = days_of([slot], date(2026, 12, 1), date(2026, 12, 1), CHICAGO, [lost, kept])
    assert [(one.label, one.state) for one in day.choices] == [("2:00 pm", "taken"), ("3:00 pm", "chosen")]


@given(
    st.text("abcdefghijkmnpqrstuvwxyz23456789", min_size=20, max_size=20),
    st.integers(0, 80 * 366 * 1440),
)
def test_a_buttons_value_is_read_as_it_was_written(practitioner: str, minutes: int) -> None:
    instant = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert read_choice(write_choice(practitioner, instant.astimezone(CHICAGO))) == (practitioner, instant)


@given(st.text())
def test_anything_else_is_no_choice_or_an_instant(text: str) -> None:
    found = read_choice(text)
    assert found is None or found[1].tzinfo is UTC
