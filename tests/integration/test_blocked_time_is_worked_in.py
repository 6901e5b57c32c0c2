"""Blocked time in the week: made, changed, moved, put back, and read by its owner alone."""

from datetime import timedelta

import pytest

from scheduling.blocks import TimeBlock, blocks_of
from tests.builders.week import HOUR, ONE_PM, TUESDAY, WEEK, blocked, coordinator
from tests.clinic import NOW, Clinic


def there(clinic: Clinic) -> list[TimeBlock]:
    with clinic.database.read() as session:
        return blocks_of(session, clinic.dana.id, NOW, NOW + timedelta(days=30))


def test_an_empty_time_can_be_blocked_and_is_then_not_offered(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/add?day={TUESDAY}&time=13:00")
    assert page.h1 == ["Tuesday 1 December, 1:00 pm"]
    assert page.form_with("Block this time").fields["until"] == ["14:00"]
    week = dana.press(page, "Block this time", until="14:30", title="Dentist")
    assert week.path == WEEK
    assert "1:00 pm Dentist" in week.text
    picker = clinic.visit(clinic.jonah).open(clinic.path)
    for gone in ("3:00 pm, Tuesday 1 December", "4:00 pm, Tuesday 1 December"):
        with pytest.raises(LookupError):
            picker.form_with(gone)
    assert picker.form_with("5:00 pm, Tuesday 1 December")


def test_blocking_over_what_is_booked_says_what_stands_there_and_keeps_what_was_typed(clinic: Clinic) -> None:
    one = clinic.booked()
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/add?day={TUESDAY}&time=12:30")
    refused = dana.press(page, "Block this time", title="Walk")
    assert refused.status == 409
    assert "It is taken on Tuesday 1 December from 1:00 to 2:00 pm." in refused.text
    assert refused.link("Jonah, Tue 1 Dec, 1:00 pm") == f"/staff/appointments/{one.id}"
    assert refused.form_with("Block this time").fields["title"] == ["Walk"]
    assert there(clinic) == []


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"time": "late"}, "Write the time like 19:00."),
        ({"day": "2026-02-30"}, "That is not a day."),
        ({"day": "2027-03-14", "time": "02:30"}, "skip this time. The next one is 3:00 am."),
        ({"day": "2026-11-20"}, "That time is over."),
        ({"title": "x" * 81}, "1 letter too long"),
    ],
)
def test_a_block_that_makes_no_sense_is_sent_back(clinic: Clinic, typed: dict[str, str], says: str) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/add?day={TUESDAY}&time=13:00")
    refused = dana.press(page, "Block this time", **typed)
    assert refused.status == 422
    assert says in refused.text
    assert there(clinic) == []


def test_a_block_past_midnight_ends_the_next_day(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/add?day={TUESDAY}&time=22:00")
    dana.press(page, "Block this time", until="01:00")
    [block] = there(clinic)
    assert block.ends_at - block.starts_at == 3 * HOUR


def test_a_block_is_changed_removed_and_put_back(clinic: Clinic) -> None:
    block = blocked(clinic)
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/blocks/{block.id}")
    assert page.form_with("Save").fields["title"] == ["Dentist"]
    dana.press(page, "Save", time="14:00", until="15:00", title="Notes")
    week = dana.press(dana.open(f"/staff/blocks/{block.id}"), "Remove it")
    assert "Removed: Tue 1 Dec, 2:00 to 3:00 pm." in week.text
    assert there(clinic) == []
    back = dana.press(week, "Undo")
    assert "It is back." in back.text
    assert [(one.title, one.starts_at) for one in there(clinic)] == [("Notes", ONE_PM + HOUR)]


def test_a_removed_block_is_not_put_back_over_a_booking(clinic: Clinic) -> None:
    block = blocked(clinic)
    dana = clinic.visit(clinic.dana)
    week = dana.press(dana.open(f"/staff/blocks/{block.id}"), "Remove it")
    clinic.booked()
    refused = dana.press(week, "Undo")
    assert refused.status == 409
    assert "Something stands in that time" in refused.text


def test_only_its_owner_reads_what_a_block_is_for(clinic: Clinic) -> None:
    block = blocked(clinic)
    ruth = clinic.visit(coordinator(clinic))
    week = ruth.open(f"{WEEK}&who={clinic.dana.id}")
    page = ruth.open(f"/staff/blocks/{block.id}")
    assert "1:00 pm Blocked" in week.text
    assert "Dentist" not in week.text + page.text
    ruth.press(page, "Save", until="15:00")
    assert [one.title for one in there(clinic)] == ["Dentist"]


def test_a_block_moves_to_a_chosen_time_and_keeps_its_length(clinic: Clinic) -> None:
    block = blocked(clinic)
    clinic.booked(ONE_PM + 2 * HOUR)
    dana = clinic.visit(clinic.dana)
    asked = dana.open(f"/staff/blocks/{block.id}/move-to?day={TUESDAY}&time=15:30")
    assert asked.h1 == ["Move Dentist to Tuesday 1 December, 3:30 to 4:30 pm?"]
    refused = dana.press(asked, "Move it here")
    assert refused.status == 409
    asked = dana.open(f"/staff/blocks/{block.id}/move-to?day={TUESDAY}&time=11:15")
    dana.press(asked, "Move it here")
    assert [(one.starts_at, one.ends_at) for one in there(clinic)] == [
        (ONE_PM - timedelta(minutes=105), ONE_PM - timedelta(minutes=45))
    ]
