"""Which names of a calendar would tell a stranger why somebody is here."""

import pytest

from scheduling.calendars.telling_words import tells_why


@pytest.mark.parametrize(
    "name",
    [
        "Sex addiction group",
        "AA",
        "My 12-step evening",
        "Rehab",
        "Terapia",
        "Sobriety",
        "Psychiatrist",
        "saa",
    ],
)
def test_a_reason_is_noticed(name: str) -> None:
    assert tells_why(name)


@pytest.mark.parametrize(
    "name",
    ["My dates", "Piano", "Appointment", "Busy", "Sussex walks", "Aachen", "Canada", "Dr. Whitlock", ""],
)
def test_an_ordinary_name_is_taken(name: str) -> None:
    assert not tells_why(name)
